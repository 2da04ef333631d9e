//! Stories of one introduction, and the walk through its whole state space.

use super::*;
use chrono::{TimeDelta, TimeZone, Utc};
use std::collections::HashSet;

fn noon() -> Timestamp {
    Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0)
        .single()
        .expect("a time")
}

fn party(name: &str) -> Party {
    Party {
        address: Address::new(&format!("{}@north.example", name.to_lowercase()))
            .expect("an address"),
        name: Some(name.to_owned()),
        also: vec![],
        required: true,
        exempt: None,
        evidence: vec![],
        knows: Vec::new(),
        asked: None,
        answer: None,
        answered_at: None,
        answer_id: None,
        trouble: None,
        until: None,
        ask_decided: false,
        reminder_decided: false,
        away: false,
        heard: vec![],
    }
}

/// Rachel and Jordan, held a moment ago: ten minutes of grace, four days to a reminder, fourteen to the end.
fn held() -> Introduction {
    let from = Person {
        name: Some("Alex Rivera".to_owned()),
        address: Address::new("alex@hub.example").expect("an address"),
    };
    Introduction {
        id: Id("abcdefgh".to_owned()),
        account: "work".to_owned(),
        via: Via::Drafts,
        state: State::Held,
        reason: None,
        subject: "Rachel <> Jordan".to_owned(),
        message_id: MessageId::new("intro@hub.example").expect("an id"),
        message_id_is_ours: false,
        from,
        envelope: vec![],
        digest: String::new(),
        size: 0,
        language: "en".to_owned(),
        why: vec![],
        text: String::new(),
        parties: vec![party("Rachel"), party("Jordan")],
        created: noon(),
        updated: noon(),
        terms: Terms {
            grace: 600,
            remind_after: 4 * 86400,
            expire_after: 14 * 86400,
            remind: Remind::Introducer,
            order: Order::Together,
            reveal: Reveal::Name,
        },
        confirmed: true,
        placed: false,
        grace_ends: None,
        hold_note: None,
        notes: Vec::new(),
        courtesy: Vec::new(),
        reminded: false,
        by_hand: false,
        release: None,
        stuck: None,
        replies_to: None,
        utc_offset: 0,
        turn: vec![],
        manners: vec![],
        leaves_at: None,
        late: vec![],
        filed: false,
        submission: None,
        history: vec![],
    }
}

/// What the desk does with an ask: the letter's id goes into the introduction.
fn with_letters(mut introduction: Introduction, effects: &[Effect], at: Timestamp) -> Introduction {
    for effect in effects {
        if let Effect::Ask { party } = effect {
            introduction.parties[*party].asked = Some(Asked {
                message_id: MessageId::new(&format!("ask{party}@hub.example")).expect("an id"),
                decided: at,
                sent: None,
                reminder: None,
                text: String::new(),
                subject: String::new(),
            });
        }
    }
    introduction
}

fn answered(who: usize, answer: Answer, n: u32) -> Event {
    Event::Answered {
        party: who,
        answer,
        until: None,
        text: String::new(),
        id: MessageId::new(&format!("{who}-{}-{n}@north.example", word(answer))),
        why: vec![],
        proof: None,
    }
}

fn event(text: &str, n: u32) -> Event {
    let mut words = text.split_whitespace();
    let who = match words.next() {
        Some("rachel") => 0,
        Some("jordan") => 1,
        Some(other) => return plain_event(other),
        None => panic!("no event"),
    };
    match words.next() {
        Some("yes") => answered(who, Answer::Yes, n),
        Some("no") => answered(who, Answer::No, n),
        Some("never") => answered(who, Answer::Never, n),
        Some("question") => answered(who, Answer::Question, n),
        Some("later") => answered(who, Answer::Later, n),
        Some("asked") => Event::AskSent { party: who },
        Some("bounced") => Event::Bounced {
            party: who,
            text: String::new(),
        },
        other => panic!("{other:?}"),
    }
}

