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

/// A text that introduces by itself.
const MEET: &str =
    "Rachel, meet Jordan. Jordan, meet Rachel. I'd like to introduce you two.\n\nAlex\n";

/// Records of one thread on which these people stood before.
struct Thread(Vec<Address>);

impl Records for Thread {
    fn evidence(&self, _: &Address, _: &Address) -> Vec<crate::acquaintance::Evidence> {
        Vec::new()
    }
    fn thread_people(&self, _: &[crate::mail::MessageId]) -> Vec<Address> {
        self.0.clone()
    }
    fn name_of(&self, _: &Address) -> Option<String> {
        None
    }
}

fn judged_in_thread(text: &str, earlier: &[&str]) -> Verdict {
    let alex = Introducer {
        addresses: vec![AddressPattern::new("alex@hub.example").unwrap()],
        name: None,
    };
    let earlier = earlier.iter().map(|a| Address::new(a).unwrap()).collect();
    let header = format!("{TWO}\nSubject: Re: kilns\nIn-Reply-To: <k@lab.example>");
    judge(
        &letter(&header, text),
        &alex,
        &Limits::default(),
        &Thread(earlier),
    )
}

#[test]
fn n6_d8_people_of_an_earlier_message_are_not_new_to_each_other() {
    assert!(!judged_in_thread(MEET, &["rachel@folio.example", "jordan@lab.example"]).introduction);
    assert!(
        judged_in_thread(MEET, &["jordan@lab.example"]).introduction,
        "Rachel is new here"
    );
}

#[test]
fn d8_a_quoted_introduction_makes_no_introduction_of_the_reply() {
    let quoted: String = MEET.lines().map(|l| format!("> {l}\n")).collect();
    let v = judged_in_thread(
        &format!("Thursday suits me.\n\nAlex\n\nOn Mon, 2 Nov 2026, Kim wrote:\n{quoted}"),
        &[],
    );
    assert!(!v.introduction, "{v:?}");
}

#[test]
fn k3_one_person_on_two_addresses_is_one_party() {
    let v = judged(
        "To: Rachel Winters <rachel.winters@folio.example>, Jordan Okafor <jordan@lab.example>\nCc: Rachel Winters <rachelwinters@gmail.com>\nSubject: intro",
        MEET,
    );
    assert_eq!(
        parties(&v),
        ["rachel.winters@folio.example", "jordan@lab.example"]
    );
    assert_eq!(
        v.parties[0].also,
        [Address::new("rachelwinters@gmail.com").unwrap()]
    );
    assert!(v.introduction);
}

#[test]
fn k4_two_people_of_one_name_stay_two() {
    let v = judged(
        "To: Alex Kim <alex.kim@folio.example>, Alex Kim <ak77@lab.example>\nSubject: namesakes",
        "Alex, meet Alex! I'd like to introduce you two to each other.\n\nAlex R.\n",
    );
    assert_eq!(v.parties.len(), 2);
    assert!(v.introduction);
}

#[test]
fn k15_colleagues_on_one_side_are_named_as_such() {
    let v = judged(
        "To: Rachel Winters <rachel@folio.example>, Jordan Okafor <jordan@lab.example>, Kim Park <kim@lab.example>\nSubject: intro",
        "Dear Rachel, let me introduce you to Jordan and his colleague Kim. Jordan and Kim, Rachel is a chemist.\n\nAlex\n",
    );
    assert!(v.introduction, "{v:?}");
    assert_eq!(v.parties.len(), 3);
    assert_eq!(v.same_side, [(1, 2)]);
}

#[test]
fn k2_my_friends_are_one_side_only_where_there_is_another() {
    let three = "To: Ann Bell <ann@a.example>, Bob Crow <bob@b.example>, Cleo Dorn <cleo@c.example>\nSubject: intro";
    let v = judged(
        three,
        "Dear Cleo, I would like to introduce you to my friends Ann and Bob. Ann is a painter.\n\nAlex\n",
    );
    assert_eq!(v.same_side, [(0, 1)]);
    let v = judged(
        TWO,
        "I would love for my friends Rachel and Jordan to meet. Let me introduce you two.\n\nAlex\n",
    );
    assert!(v.introduction && v.same_side.is_empty(), "{v:?}");
}

#[test]
fn k16_an_assistant_and_somebody_in_brackets_stand_by() {
    for (text, by) in [
        (
            "Rachel, meet Jordan. Jordan, meet Rachel. My assistant Maria will help you find a time.\n",
            "Maria Silva <maria@lab.example>",
        ),
        (
            "Hi Rachel and Jordan,\n\nlet me introduce you two. (Maria is on Cc so that she knows I finally did it.)\n",
            "Maria Silva <maria@far.example>",
        ),
        (
            "Rachel, I'd like to introduce you to Jordan. Copying Maria, who runs his calendar.\n",
            "Maria Silva <maria@lab.example>",
        ),
    ] {
        let v = judged(&format!("{TWO}\nCc: {by}\nSubject: hello"), text);
        assert!(v.introduction, "{text} {v:?}");
        assert_eq!(
            parties(&v),
            ["rachel@folio.example", "jordan@lab.example"],
            "{text}"
        );
    }
}

