//! Forged answers: none of them may count, whatever they say.

use askfirst::answer::sender::{Sender, judge_after};
use askfirst::mail::{self, Address};

const RACHEL: &str = "rachel@kiln.example.org";
const OWN: &str = "mx.hub.example";

/// From fields of people who are not Rachel, or who hide who they are.
const FROM: &[&str] = &[
    "Rachel Kim <rachel@kiln.example.net>",
    "Rachel Kim <rachel@k1ln.example.org>",
    "Rachel Kim <rachel@kiln.example.org.evil.example>",
    "Rachel Kim <rachel@kiln-example.org>",
    "Rachel Kim <rachel@kilnexample.org>",
    "Rachel Kim <rachel@example.org>",
    "Rachel Kim <rachel@mail.kiln.example.org>",
    "Rachel Kim <rachel@kilń.example.org>",
    "Rachel Kim <rachel@kіln.example.org>",
    "Rachel Kim <rachel@xn--kln-tma.example.org>",
    "Rachel Kim <rаchel@kiln.example.org>",
    "Rachel Kim <rache1@kiln.example.org>",
    "Rachel Kim <rachel.kim@kiln.example.org>",
    "Rachel Kim <rachel+yes@kiln.example.org>",
    "Rachel Kim <rachel@evil.example>",
    "\"rachel@kiln.example.org\" <evil@evil.example>",
    "rachel@kiln.example.org <evil@evil.example>",
    "<rachel@kiln.example.org> <evil@evil.example>",
    "<evil@evil.example> <rachel@kiln.example.org>",
    "evil@evil.example, rachel@kiln.example.org",
    "rachel@kiln.example.org, evil@evil.example",
    "Rachel Kim <rachel@kiln.example.org>, Evil <evil@evil.example>",
    "Friends: rachel@kiln.example.org;",
    "Friends: Rachel Kim <rachel@kiln.example.org>, evil@evil.example;",
    "undisclosed-recipients:;",
    "<@evil.example:rachel@kiln.example.org>",
    "<rachel%kiln.example.org@evil.example>",
    "<rachel@kiln.example.org@evil.example>",
    "<evil@evil.example@kiln.example.org>",
    "\"evil@evil.example\"@kiln.example.org",
    "evil@evil.example (rachel@kiln.example.org)",
    "Rachel (rachel@kiln.example.org) <evil@evil.example>",
    "=?utf-8?q?rachel=40kiln=2Eexample=2Eorg?= <evil@evil.example>",
    "=?utf-8?q?Rachel_=3Crachel=40kiln=2Eexample=2Eorg=3E?= <evil@evil.example>",
    "Rachel Kim <rachel@kiln.example.org\u{200b}>",
    "Rachel Kim <rachel\u{202e}@kiln.example.org>",
    "Rachel Kim <rachel@kiln.example.org",
    "Rachel Kim rachel@kiln.example.org evil@evil.example",
    "Rachel Kim",
    "",
    "<>",
    "Rachel Kim <rachel@kiln.example.org>\r\nFrom: Evil <evil@evil.example>",
    "Evil <evil@evil.example>\r\nFrom: Rachel Kim <rachel@kiln.example.org>",
    "Evil <evil@evil.example>\r\nFrom : Rachel Kim <rachel@kiln.example.org>",
    "Rachel Kim <rachel@kiln.example.org>\r\nfrom: rachel@kiln.example.org",
    "Evil <evil@evil.example>\r\nSender: Rachel Kim <rachel@kiln.example.org>",
    "Evil <evil@evil.example>\r\nReply-To: Rachel Kim <rachel@kiln.example.org>",
    "Evil <evil@evil.example>\r\nResent-From: Rachel Kim <rachel@kiln.example.org>",
];

/// What stands above such a From field: nothing, a verdict of our own server about the forger, a verdict
/// that the forger wrote.
const TRACES: &[&str] = &[
    "",
    "Authentication-Results: mx.hub.example; dmarc=pass header.from=evil.example; dkim=pass header.d=evil.example\r\n",
    "Received: from mx.evil.example by mx.hub.example; Fri, 20 Nov 2026 08:00:00 +0000\r\nAuthentication-Results: mx.hub.example; dmarc=pass header.from=kiln.example.org\r\n",
];