fn plain_event(text: &str) -> Event {
    let cancelled = |reason| Event::Cancelled { reason };
    match text {
        "placed" => Event::Placed,
        "noted" => Event::Noted,
        "due" => Event::Due,
        "confirmed" => Event::Confirmed,
        "remind" => Event::RemindNow,
        "release" => Event::ReleaseNow,
        "fresh" => Event::LookedFresh,
        "stale" => Event::LookedStale,
        "handed" => Event::HandedOver,
        "accepted" => Event::Accepted,
        "refused" => Event::Refused {
            reply: "550 no".to_owned(),
        },
        "doubt" => Event::InDoubt,
        "filed" => Event::Filed,
        "cancel" => cancelled(Reason::Cancelled),
        "back" => cancelled(Reason::TakenBack),
        "returned" => cancelled(Reason::DraftReturned),
        "moot" => cancelled(Reason::Moot),
        other => panic!("{other}"),
    }
}

fn told(effect: &Effect) -> String {
    let who = |p: &usize| ["rachel", "jordan"][*p];
    match effect {
        Effect::Ask { party } => format!("ask {}", who(party)),
        Effect::Remind { party } => format!("remind {}", who(party)),
        Effect::FileAsk { party } => format!("file {}", who(party)),
        Effect::Tell { notice } => {
            let text = serde_json::to_string(notice).unwrap_or_default();
            let name: String = text
                .chars()
                .filter(|c| c.is_alphabetic() || *c == '_' || *c == ':')
                .collect();
            format!("tell {}", name.split(':').next().unwrap_or_default())
        }
        other => format!("{other:?}").to_lowercase(),
    }
}

/// Plays a story: `("+2m due", "ask rachel, ask jordan")` and so on, and where it ends.
fn check(mut introduction: Introduction, story: &[(&str, &str)], end: &str) {
    let mut at = noon();
    for (n, (line, expected)) in (0u32..).zip(story) {
        let (wait, what) = line.split_once(' ').expect("a time and an event");
        let (number, unit) = wait[1..].split_at(wait.len() - 2);
        let number: i64 = number.parse().expect("a number");
        at += match unit {
            "s" => TimeDelta::seconds(number),
            "m" => TimeDelta::minutes(number),
            "h" => TimeDelta::hours(number),
            _ => TimeDelta::days(number),
        };
        let (next, effects) = introduction.step(at, &event(what.trim(), n));
        let seen: Vec<String> = effects.iter().map(told).collect();
        assert_eq!(
            seen.join(", "),
            *expected,
            "after “{line}” in {:?}",
            introduction.state
        );
        introduction = with_letters(next, &effects, at);
    }
    assert_eq!(format!("{:?}", introduction.state).to_lowercase(), end);
}

const ASKED: [(&str, &str); 5] = [
    ("+0s placed", "tell held"),
    ("+1s noted", ""),
    ("+10m due", "ask rachel, ask jordan"),
    ("+1s rachel asked", "file rachel"),
    ("+1s jordan asked", "file jordan"),
];

fn after_asking(story: &[(&'static str, &'static str)], end: &str) {
    let whole: Vec<(&str, &str)> = ASKED.iter().chain(story).copied().collect();
    check(held(), &whole, end);
}

#[test]
fn original_leaves_only_after_the_last_yes() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+1d jordan yes", "look"),
            ("+1s fresh", "release"),
            ("+1s handed", ""),
            ("+1s accepted", "file, tell released"),
            ("+1s filed", ""),
        ],
        "released",
    );
}

#[test]
fn grace_begins_when_the_note_stands() {
    check(
        held(),
        &[
            ("+0s placed", "tell held"),
            ("+3h due", ""),
            ("+1s noted", ""),
            ("+9m due", ""),
            ("+1m due", "ask rachel, ask jordan"),
        ],
        "asking",
    );
}

#[test]
fn y25_a_no_is_told_to_the_introducer_alone() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+1h jordan no", "close, tell declined"),
            ("+9d due", ""),
        ],
        "declined",
    );
}

