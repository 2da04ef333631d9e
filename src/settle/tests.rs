use super::*;
use crate::mail::parse;

const HEADER: &str = "From: Alex Rivera <alex@hub.example>\r\nTo: Rachel Winters <rachel@folio.example>, Jordan Okafor <jordan@lab.example>\r\nSubject: Rachel <> Jordan\r\n";

fn draft(text: &str) -> Message {
    parse(format!("{HEADER}\r\n{text}").as_bytes())
}

fn with_fields(fields: &str) -> Message {
    parse(format!("{HEADER}{fields}\r\n\r\nDear both, you should meet.\r\n\r\nAlex\r\n").as_bytes())
}

#[test]
fn d1_half_a_text_is_no_draft_to_take() {
    for text in [
        "Hi Rachel, hi Jordan,\n\nI have been meaning to introduce you two, because",
        "Hi Rachel, hi Jordan,\n\nI have been meaning to introduce you two.\n\nJordan, Rachel is the glaze chemist who",
        "Hi Rachel, hi Jordan,\n\nI wanted to",
        "Hi Rachel, hi Jordan,\n\nmeet each other. First of all,",
    ] {
        assert!(unfinished(&draft(text)).is_some(), "{text}");
    }
}

#[test]
fn d1_a_closing_a_signature_a_name_or_a_full_sentence_is_an_end() {
    let body = "Hi Rachel, hi Jordan,\n\nlet me introduce you two.";
    for end in [
        "",
        "\n\nBest,\nAlex",
        "\n\nViele Grüße",
        "\n\nAlex",
        "\n\n-A",
        "\n\nA.",
        " Have fun!",
        " :)",
        "\n\nCheers, Alex",
        "\n\nXander",
        "\n\nTell me how it went\n-- \nAlex Rivera | Hub",
        "\n\nAlex\n\nPS: Jordan, the kiln is mended.",
    ] {
        assert_eq!(unfinished(&draft(&format!("{body}{end}\n"))), None, "{end}");
    }
}

#[test]
fn d4_gaps_still_to_be_filled_in() {
    for text in [
        "Rachel runs [TODO: ask her].",
        "Here is his site: [link].",
        "Dear {{first_name}}, meet Jordan.",
        "Rachel XXX finish this. More.",
        "See ${url} for more.",
        "She studied at ____ in Porto.",
        "She works at [company name].",
        "His talk is on <insert date>.",
        "Jordan, {name} is a potter.",
        "Rachel lives in ???.",
        "TBD who starts.",
        "Jordan is a […].",
    ] {
        assert!(
            unfinished(&draft(&format!("Hi both,\n\n{text}\n\nAlex\n"))).is_some(),
            "{text}"
        );
    }
}

#[test]
fn d4_brackets_and_kisses_are_no_gaps() {
    for text in [
        "Rachel [cc'd] is a potter.",
        "Her book [1] is lovely.",
        "I said \"we [both] agree\".",
        "See <https://folio.example/a>.",
        "Write to <rachel@folio.example>.",
        "The set {a, b} is finite.",
    ] {
        assert_eq!(
            unfinished(&draft(&format!("Hi both,\n\n{text}\n\nAlex\n"))),
            None,
            "{text}"
        );
    }
    assert_eq!(
        unfinished(&draft("Hi both,\n\nyou should meet.\n\nLove,\nAlex XXX\n")),
        None
    );
}

#[test]
fn d5_a_promised_attachment_must_be_there() {
    for text in [
        "Her CV is attached.",
        "Please see the attachment for details.",
        "Anbei findest du ihr Portfolio.",
        "Ci-joint son CV.",
        "Te adjunto su CV.",
        "Em anexo segue o currículo.",
        "In allegato il suo CV.",
        "Bijgevoegd haar cv.",
    ] {
        let body = format!("Hi both,\n\nyou should meet. {text}\n\nAlex\n");
        assert!(unfinished(&draft(&body)).is_some(), "{text}");
        let with = format!(
            "{HEADER}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n--b\r\n\
Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=cv.pdf\r\n\r\nx\r\n--b--\r\n"
        );
        assert_eq!(unfinished(&parse(with.as_bytes())), None, "{text}");
    }
    for text in ["He is very attached to his dog.", "No strings attached."] {
        assert_eq!(
            unfinished(&draft(&format!(
                "Hi both,\n\nyou should meet. {text}\n\nAlex\n"
            ))),
            None,
            "{text}"
        );
    }
}

