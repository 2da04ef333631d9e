use super::parse;
use super::text::own_words;

fn own(text: &str) -> String {
    own_words(&parse(
        format!("Content-Type: text/plain; charset=utf-8\n\n{text}").as_bytes(),
    ))
}

const OWN: &str = "Hi both,\n\nyou should meet.\n\nBest,\nAlex\n";

#[test]
fn greeting_and_closing_are_the_writers_own_words() {
    assert_eq!(own(OWN), OWN);
}

#[test]
fn what_is_quoted_below_is_left_out_whichever_program_quoted_it() {
    for below in [
        "On Mon, 2 Nov 2026 at 09:00, Kim Park <kim@x.example> wrote:\n> old\n> text\n",
        "On Mon, 2 Nov 2026 at 09:00, Kim Park\n<kim@x.example> wrote:\n\n> old\n",
        "Am 02.11.2026 um 09:00 schrieb Kim Park:\n> alt\n",
        "Le lun. 2 nov. 2026 à 09:00, Kim <kim@x.example> a écrit :\n> vieux\n",
        "El 2 nov 2026, a las 9:00, Kim <kim@x.example> escribió:\n> viejo\n",
        "-----Original Message-----\nFrom: Kim\nSent: Monday\nTo: Alex\nSubject: old\n\nold text without marks\n",
        "________________________________\nFrom: Kim Park <kim@x.example>\nSent: Monday, 2 November 2026 09:00\nTo: Alex\nSubject: old\n\nold text\n",
        "Von: Kim\nGesendet: Montag\nAn: Alex\nBetreff: alt\n\nalter Text\n",
        "---------- Forwarded message ---------\nFrom: Kim\nDate: Mon\nSubject: old\nTo: Alex\n\nold text\n",
        "Begin forwarded message:\n\nFrom: Kim\n\nold text\n",
        "---------------------- Forwarded by Alex on 11/02/2026 ---------------------------\nold\n",
    ] {
        assert_eq!(own(&format!("{OWN}\n{below}")), OWN, "{below}");
    }
}

#[test]
fn an_answer_below_the_quotation_stays() {
    assert_eq!(
        own("On 2 Nov 2026, Kim wrote:\n> shall we?\n\nYes, gladly.\n"),
        "Yes, gladly.\n"
    );
    assert_eq!(own("> one\nfirst\n> two\nsecond\n"), "first\n\nsecond\n");
}

#[test]
fn signatures_cards_devices_and_small_print_are_left_out() {
    for below in [
        "-- \nAlex Rivera\nHub | +1 555 0134\n",
        "Alex Rivera\nHead of things\nHub, 1 Main Street\n+1 555 0134 | alex@hub.example\n",
        "\nSent from my iPhone\n",
        "\nVon meinem iPhone gesendet\n",
        "\nThis e-mail is confidential and intended for the named recipient only. If you are not the recipient, delete it.\n",
        "\nDiese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt. Bitte löschen Sie sie.\n",
    ] {
        assert_eq!(own(&format!("{OWN}{below}")), OWN, "{below}");
    }
    let postscript = format!("{OWN}\nPS: the kiln is mended.\n");
    assert_eq!(own(&postscript), postscript);
}

#[test]
fn sentences_that_only_look_like_history_stay() {
    for text in [
        "On Monday Kim wrote a poem.\n",
        "I wrote to you on 2 November, remember?\n",
        "From: here to there is a long way.\n",
        "He said it is confidential.\n",
        "Thanks\nfor the fish, which was good.\n",
        "This is to be forwarded by you, please.\n",
    ] {
        assert_eq!(own(text), text, "{text}");
    }
}