#[test]
fn y6_the_latest_word_counts_until_release() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+1h rachel question", "tell answered"),
            ("+1h jordan yes", ""),
            ("+1h rachel yes", "look"),
        ],
        "releasing",
    );
}

#[test]
fn y6_a_withdrawn_yes_stops_a_release_that_is_not_handed_over() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+1h jordan yes", "look"),
            ("+1s fresh", "release"),
            ("+1s rachel no", "close, tell declined"),
            ("+1s handed", ""),
        ],
        "declined",
    );
}

#[test]
fn y7_after_the_end_an_answer_changes_nothing_and_is_told_once() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+1h jordan yes", "look"),
            ("+1s fresh", "release"),
            ("+1s handed", ""),
            ("+1s rachel no", "tell too_late"),
            ("+1s accepted", "file, tell released"),
            ("+1d jordan no", "tell too_late"),
        ],
        "released",
    );
}

#[test]
fn y3_a_question_waits_for_the_introducer_and_a_later_yes_resolves_it() {
    after_asking(
        &[
            ("+1h jordan question", "tell answered"),
            ("+1h rachel yes", ""),
            ("+1h jordan yes", "look"),
        ],
        "releasing",
    );
}

#[test]
fn r11_silence_ends_it_kindly() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+4d due", "tell waiting"),
            ("+1d due", ""),
            ("+9d due", "close, tell expired"),
        ],
        "expired",
    );
}

#[test]
fn a17_a_bounce_needs_the_introducer() {
    after_asking(
        &[
            ("+1h jordan bounced", "tell bounced"),
            ("+1h rachel yes", ""),
        ],
        "attention",
    );
}

#[test]
fn a_party_gets_one_reminder_in_all() {
    after_asking(
        &[
            ("+1d remind", "remind rachel, remind jordan"),
            ("+1d remind", ""),
        ],
        "asking",
    );
}

#[test]
fn nobody_is_asked_before_the_user_confirms() {
    let unconfirmed = Introduction {
        confirmed: false,
        ..held()
    };
    check(
        unconfirmed,
        &[
            ("+0s placed", "tell unconfirmed"),
            ("+1s noted", ""),
            ("+5d due", ""),
            ("+1m confirmed", "ask rachel, ask jordan"),
        ],
        "asking",
    );
}

#[test]
fn d1_a_draft_that_came_back_was_never_held() {
    check(
        held(),
        &[
            ("+0s placed", "tell held"),
            ("+1s noted", ""),
            ("+9s returned", "removeheld, removenote"),
            ("+10m due", ""),
        ],
        "cancelled",
    );
}

#[test]
fn l9_what_the_server_refused_only_the_introducer_sends_again() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+1h jordan yes", "look"),
            ("+1s fresh", "release"),
            ("+1s refused", "tell refused"),
            ("+1h jordan yes", ""),
            ("+1h release", "look"),
            ("+1s fresh", "release"),
            ("+1s accepted", "file, tell released"),
        ],
        "released",
    );
}

#[test]
fn l1_a_release_in_doubt_is_never_sent_a_second_time_by_itself() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+1h jordan yes", "look"),
            ("+1s fresh", "release"),
            ("+1s handed", ""),
            ("+10m doubt", "tell in_doubt"),
            ("+1d rachel yes", ""),
        ],
        "attention",
    );
}

#[test]
fn k8_already_in_touch_means_nothing_is_sent() {
    after_asking(
        &[
            ("+1h rachel yes", ""),
            ("+1h jordan yes", "look"),
            ("+1s moot", "close, tell cancelled"),
            ("+1s fresh", ""),
        ],
        "cancelled",
    );
}

#[test]
fn r7_in_turn_asks_the_second_when_the_first_agreed() {
    let mut in_turn = held();
    in_turn.terms.order = Order::InTurn;
    check(
        in_turn,
        &[
            ("+0s placed", "tell held"),
            ("+1s noted", ""),
            ("+10m due", "ask rachel"),
            ("+1s rachel asked", "file rachel"),
            ("+1h rachel yes", "ask jordan"),
            ("+1s jordan asked", "file jordan"),
            ("+1h jordan yes", "look"),
        ],
        "releasing",
    );
}

