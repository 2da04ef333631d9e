use super::super::fixture::{ask, ask_showing, introduction};
use super::*;
use crate::introduction::Reveal;

fn mail(to: &str, day: &str, text: &str) -> (Address, Vec<u8>) {
    let address = Address::new(to).expect("an address");
    let bytes = format!(
        "From: Alex Rivera <alex@example.org>\r\nTo: {to}\r\nDate: {day} 10:00:00 +0000\r\nSubject: x\r\n\
         Message-ID: <{}@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        day.replace(' ', "-"),
        text.replace('\n', "\r\n")
    );
    (address, bytes.into_bytes())
}

const BOTH: &str = "Hi both,\n\nRachel is a product designer who has shipped three power tools. Jordan runs a robotics lab in Porto \
                    and needs a hand that people want to hold.\n\nAlex\n";

#[test]
fn a12_who_is_greeted_in_one_breath_is_greeted_as_in_the_last_mail() {
    let mut i = introduction(BOTH);
    assert_eq!(unknown(&i), [0, 1]);
    let mails = [
        mail(
            "rachel@studio.example",
            "2 Mar 2026",
            "Dear Rachel,\n\nthe figures are attached and the rest will follow tomorrow.\n\nAll the best,\nAlex",
        ),
        mail(
            "rachel@studio.example",
            "1 Mar 2026",
            "Hey Rach,\n\nlunch?\n\nAlex",
        ),
        mail(
            "jordan@lab.example",
            "3 Feb 2026",
            "Dear Dr. Blake,\n\nmany thanks for the drawings; we shall look at them on Monday.\n\nKind regards,\nAlex Rivera",
        ),
    ];
    i.manners = from_mails(&i, &mails);
    let (rachel, jordan) = (ask(&i, 0).text, ask(&i, 1).text);
    assert!(rachel.starts_with("Dear Rachel,\n"), "{rachel}");
    assert!(rachel.contains("\nAll the best,\nAlex\n"), "{rachel}");
    assert!(jordan.starts_with("Dear Dr. Blake,\n"), "{jordan}");
    assert!(jordan.contains("\nKind regards,\nAlex"), "{jordan}");
    for text in [rachel, jordan] {
        assert!(
            !text.contains("figures") && !text.contains("drawings"),
            "the mails are not quoted"
        );
    }
}

#[test]
fn the_introductions_own_greeting_comes_first() {
    let mut i = introduction(super::super::fixture::CLASSIC);
    assert!(unknown(&i).is_empty());
    i.manners = from_mails(
        &i,
        &[mail(
            "rachel@studio.example",
            "2 Mar 2026",
            "Dear Mrs Winters,\n\nplease find it attached.\n\nYours,\nAlex",
        )],
    );
    assert!(ask(&i, 0).text.starts_with("Hi Rachel,\n"));
}

#[test]
fn the_second_newest_mail_is_read_where_the_newest_greets_nobody() {
    let i = introduction(BOTH);
    let known = from_mails(
        &i,
        &[
            mail("rachel@studio.example", "2 Mar 2026", "ok, see you then"),
            mail(
                "rachel@studio.example",
                "1 Mar 2026",
                "Hey Rach,\n\nlunch?\n\nCheers,\nAlex",
            ),
        ],
    );
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].greeting.as_deref(), Some("Hey Rach"));
    assert_eq!(known[0].wrote, NaiveDate::from_ymd_opt(2026, 3, 2));
    assert!(!known[0].formal);
}

#[test]
fn a_mail_in_another_language_tells_no_greeting() {
    let i = introduction(BOTH);
    let known = from_mails(
        &i,
        &[mail(
            "rachel@studio.example",
            "2 Mar 2026",
            "Liebe Rachel,\n\nvielen Dank für die Zeichnungen, wir sehen sie uns am Montag alle gemeinsam an.\n\nViele Grüße\nAlex",
        )],
    );
    assert_eq!(known[0].greeting, None);
    assert!(known[0].wrote.is_some());
}

#[test]
fn our_own_asks_are_no_mails_to_learn_from() {
    let i = introduction(BOTH);
    let ask = ask(&i, 0);
    assert_eq!(
        from_mails(&i, &[(ask.to.clone(), ask.bytes.clone().into_bytes())]),
        []
    );
}

#[test]
fn without_a_name_the_ask_says_something_that_only_the_introducer_knows() {
    let mut i = introduction(BOTH);
    i.manners = from_mails(
        &i,
        &[mail(
            "rachel@studio.example",
            "3 Feb 2026",
            "Hi Rachel,\n\nlunch?\n\nAlex",
        )],
    );
    let nameless = ask_showing(&i, 0, Reveal::Nothing).text.replace('\n', " ");
    assert!(nameless.contains("3 February"), "{nameless}");
    assert!(!ask_showing(&i, 0, Reveal::Name).text.contains("February"));
}

#[test]
fn a_day_is_said_as_people_say_it() {
    let now = NaiveDate::from_ymd_opt(2026, 3, 4).expect("a day");
    let first = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
    let old = NaiveDate::from_ymd_opt(2025, 8, 12).expect("a day");
    for (language, this_year, before) in [
        ("en", "1 March", "12 August 2025"),
        ("es", "1 de marzo", "12 de agosto de 2025"),
        ("fr", "1er mars", "12 août 2025"),
        ("de", "1. März", "12. August 2025"),
        ("pt", "1 de março", "12 de agosto de 2025"),
        ("it", "1º marzo", "12 agosto 2025"),
        ("nl", "1 maart", "12 augustus 2025"),
    ] {
        let words = lexicon::of(language);
        assert_eq!(
            (day(first, now, words), day(old, now, words)),
            (this_year.to_owned(), before.to_owned())
        );
    }
}