#[test]
fn d5_the_logo_of_a_signature_is_not_the_promised_attachment() {
    let with = format!(
        "{HEADER}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi both, meet each other. Her CV is attached.\r\n--b\r\n\
Content-Type: image/png\r\nContent-Disposition: inline\r\nContent-ID: <logo>\r\n\r\nx\r\n--b--\r\n"
    );
    assert!(unfinished(&parse(with.as_bytes())).is_some());
}

#[test]
fn d6_an_empty_text_or_a_greeting_alone_is_not_finished() {
    for text in [
        "",
        "\n\n",
        "Hi Rachel and Jordan,\n",
        "Hi Rachel,\n\nBest,\nAlex\n",
        "Dear both,\n\n\n-- \nAlex Rivera\nHub\n",
    ] {
        assert!(unfinished(&draft(text)).is_some(), "{text:?}");
    }
}

#[test]
fn a_draft_that_goes_to_nobody_or_to_nobody_knows_whom_waits() {
    let text = "\r\nHi both, please meet. I'll let you two talk.\r\n\r\nAlex\r\n";
    assert!(
        unfinished(&parse(
            format!("From: alex@hub.example\r\n{text}").as_bytes()
        ))
        .is_some()
    );
    let broken =
        format!("From: alex@hub.example\r\nTo: Rachel <rachel@folio, jordan@lab.example\r\n{text}");
    assert!(unfinished(&parse(broken.as_bytes())).is_some());
}

#[test]
fn d7_what_another_tool_has_scheduled_is_left_alone() {
    for field in [
        "X-Send-Later-At: Mon, 30 Nov 2026 09:00:00 +0100",
        "X-Send-Later-Recur: weekly",
        "x-send-later-uuid: 1",
        "Deferred-Delivery: Mon, 30 Nov 2026 09:00:00 +0000",
    ] {
        assert!(never_taken(&with_fields(field)).is_some(), "{field}");
    }
}

#[test]
fn d7_what_must_be_signed_or_encrypted_at_send_is_left_alone() {
    for field in [
        "X-Mutt-PGP: SE<0x1234>",
        "X-Mutt-SMIME: S",
        "X-Enigmail-Draft-Status: N1100",
        "X-Enigmail-Draft-Status: 515",
        "X-Evolution-Format: text/plain, pgp-sign",
        "X-KMail-EncryptActionEnabled: true",
        "X-Mozilla-Draft-Info: internal/draft; vcard=0; sign=1",
        "X-Foo-Encrypt: yes",
        "msip_labels: MSIP_Label_1_Enabled=true; MSIP_Label_1_ContentBits=8",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data",
    ] {
        assert!(never_taken(&with_fields(field)).is_some(), "{field}");
    }
    let mml = draft("<#secure method=pgpmime mode=sign>\nDear both, please meet.\n");
    assert!(never_taken(&mml).is_some());
    let filelink = format!(
        "{HEADER}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nMeet.\r\n--b\r\nContent-Type: text/html\r\nX-Mozilla-Cloud-Part: cloudFile; url=https://x.example/f\r\n\
Content-Disposition: attachment; filename=f\r\n\r\nx\r\n--b--\r\n"
    );
    assert!(never_taken(&parse(filelink.as_bytes())).is_some());
}

