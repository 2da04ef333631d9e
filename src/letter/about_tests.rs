use super::*;
use crate::letter::lexicon;

fn rachel_and_jordan() -> Called {
    vec![
        BTreeSet::from(["rachel".to_owned(), "winters".to_owned()]),
        BTreeSet::from(["jordan".to_owned(), "blake".to_owned()]),
    ]
}

fn said(body: &str) -> [String; 2] {
    let matter = read(body, &rachel_and_jordan(), lexicon::of("en"));
    [
        matter.about(0, 45, false).join(" "),
        matter.about(1, 45, false).join(" "),
    ]
}

#[test]
fn each_is_described_by_their_own_sentences() {
    let [rachel, jordan] = said(
        "I'd like to introduce you two. Rachel is a product designer who thinks with her hands. She has shipped \
         three power tools. Jordan runs a robotics lab in Porto. I'll let you two take it from here.",
    );
    assert_eq!(
        rachel,
        "Rachel is a product designer who thinks with her hands. She has shipped three power tools."
    );
    assert_eq!(jordan, "Jordan runs a robotics lab in Porto.");
}

#[test]
fn a4_nobody_reads_what_was_said_to_the_other() {
    let [rachel, jordan] = said(
        "Jordan, you'll love her budget. Rachel, could you show him the hand? Jordan, Rachel is a product designer. \
         Rachel, Jordan builds grippers for small workshops.",
    );
    assert_eq!(rachel, "Rachel is a product designer.");
    assert_eq!(jordan, "Jordan builds grippers for small workshops.");
}

#[test]
fn a_sentence_about_both_is_taken_apart_or_left_out() {
    let [rachel, jordan] = said(
        "Rachel is a product designer, Jordan runs a robotics lab. Rachel told Jordan's sister about the fair.",
    );
    assert_eq!(rachel, "Rachel is a product designer.");
    assert_eq!(jordan, "Jordan runs a robotics lab.");
    let [rachel, jordan] = said(
        "Rachel and Jordan, both of you love maps. I know Rachel, Jordan and Kim from school.",
    );
    assert_eq!((rachel.as_str(), jordan.as_str()), ("", ""));
}

#[test]
fn an_aside_becomes_a_sentence() {
    let [rachel, jordan] = said(
        "Rachel, meet Jordan, who runs a robotics lab in Porto. Jordan, I want to introduce you to Rachel Winters, a product \
         designer from Leeds.",
    );
    assert_eq!(rachel, "Rachel Winters is a product designer from Leeds.");
    assert_eq!(jordan, "Jordan runs a robotics lab in Porto.");
}

#[test]
fn a2_a_sentence_with_a_way_to_be_reached_is_left_out_whole() {
    let [rachel, jordan] = said(
        "Jordan runs a robotics lab; his number is 020 7946 0958. Jordan's page is lab.example. Rachel designs tools. \
         She is @rachelw everywhere.",
    );
    assert_eq!(jordan, "");
    assert_eq!(rachel, "Rachel designs tools.");
}

#[test]
fn a3_delicate_sentences_are_seen_and_left_out() {
    let matter = read(
        "Rachel is quietly leaving Initech. Rachel is a product designer. Jordan is a divorce lawyer in Leeds.",
        &rachel_and_jordan(),
        lexicon::of("en"),
    );
    assert!(matter.is_delicate(0));
    assert!(!matter.is_delicate(1), "somebody's trade is no secret");
    assert_eq!(
        matter.about(0, 45, false),
        ["Rachel is a product designer."]
    );
}

#[test]
fn what_concerns_nobody_by_name_is_delicate_for_all() {
    let matter = read(
        "Rachel designs tools. All of this is confidential.",
        &rachel_and_jordan(),
        lexicon::of("en"),
    );
    assert!(matter.is_delicate(0) && matter.is_delicate(1));
}

#[test]
fn a_pronoun_that_cannot_be_theirs_is_nobodys() {
    let [rachel, _] = said(
        "Rachel designs tools for workshops. She teaches in Leeds. He needs her help with a hand.",
    );
    assert_eq!(
        rachel,
        "Rachel designs tools for workshops. She teaches in Leeds."
    );
}

#[test]
fn long_descriptions_are_cut_at_a_pause() {
    let long = format!(
        "Rachel designs tools for workshops, {}",
        "and more and again ".repeat(15)
    );
    assert_eq!(said(&long)[0], "Rachel designs tools for workshops.");
}