/// Header fields above Rachel's own address, from a domain that usually passes.
const VERDICTS: &[&str] = &[
    "",
    "Authentication-Results: mx.hub.example; none\r\n",
    "Authentication-Results: mx.hub.example; dmarc=fail header.from=kiln.example.org\r\n",
    "Authentication-Results: other.example; dmarc=fail header.from=kiln.example.org\r\n",
    "Authentication-Results: mx.hub.example; dkim=fail header.d=kiln.example.org\r\n",
    "Authentication-Results: mx.hub.example; spf=pass smtp.mailfrom=kiln.example.org\r\n",
    "Authentication-Results: mx.hub.example; spf=fail smtp.mailfrom=kiln.example.org\r\n",
    "Authentication-Results: mx.hub.example; dkim=pass header.d=evil.example\r\n",
    "Authentication-Results: mx.hub.example; dkim=pass header.d=kiln.example.org.evil.example\r\n",
    "Authentication-Results: mx.hub.example; dkim=pass header.i=rachel@evil.example\r\n",
    "Authentication-Results: mx.hub.example; dmarc=pass header.from=evil.example\r\n",
    "Authentication-Results: mx.hub.example; dmarc=pass\r\n",
    "Authentication-Results: mx.hub.example; xdmarc=pass header.from=kiln.example.org\r\n",
    "Authentication-Results: mx.hub.example; \"dmarc\"=pass header.from=kiln.example.org\r\n",
    "Authentication-Results: mx.hub.example; dkim=none reason=\"dmarc=pass header.from=kiln.example.org\"\r\n",
    "Authentication-Results: mx.hub.example; dkim=none (dmarc=pass header.from=kiln.example.org)\r\n",
    "Authentication-Results: mx.hub.example (; dmarc=pass header.from=kiln.example.org\r\n",
    "Authentication-Results: evil.example; dmarc=pass header.from=kiln.example.org\r\n",
    "Authentication-Results: mx.hub.example.evil.example; dmarc=pass header.from=kiln.example.org\r\n",
    "Authentication-Results: \"mx.hub.example \"; dmarc=pass header.from=kiln.example.org\r\n",
    "Authentication-Results: evil.example; none\r\nAuthentication-Results: mx.hub.example; dmarc=pass header.from=kiln.example.org\r\n",
    "Received: from a.evil.example by mx.hub.example; Fri, 20 Nov 2026 08:00:00 +0000\r\nReceived: from b.evil.example by a.evil.example; Fri, 20 Nov 2026 08:00:00 +0000\r\nAuthentication-Results: mx.hub.example; dmarc=pass header.from=kiln.example.org\r\n",
    "X-Authentication-Results: mx.hub.example; dmarc=pass header.from=kiln.example.org\r\n",
    "ARC-Authentication-Results: i=1; mx.hub.example; dmarc=pass header.from=kiln.example.org\r\n",
];

fn verdict(header: &str) -> Sender {
    let text = format!(
        "{header}To: alex@hub.example\r\nSubject: Re: Jordan\r\nIn-Reply-To: <ask@hub.example>\r\nMessage-ID: <1@evil.example>\r\n\r\nYes, please!\r\n"
    );
    let asked = [Address::new(RACHEL).unwrap()];
    judge_after(
        text.as_bytes(),
        &mail::parse(text.as_bytes()),
        &asked,
        Some(OWN),
        3,
    )
}

#[test]
fn y13_of_a_hundred_and_fifty_forgeries_none_counts() {
    let mut all: Vec<String> = Vec::new();
    for from in FROM {
        all.extend(
            TRACES
                .iter()
                .map(|trace| format!("{trace}From: {from}\r\n")),
        );
    }
    all.extend(
        VERDICTS
            .iter()
            .map(|v| format!("{v}From: Rachel Kim <{RACHEL}>\r\n")),
    );
    assert!(all.len() >= 150, "{}", all.len());
    let accepted: Vec<&String> = all
        .iter()
        .filter(|h| verdict(h) == Sender::Trusted)
        .collect();
    assert!(
        accepted.is_empty(),
        "{} of {} counted:\n{accepted:#?}",
        accepted.len(),
        all.len()
    );
}

#[test]
fn y13_rachel_herself_counts_with_her_servers_word() {
    let own = format!(
        "Authentication-Results: {OWN}; dmarc=pass header.from=kiln.example.org\r\nFrom: Rachel Kim <{RACHEL}>\r\n"
    );
    assert_eq!(verdict(&own), Sender::Trusted);
    let signed = format!(
        "Authentication-Results: {OWN}; dkim=pass header.d=kiln.example.org\r\nFrom: \"Kim, Rachel\" <Rachel@Kiln.example.org>\r\n"
    );
    assert_eq!(verdict(&signed), Sender::Trusted);
}