#[test]
fn d7_the_marks_of_an_ordinary_draft_do_no_harm() {
    for field in [
        "X-Mozilla-Draft-Info: internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0; attachmentreminder=0; deliveryformat=4",
        "X-Identity-Key: id1",
        "X-Enigmail-Draft-Status: N00222",
        "X-Mutt-PGP:",
        "X-Mutt-Fcc: =Sent",
        "X-Evolution-Format: text/html",
        "X-KMail-SignatureActionEnabled: false",
        "X-PGP-Key: 0x1234",
        "X-Unsent: 1",
        "msip_labels: MSIP_Label_1_Enabled=true; MSIP_Label_1_ContentBits=0",
        "Autocrypt: addr=alex@hub.example; prefer-encrypt=mutual; keydata=AAA",
    ] {
        assert_eq!(never_taken(&with_fields(field)), None, "{field}");
    }
}

fn version(id: &str, subject: &str, text: &str) -> Message {
    parse(
        format!("From: alex@hub.example\r\nTo: rachel@folio.example, jordan@lab.example\r\nSubject: {subject}\r\nMessage-ID: <{id}@hub.example>\r\n\r\n{text}").as_bytes(),
    )
}

const LETTER: &str = "Hi Rachel, hi Jordan,\n\nlet me introduce you two. Jordan, Rachel is the glaze chemist from Porto whom I met at the fair. Rachel, Jordan owns the big kiln by the river.\n\nAlex\n";

#[test]
fn d2_a_draft_that_grows_under_a_new_id_each_second_is_one_draft() {
    let mut older = version("v0", "Rachel <> Jordan", LETTER);
    for n in 1..12 {
        let newer = version(
            &format!("v{n}"),
            "Rachel <> Jordan",
            &format!("{LETTER}\nPS {}nice to have you both.\n", "very ".repeat(n)),
        );
        assert!(
            same_draft(&older, &newer) && same_draft(&newer, &older),
            "{n}"
        );
        older = newer;
    }
}

#[test]
fn d2_from_the_first_word_to_the_last_it_is_one_draft() {
    let whole: Vec<&str> = LETTER.split_inclusive(' ').collect();
    let mut older = version("a", "", "");
    for n in 1..whole.len() {
        let newer = version(
            &format!("b{n}"),
            if n > 4 { "Rachel <> Jordan" } else { "Rachel" },
            &whole[..n].concat(),
        );
        assert!(same_draft(&older, &newer), "{n}");
        older = newer;
    }
}

#[test]
fn d2_another_letter_to_the_same_people_is_another_draft() {
    let one = version("a", "Rachel <> Jordan", LETTER);
    let other = version(
        "b",
        "Rachel <> Jordan",
        "Hello both,\n\nthe minutes of Monday's call are in the shared folder; please read them before Friday.\n\nAlex\n",
    );
    assert!(!same_draft(&one, &other));
    assert!(!same_draft(&one, &version("c", "Dinner", LETTER)));
    let elsewhere = parse(
        format!("To: kim@far.example\r\nSubject: Rachel <> Jordan\r\n\r\n{LETTER}").as_bytes(),
    );
    assert!(!same_draft(&one, &elsewhere));
}

#[test]
fn d10_a_yes_holds_for_a_mended_text_and_not_for_another_one() {
    let one = version("a", "Rachel <> Jordan", LETTER);
    assert!(same_purpose(
        &one,
        &version(
            "a",
            "Rachel and Jordan",
            &LETTER.replace("big kiln", "large kiln")
        )
    ));
    assert!(!same_purpose(
        &one,
        &version(
            "a",
            "Rachel <> Jordan",
            "Hi both,\n\nJordan would like to buy Rachel's firm and let everybody go. Over to you two.\n\nAlex\n"
        )
    ));
    let longer = format!("{LETTER}{}", "And then there is the matter of the inheritance, which the two of you should settle in court. ".repeat(6));
    assert!(!same_purpose(
        &one,
        &version("a", "Rachel <> Jordan", &longer)
    ));
    let mut more = one.clone();
    more.cc = more.to.clone();
    more.cc[0].address = crate::mail::Address::new("kim@far.example").unwrap();
    assert!(!same_purpose(&one, &more) && same_draft(&one, &more));
}
