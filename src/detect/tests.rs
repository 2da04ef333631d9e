use super::*;
use crate::acquaintance::NoRecords;
use crate::mail::parse;

/// A message from Alex with this header and text.
fn letter(header: &str, text: &str) -> Message {
    parse(format!("From: Alex Rivera <alex@hub.example>\n{header}\n\n{text}").as_bytes())
}

fn judged(header: &str, text: &str) -> Verdict {
    let alex = Introducer {
        addresses: vec![
            AddressPattern::new("alex@hub.example").unwrap(),
            AddressPattern::new("alex@old.example").unwrap(),
        ],
        name: Some("Alex Rivera".to_owned()),
    };
    judge(&letter(header, text), &alex, &Limits::default(), &NoRecords)
}

fn parties(verdict: &Verdict) -> Vec<&str> {
    verdict.parties.iter().map(|p| p.address.as_str()).collect()
}

const TWO: &str = "To: Rachel Winters <rachel@folio.example>, Jordan Okafor <jordan@lab.example>";

#[test]
fn the_seeds_introduction_is_one() {
    let v = judged(
        &format!("{TWO}\nSubject: Rachel <> Jordan"),
        "Hi Rachel, hi Jordan,\n\nI promised to bring you two together. Rachel, Jordan has the kiln you need. \
Jordan, Rachel is the glaze chemist from Porto.\n\nBest,\nAlex\n",
    );
    assert!(v.introduction, "{v:?}");
    assert_eq!(parties(&v), ["rachel@folio.example", "jordan@lab.example"]);
    assert_eq!(v.language, "en");
}