#[test]
fn k17_the_users_other_address_is_no_party() {
    let v = judged(
        &format!("{TWO}\nCc: Alex <alex@old.example>\nSubject: intro"),
        MEET,
    );
    assert_eq!(parties(&v), ["rachel@folio.example", "jordan@lab.example"]);
    let v = judged(
        "To: Rachel <rachel@folio.example>, alex@old.example\nSubject: intro",
        MEET,
    );
    assert!(!v.introduction && v.parties.len() == 1);
}

#[test]
fn what_the_text_says_about_consent_is_passed_on() {
    let v = judged(
        TWO,
        "Rachel, Jordan, as you both agreed, I am happy to introduce you two.\n\nAlex\n",
    );
    assert_eq!(v.agreed.len(), 2, "{v:?}");
    let v = judged(
        TWO,
        "Jordan, let me introduce you to Rachel. Rachel asked me for an introduction last week.\n\nAlex\n",
    );
    assert_eq!(v.agreed, [Address::new("rachel@folio.example").unwrap()]);
    assert!(judged(TWO, MEET).agreed.is_empty());
}

#[test]
fn names_for_bare_addresses_come_from_the_text_or_not_at_all() {
    let v = judged(
        "To: rk77@folio.example, jokafor@lab.example\nSubject: intro",
        "Dear both,\n\nI would like to introduce you two. Jordan Okafor has a kiln.\n\nAlex\n",
    );
    assert_eq!(v.parties[0].name, None);
    assert_eq!(v.parties[1].name.as_deref(), Some("Jordan Okafor"));
    let v = judged(
        "To: rk77@folio.example, jordan@lab.example\nSubject: intro",
        "Hi Rachel and Jordan,\n\nlet me introduce you two.\n\nAlex\n",
    );
    assert_eq!(v.parties[0].name.as_deref(), Some("Rachel"));
}

#[test]
fn d6_an_arrow_over_an_empty_text_is_held_at_the_gateway() {
    assert!(judged(&format!("{TWO}\nSubject: Rachel <> Jordan"), "").introduction);
    assert!(
        !judged(
            &format!("{TWO}\nSubject: Rachel <> Jordan"),
            "Can we move it to three? I am on the train until then.\n"
        )
        .introduction
    );
}

#[test]
fn a_message_that_is_ignored_by_rule_has_too_few_people() {
    let limits = Limits {
        threshold: 0.5,
        ignore: vec![AddressPattern::new("*@lab.example").unwrap()],
    };
    let v = judge(
        &letter(&format!("{TWO}\nSubject: intro"), MEET),
        &Introducer::default(),
        &limits,
        &NoRecords,
    );
    assert!(!v.introduction);
}

mod anything {
    use super::*;
    use crate::consent::asked_for;
    use crate::mail::text::own_words;
    use crate::settle::{never_taken, same_draft, same_purpose, unfinished};
    use proptest::prelude::*;

    /// Reads, judges and compares whatever comes; nothing of it may panic.
    fn survive(bytes: &[u8]) {
        let message = parse(bytes);
        let _ = own_words(&message);
        let v = judge(
            &message,
            &Introducer::default(),
            &Limits::default(),
            &NoRecords,
        );
        assert!((0.0..=1.0).contains(&v.score), "{}", v.score);
        let _ = (
            unfinished(&message),
            never_taken(&message),
            same_draft(&message, &message),
            same_purpose(&message, &message),
        );
        let _ = asked_for(
            &message,
            &Address::new("jordan@lab.example").unwrap(),
            Some("Jordan Okafor"),
            false,
            chrono::DateTime::UNIX_EPOCH,
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn bytes_can_be_judged(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            survive(&bytes);
        }

        #[test]
        fn half_sensible_mail_can_be_judged(
            text in "(Rachel|Jordan|meet|introduce|you two|,|:|-|<|>|&amp;|\\(|\\[|\n|\n> |’s|é|😀|\u{0}|to|is a| )*",
            kind in prop_oneof![Just("text/plain"), Just("text/html"), Just("multipart/mixed; boundary=\"-\""), Just("multipart/alternative")],
        ) {
            survive(format!("From: alex@hub.example\r\n{TWO}\r\nSubject: {}\r\nContent-Type: {kind}\r\n\r\n{text}", text.replace('\n', " ")).as_bytes());
        }
    }
}
