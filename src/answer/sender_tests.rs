//! Forged, replayed and honest answers, as they lie in real mailboxes.

use super::*;
use crate::mail::parse;

const ASKED: &str = "rachel@kiln.example.org";

fn judged(header: &str) -> Sender {
    judged_under(header, Some("mx.hub.example.net"), 0)
}

fn judged_under(header: &str, id: Option<&str>, before: usize) -> Sender {
    let bytes = format!(
        "{}Subject: Re: Jordan\r\nMessage-ID: <a@kiln.example.org>\r\n\r\nYes, please!\r\n",
        header.replace('\n', "\r\n")
    );
    let message = parse(bytes.as_bytes());
    judge_after(
        bytes.as_bytes(),
        &message,
        &[Address::new(ASKED).unwrap()],
        id,
        before,
    )
}

fn doubtful(header: &str) {
    assert!(
        matches!(judged(header), Sender::Doubtful(_)),
        "believed:\n{header}"
    );
}

#[test]
fn y13_one_sender_who_was_asked_is_trusted() {
    for from in [
        "From: rachel@kiln.example.org\n",
        "From: Rachel Kim <rachel@kiln.example.org>\n",
        "From: \"Kim, Rachel: potter\" <Rachel@KILN.example.org>\n",
        "From: =?utf-8?q?R=C3=A1chel?= <rachel@kiln.example.org>\n",
        "From: Rachel (at home, mostly) <rachel@kiln.example.org>\n",
        "from:\n rachel@kiln.example.org\n",
    ] {
        assert_eq!(judged(from), Sender::Trusted, "{from}");
    }
}

#[test]
fn y13_tricks_with_the_from_field_are_never_believed() {
    for from in [
        "From: rachel@kiln.example.org\nFrom: mallory@evil.example\n",
        "From: mallory@evil.example\nFrom: rachel@kiln.example.org\n",
        "From : mallory@evil.example\nFrom: rachel@kiln.example.org\n",
        "From: rachel@kiln.example.org, mallory@evil.example\n",
        "From: mallory@evil.example, rachel@kiln.example.org\n",
        "From: <mallory@evil.example> <rachel@kiln.example.org>\n",
        "From: <rachel@kiln.example.org> <mallory@evil.example>\n",
        "From: \"rachel@kiln.example.org\" <mallory@evil.example>\n",
        "From: rachel@kiln.example.org <mallory@evil.example>\n",
        "From: friends: rachel@kiln.example.org;\n",
        "From: <@evil.example:rachel@kiln.example.org>\n",
        "From: rachel@kiln.example.org.evil.example\n",
        "From: rachel@kiln-example.org\n",
        "From: r\u{430}chel@kiln.example.org\n",
        "From: rachel@kiln.example.org\0@evil.example\n",
        "From: Rachel Kim <rachel.kim@mail.example>\n",
        "From: \"Rachel\" \"<rachel@kiln.example.org>\" <mallory@evil.example>\n",
        "From: Rachel <mallory@evil.example> (<rachel@kiln.example.org>)\n",
        "From:\n",
        "Sender: rachel@kiln.example.org\n",
        "Reply-To: rachel@kiln.example.org\nFrom: mallory@evil.example\n",
        "From: =?utf-8?q?rachel=40kiln=2Eexample=2Eorg?=\n",
    ] {
        doubtful(from);
    }
}

/// Dovecot's LMTP puts three fields on top of what Postfix wrote, results above Postfix's `Received`.
#[test]
fn y13_results_are_found_where_postfix_and_dovecot_put_them() {
    let delivered = |results: &str| {
        format!(
            "Return-Path: <rachel@kiln.example.org>\nDelivered-To: alex@hub.example.net\nReceived: from mx.hub.example.net\n by mx.hub.example.net with LMTP id abc; Fri, 20 Nov 2026 08:02:00 +0000\n{results}Received: from kiln.example.org (unknown [192.0.2.7])\n by mx.hub.example.net (Postfix) with ESMTPS id 4x; Fri, 20 Nov 2026 08:02:00 +0000\nReceived: from laptop by kiln.example.org; Fri, 20 Nov 2026 08:01:00 +0000\nFrom: {ASKED}\n"
        )
    };
    let pass = delivered(
        "Authentication-Results: mx.hub.example.net; auth=none; dmarc=pass header.from=kiln.example.org\n",
    );
    assert_eq!(
        judged_under(&pass, Some("mx.hub.example.net"), 9),
        Sender::Trusted
    );
    doubtful(&delivered(
        "Authentication-Results: mx.hub.example.net; auth=none; spf=fail smtp.mailfrom=kiln.example.org; dkim=none; dmarc=fail (p=reject) header.from=kiln.example.org\n",
    ));
    // Unknown id: a fail counts, a pass does not.
    doubtful(&delivered(
        "Authentication-Results: other.example.com; dmarc=fail header.from=kiln.example.org\n",
    ));
    let strange = delivered(
        "Authentication-Results: other.example.com; dmarc=pass header.from=kiln.example.org\n",
    );
    assert_eq!(
        judged_under(&strange, Some("mx.hub.example.net"), 0),
        Sender::Trusted
    );
    assert!(matches!(
        judged_under(&strange, Some("mx.hub.example.net"), 3),
        Sender::Doubtful(_)
    ));
}