#[test]
fn r23_untouched_courtesy_letters_go_after_seven_days_and_once() {
    let mut slipped = held();
    slipped.state = State::Slipped;
    let id = MessageId::new("courtesy@hub.example").expect("an id");
    slipped.courtesy = vec![(id, "digest".to_owned())];
    let early = slipped.step(noon() + TimeDelta::days(6), &Event::Due);
    assert_eq!(early.1, vec![], "not before the week is over");
    let (after, effects) = slipped.step(noon() + TimeDelta::days(7), &Event::Due);
    assert_eq!(effects, vec![Effect::RemoveCourtesy]);
    assert_eq!(
        after.step(noon() + TimeDelta::days(8), &Event::Due).1,
        vec![]
    );
    assert_eq!(after.due(), None, "nothing is left to wait for");
}

fn all_events() -> Vec<Event> {
    let mut events: Vec<Event> = [
        "placed",
        "noted",
        "due",
        "confirmed",
        "release",
        "fresh",
        "stale",
        "handed",
        "accepted",
        "refused",
        "doubt",
        "cancel",
    ]
    .iter()
    .map(|e| plain_event(e))
    .collect();
    events.push(Event::NotPlaced);
    events.push(Event::PutOff);
    for who in 0..2 {
        for answer in [Answer::Yes, Answer::No, Answer::Question] {
            events.push(answered(who, answer, 0));
        }
        events.push(Event::AskSent { party: who });
    }
    events
}

/// Without what only grows: history, the mails heard, and times of change.
fn bare(introduction: &Introduction) -> Introduction {
    let mut bare = introduction.clone();
    bare.history.clear();
    bare.updated = noon();
    for party in &mut bare.parties {
        party.answered_at = party.answered_at.map(|_| noon());
        party.answer_id = None;
        party.heard.clear();
    }
    bare.late.clear();
    bare.grace_ends = bare.grace_ends.map(|_| noon());
    bare
}

#[test]
fn in_no_reachable_state_does_anything_leave_without_consent() {
    let at = noon() + TimeDelta::hours(1);
    let events = all_events();
    let mut seen: HashSet<String> = HashSet::new();
    let mut unseen = vec![held()];
    while let Some(here) = unseen.pop() {
        for event in &events {
            let (next, effects) = here.step(at, event);
            let next = with_letters(next, &effects, at);
            let place = || format!("{:?} {:?} on {event:?}", here.state, here.reason);
            if effects.contains(&Effect::Release) {
                assert!(next.may_leave(), "released without consent: {}", place());
                assert_eq!(next.state, State::Releasing, "{}", place());
            }
            if next.by_hand && !here.by_hand {
                assert_eq!(
                    *event,
                    Event::ReleaseNow,
                    "only the introducer says send: {}",
                    place()
                );
            }
            let over = matches!(here.state, State::Released | State::Cancelled);
            assert!(
                !over || next.state == here.state,
                "what is over stays over: {}",
                place()
            );
            let asks = effects.iter().any(|e| matches!(e, Effect::Ask { .. }));
            assert!(
                !asks || (next.confirmed && next.placed && next.state == State::Asking),
                "{}",
                place()
            );
            let again = next.step(at, event);
            let moved = matches!(
                event,
                Event::Due | Event::RemindNow | Event::Confirmed | Event::ReleaseNow
            );
            assert!(
                moved || again.1.is_empty(),
                "twice is not once: {} gave {:?}",
                place(),
                again.1
            );
            let key = serde_json::to_string(&bare(&next)).expect("an introduction");
            if seen.insert(key) {
                unseen.push(bare(&next));
            }
        }
        assert!(seen.len() < 200_000, "the state space has no end");
    }
    assert!(seen.len() > 1000, "only {} states were reached", seen.len());
}
