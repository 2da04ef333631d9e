use super::*;

fn frame(language: &str, text: &str, parties: &[&str]) -> Frame {
    let parties: Vec<Option<String>> = parties
        .iter()
        .map(|p| (!p.is_empty()).then(|| (*p).to_owned()))
        .collect();
    read(text, &parties, Some("Alex Rivera"), lexicon::of(language))
}

fn greetings(f: &Frame) -> Vec<Option<&str>> {
    f.manners.iter().map(|m| m.greeting.as_deref()).collect()
}

#[test]
fn a12_each_is_greeted_as_the_introduction_greets_them() {
    let f = frame(
        "en",
        "Dear Dr. Ito, hi Rachel,\n\nKenji runs a lab.\n\nAll the best,\nAlex\n",
        &["Kenji Ito", "Rachel Winters"],
    );
    assert_eq!(greetings(&f), [Some("Dear Dr. Ito"), Some("Hi Rachel")]);
    assert!(f.manners[0].formal && !f.manners[1].formal);
    assert_eq!(f.body.trim(), "Kenji runs a lab.");
    assert_eq!(f.closing.as_deref(), Some("All the best"));
    assert_eq!(f.signature.as_deref(), Some("Alex"));
}

#[test]
fn one_greeting_for_both_is_said_to_each() {
    let f = frame(
        "en",
        "Hi Rach and Jordan!\n\nText.\n\nAlex",
        &["Rachel Winters", "Jordan Blake"],
    );
    assert_eq!(greetings(&f), [Some("Hi Rach"), Some("Hi Jordan")]);
    assert_eq!((f.closing, f.signature.as_deref()), (None, Some("Alex")));
}

#[test]
fn a_nickname_is_found_by_who_is_left_over() {
    let f = frame(
        "en",
        "Hey Jim, Rachel,\n\nText.\n",
        &["James Cole", "Rachel Winters"],
    );
    assert_eq!(greetings(&f), [Some("Hey Jim"), Some("Hey Rachel")]);
}

#[test]
fn a_greeting_to_all_names_nobody() {
    let f = frame(
        "en",
        "Hi both,\n\nText.\n\nBest, Alex",
        &["Rachel Winters", "Jordan Blake"],
    );
    assert_eq!(greetings(&f), [None, None]);
    assert!(!f.manners[0].formal);
    assert_eq!(
        (f.closing.as_deref(), f.signature.as_deref()),
        (Some("Best"), Some("Alex"))
    );
}

#[test]
fn names_alone_are_a_greeting_but_a_sentence_is_none() {
    let f = frame(
        "en",
        "Rachel, Jordan,\n\nText.\n",
        &["Rachel Winters", "Jordan Blake"],
    );
    assert_eq!(f.body.trim(), "Text.");
    assert!(
        f.manners[0].formal,
        "without a greeting word nothing shows familiarity"
    );
    let f = frame(
        "en",
        "Rachel, Jordan runs a lab in Porto.\nMore.\n",
        &["Rachel Winters", "Jordan Blake"],
    );
    assert!(f.body.starts_with("Rachel, Jordan runs a lab"));
}

#[test]
fn a_greeting_may_share_its_line_with_the_text() {
    let f = frame(
        "en",
        "Hi both! Rachel designs grippers.\n",
        &["Rachel Winters", "Jordan Blake"],
    );
    assert_eq!(f.body, "Rachel designs grippers.");
}

#[test]
fn a_last_line_that_is_no_name_stays_text() {
    let f = frame(
        "en",
        "Hi both,\n\nText.\n\nHave fun",
        &["Rachel Winters", "Jordan Blake"],
    );
    assert_eq!(f.signature, None);
    assert!(f.body.ends_with("Have fun"));
}