/// Gmail's stand below its border's `Received`, which stands below an internal one.
#[test]
fn y13_results_are_found_where_gmail_puts_them() {
    let gmail = |results: &str| {
        format!(
            "Delivered-To: alex@gmail.com\nReceived: by 2002:a05:6a10:1234:b0:1:2:3 with SMTP id x1;\n Fri, 20 Nov 2026 00:02:00 -0800 (PST)\nX-Received: by 2002:a05:1 with SMTP id z;\n Fri, 20 Nov 2026 00:02:00 -0800 (PST)\nARC-Authentication-Results: i=1; mx.google.com; dmarc=pass header.from=kiln.example.org\nReturn-Path: <rachel@kiln.example.org>\nReceived: from mail.kiln.example.org (mail.kiln.example.org. [192.0.2.7])\n by mx.google.com with ESMTPS id y2\n for <alex@gmail.com>; Fri, 20 Nov 2026 00:02:00 -0800 (PST)\nReceived-SPF: pass (google.com: designates 192.0.2.7) client-ip=192.0.2.7;\n{results}Received: from laptop by mail.kiln.example.org; Fri, 20 Nov 2026 08:01:00 +0000\nFrom: {ASKED}\n"
        )
    };
    let google = |r: &str| judged_under(&gmail(r), Some("mx.google.com"), 9);
    assert_eq!(
        google(
            "Authentication-Results: mx.google.com;\n dkim=pass header.i=@kiln.example.org header.s=s1 header.b=AbC/d;\n spf=pass (google.com) smtp.mailfrom=rachel@kiln.example.org;\n dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=kiln.example.org\n"
        ),
        Sender::Trusted
    );
    assert!(matches!(
        google(
            "Authentication-Results: mx.google.com;\n dkim=fail header.i=@kiln.example.org;\n dmarc=fail (p=NONE) header.from=kiln.example.org\n"
        ),
        Sender::Doubtful(_)
    ));
}

#[test]
fn y13_results_that_the_sender_wrote_below_a_foreign_hop_count_for_nothing() {
    let header = format!(
        "Received: from evil.example by mx.hub.example.net with ESMTP; Fri, 20 Nov 2026 08:02:00 +0000\nReceived: from x by relay.evil.example; Fri, 20 Nov 2026 08:01:00 +0000\nAuthentication-Results: mx.hub.example.net; dmarc=pass header.from=kiln.example.org\nFrom: {ASKED}\n"
    );
    assert!(matches!(
        judged_under(&header, Some("mx.hub.example.net"), 3),
        Sender::Doubtful(_)
    ));
    // Right below the true one: the true one decides.
    let below = format!(
        "Received: from evil.example by mx.hub.example.net with ESMTP; Fri, 20 Nov 2026 08:02:00 +0000\nAuthentication-Results: mx.hub.example.net; spf=softfail smtp.mailfrom=evil.example\nAuthentication-Results: mx.hub.example.net; dmarc=pass header.from=kiln.example.org\nFrom: {ASKED}\n"
    );
    assert!(matches!(
        judged_under(&below, Some("mx.hub.example.net"), 3),
        Sender::Doubtful(_)
    ));
}

#[test]
fn y13_a_pass_for_another_domain_is_no_pass() {
    for results in [
        "dkim=pass header.d=evil.example",
        "dkim=pass header.d=org",
        "dkim=pass header.d=notkiln.example.com",
        "dmarc=pass header.from=evil.example",
        "dmarc=pass",
        "spf=pass smtp.mailfrom=kiln.example.org",
        "xdkim=pass header.d=kiln.example.org",
        "dkim=neutral reason=\"dkim=pass header.d=kiln.example.org\"",
        "dkim=none (dkim=pass header.d=kiln.example.org)",
    ] {
        let header = format!(
            "Authentication-Results: mx.hub.example.net; {results}\nReceived: from a by mx.hub.example.net; x\nFrom: {ASKED}\n"
        );
        assert!(
            matches!(
                judged_under(&header, Some("mx.hub.example.net"), 3),
                Sender::Doubtful(_)
            ),
            "{results}"
        );
    }
}

#[test]
fn without_any_results_token_and_sender_decide() {
    assert_eq!(
        judged_under(
            &format!("Received: from a by b.example.com; x\nFrom: {ASKED}\n"),
            None,
            0
        ),
        Sender::Trusted
    );
}

#[test]
fn the_own_servers_id_is_learnt_from_the_top() {
    let bytes = b"Authentication-Results: MX.Hub.example.net; spf=none\r\nReceived: from a by mx.hub.example.net; x\r\nAuthentication-Results: forged.example; dmarc=pass\r\nFrom: a@b.example\r\n\r\n";
    assert_eq!(
        top_authserv_id(&parse(bytes)).as_deref(),
        Some("mx.hub.example.net")
    );
}
