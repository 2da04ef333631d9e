//! Answers that are, or may not be, the asked person's word.

use super::*;
use crate::answer::vouching::Arrival;

/// The asks to Rachel and to Jordan stand out.
fn asked() -> (Table, Id) {
    let mut table = Table::laid("confirm = \"never\"", &[]);
    let id = table.holds(&boats());
    table.wait(11 * MINUTE);
    assert_eq!(table.stands(&id).0, State::Asking);
    (table, id)
}

fn reply(table: &Table, number: u32, date: Timestamp, header: &str) -> Vec<u8> {
    let ask = &table.asks_to("rachel@winters.example")[0];
    format!(
        "{header}From: {RACHEL}\r\nTo: alex@hub.example\r\nSubject: Re: {}\r\nDate: {}\r\nMessage-ID: <{number}@winters.example>\r\n\
         In-Reply-To: <{}>\r\n\r\nYes, please!\r\n",
        ask.subject,
        date.to_rfc2822(),
        ask.message_id.as_str(),
    )
    .into_bytes()
}

fn arrives(table: &mut Table, bytes: Vec<u8>, arrival: Arrival) {
    let (account, junk) = ("work".to_owned(), false);
    table.hear(Heard::Arrived {
        account,
        junk,
        bytes,
        arrival,
    });
}

fn rachel(table: &Table, id: &Id) -> crate::introduction::Party {
    let parties = &table.desk.books.introductions[id].parties;
    let mut rachels = parties
        .iter()
        .filter(|p| p.address.as_str().starts_with("rachel"));
    rachels.next().cloned().unwrap()
}

#[test]
fn y13_a_reply_dated_before_its_question_is_shown_and_does_not_count() {
    let (mut table, id) = asked();
    let bytes = reply(&table, 1, table.at - TimeDelta::days(3), "");
    arrives(&mut table, bytes, Arrival::default());
    assert_eq!(rachel(&table, &id).answer, None);
    assert_eq!(rachel(&table, &id).trouble, Some(Reason::DoubtfulSender));
}

#[test]
fn y13_a_reply_received_before_its_question_is_shown_and_does_not_count() {
    let (mut table, id) = asked();
    let bytes = reply(&table, 1, table.at, "");
    let arrival = Arrival {
        received: Some(table.at - TimeDelta::days(3)),
        ..Arrival::default()
    };
    arrives(&mut table, bytes, arrival);
    assert_eq!(rachel(&table, &id).answer, None);
}

#[test]
fn y13_a_domain_that_usually_passes_must_pass() {
    let used_to_pass = |passed_before| Arrival {
        authserv_id: Some("mx.hub.example".to_owned()),
        passed_before,
        received: None,
    };
    let (mut table, id) = asked();
    let bytes = reply(&table, 1, table.at, "");
    arrives(&mut table, bytes, used_to_pass(3));
    assert_eq!(rachel(&table, &id).answer, None);
    assert_eq!(rachel(&table, &id).trouble, Some(Reason::DoubtfulSender));
    // Under the learnt id a pass is one, and the later plain yes resolves it.
    let pass = "Authentication-Results: mx.hub.example; dmarc=pass header.from=winters.example\r\n";
    let bytes = reply(&table, 2, table.at, pass);
    arrives(&mut table, bytes, used_to_pass(3));
    assert_eq!(rachel(&table, &id).answer, Some(crate::answer::Answer::Yes));
    assert_eq!(rachel(&table, &id).trouble, None);
}

#[test]
fn y13_two_passes_are_no_habit() {
    let (mut table, id) = asked();
    let bytes = reply(&table, 1, table.at, "");
    let arrival = Arrival {
        authserv_id: Some("mx.hub.example".to_owned()),
        passed_before: 2,
        received: None,
    };
    arrives(&mut table, bytes, arrival);
    assert_eq!(rachel(&table, &id).answer, Some(crate::answer::Answer::Yes));
}

#[test]
fn i2_a_consent_can_be_read_again_from_its_evidence() {
    let (mut table, id) = asked();
    let bytes = reply(&table, 1, table.at, "");
    arrives(&mut table, bytes.clone(), Arrival::default());
    arrives(&mut table, bytes.clone(), Arrival::default());
    let rachel = rachel(&table, &id);
    let [.., kept] = rachel.evidence.as_slice() else {
        panic!("no evidence")
    };
    assert_eq!(kept.kind, crate::acquaintance::Kind::Answer);
    assert_eq!(kept.message_id, rachel.answer_id);
    let digest = crate::mailroom::Identity::of(&bytes).digest;
    assert!(kept.detail.contains(&digest), "{}", kept.detail);
    assert!(
        kept.detail
            .contains(&format!("rules {}", crate::answer::RULES)),
        "{}",
        kept.detail
    );
    let answers = |e: &&crate::acquaintance::Evidence| e.kind == crate::acquaintance::Kind::Answer;
    assert_eq!(rachel.evidence.iter().filter(answers).count(), 1);
    // Read once more, the same bytes say the same.
    let message = crate::mail::parse(&bytes);
    let again = crate::answer::read(&bytes, &message, &[&rachel.asked.unwrap().text], None);
    assert!(matches!(
        again,
        crate::answer::Reading::Answer { answer, .. } if Some(answer) == rachel.answer
    ));
}

#[test]
fn y13_a_mail_that_has_answered_one_question_answers_no_other() {
    let (mut table, id) = asked();
    let bytes = reply(&table, 1, table.at, "");
    arrives(&mut table, bytes, Arrival::default());
    assert_eq!(rachel(&table, &id).answer, Some(crate::answer::Answer::Yes));
    let tar = draft(
        RACHEL,
        MIRA,
        "Mira boils birch tar, and Rachel paints with it.",
    );
    let other = table.holds(&tar);
    table.wait(11 * MINUTE);
    let asks = table.asks_to("rachel@winters.example");
    let [first, second] = asks.as_slice() else {
        panic!("{} asks", asks.len())
    };
    // The signed mail of the first thread, with another In-Reply-To.
    let bytes = String::from_utf8(reply(&table, 1, table.at, "")).unwrap();
    let bytes = bytes.replace(first.message_id.as_str(), second.message_id.as_str());
    arrives(&mut table, bytes.into_bytes(), Arrival::default());
    assert_eq!(rachel(&table, &other).answer, None);
    assert_eq!(rachel(&table, &other).trouble, Some(Reason::DoubtfulSender));
}
