//! Somebody is presented to somebody, in one sentence and the next.

use super::*;
use crate::letter::lexicon;

fn told(language: &str, body: &str) -> [String; 2] {
    let called = vec![
        BTreeSet::from(["rachel".to_owned(), "winters".to_owned()]),
        BTreeSet::from(["jordan".to_owned(), "blake".to_owned()]),
    ];
    let matter = read(body, &called, lexicon::of(language));
    [
        matter.about(0, 45, false).join(" "),
        matter.about(1, 45, false).join(" "),
    ]
}

#[test]
fn whoever_is_presented_is_described_by_name() {
    for (language, body, jordan) in [
        (
            "en",
            "Rachel, meet Jordan: he mends boats and knows everyone in the harbour. Last year he launched a festival.",
            "Jordan mends boats and knows everyone in the harbour. Last year he launched a festival.",
        ),
        (
            "en",
            "Rachel, this is Jordan Blake – she mends boats for a living. After ten years at sea, she founded a school.",
            "Jordan Blake mends boats for a living. After ten years at sea, she founded a school.",
        ),
        (
            "en",
            "Rachel, I'd like you to meet Jordan: his lab builds grippers for kitchens. In 2019 he moved to Porto.",
            "Jordan's lab builds grippers for kitchens. In 2019 he moved to Porto.",
        ),
        (
            "en",
            "Rachel, meet Jordan, the best carpenter I know. In his holidays he restores organs.",
            "Jordan is the best carpenter I know. In his holidays he restores organs.",
        ),
        (
            "en",
            "Rachel, meet Jordan, who runs a lab in Porto. Since 2020 he also teaches there.",
            "Jordan runs a lab in Porto. Since 2020 he also teaches there.",
        ),
        (
            "de",
            "Rachel, darf ich vorstellen: Jordan, er repariert Boote am Hafen. Letztes Jahr gründete er ein Festival.",
            "Jordan repariert Boote am Hafen. Letztes Jahr gründete er ein Festival.",
        ),
        (
            "de",
            "Rachel, das ist Jordan: sie repariert Boote am Hafen. Seit zehn Jahren leitet sie eine Werft.",
            "Jordan repariert Boote am Hafen. Seit zehn Jahren leitet sie eine Werft.",
        ),
        (
            "fr",
            "Rachel, voici Jordan : il répare des bateaux au port. L'an dernier, il a lancé un festival.",
            "Jordan répare des bateaux au port. L'an dernier, il a lancé un festival.",
        ),
        (
            "es",
            "Rachel, te presento a Jordan: ella repara barcos en el puerto. El año pasado ella fundó un festival.",
            "Jordan repara barcos en el puerto. El año pasado ella fundó un festival.",
        ),
    ] {
        assert_eq!(told(language, body), ["", jordan], "{body}");
    }
}

#[test]
fn a4_what_may_be_about_somebody_else_is_left_out() {
    for (language, body, jordan) in [
        // Said of the one who is told, or of nobody can tell whom.
        ("en", "Rachel, meet Jordan: you will love his boats.", ""),
        ("en", "I told Rachel about Jordan: she mends boats.", ""),
        ("en", "Rachel, meet Jordan: he knows her sister well.", ""),
        ("en", "Rachel, meet Jordan: he mends boats for Rachel.", ""),
        (
            "en",
            "Rachel, meet Jordan: he mends boats. Last year she left the firm.",
            "Jordan mends boats.",
        ),
        (
            "en",
            "Rachel, meet Jordan: he mends boats. Last year he wrote to you.",
            "Jordan mends boats.",
        ),
        (
            "en",
            "Rachel, meet Jordan: he mends boats. After Kim left, he cried.",
            "Jordan mends boats.",
        ),
        (
            "en",
            "Rachel, meet Jordan: he mends boats. The weather was fine. Last year he cried.",
            "Jordan mends boats.",
        ),
        // Ways to be reached.
        (
            "en",
            "Rachel, meet Jordan: he mends boats. Since May he answers on +351 912 345 678.",
            "Jordan mends boats.",
        ),
        ("en", "Rachel, meet Jordan: he is @jordanb everywhere.", ""),
        (
            "de",
            "Rachel, das ist Jordan: er repariert Boote. Letztes Jahr gründeten sie ein Festival.",
            "Jordan repariert Boote.",
        ),
        ("de", "Rachel, das ist Jordan: Sie kennen den Hafen.", ""),
        (
            "fr",
            "Rachel, voici Jordan : il répare des bateaux. L'an dernier, il y a eu un festival.",
            "Jordan répare des bateaux.",
        ),
    ] {
        assert_eq!(told(language, body), ["", jordan], "{body}");
    }
}
