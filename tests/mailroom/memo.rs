//! A folder that has not changed is not read again, and one that has is.

use crate::world::dovecot::{self, Dovecot, Shape};
use crate::world::mailbox::{Personality, Server, name};
use crate::{OTHER, RACHEL_JORDAN, deleted, seen};
use askfirst::mailroom::{Memo, survey};
use askfirst::port::{Flags, Mailbox, Uid};

fn with_condstore() -> Personality {
    let mut personality = Personality::modern();
    personality.capabilities.condstore = true;
    personality
}

/// Drafts with two messages, surveyed once.
fn surveyed(personality: Personality) -> (Server, Memo) {
    let server = Server::new(personality);
    server.deliver("Drafts", RACHEL_JORDAN, Flags::default());
    server.deliver("Drafts", OTHER, Flags::default());
    let mut memo = Memo::default();
    look(&server, &mut memo);
    (server, memo)
}

/// Surveys Drafts: it must be what is there, and comes back as the number of FETCHes it took.
fn look(server: &Server, memo: &mut Memo) -> usize {
    let drafts = name("Drafts");
    let truth = survey(&mut server.connect(), &drafts).unwrap();
    server.forget_log();
    let said = memo.survey(&mut server.connect(), &drafts).unwrap();
    assert_eq!(said, truth);
    server
        .log()
        .iter()
        .filter(|c| c.starts_with("FETCH"))
        .count()
}

#[test]
fn a_folder_that_has_not_changed_is_not_read_again() {
    let (server, mut memo) = surveyed(with_condstore());
    assert_eq!(look(&server, &mut memo), 0);
    assert_eq!(look(&server, &mut memo), 0);
    assert_eq!(look(&server, &mut Memo::default()), 1, "another connection");
}

#[test]
fn every_kind_of_change_is_seen() {
    type Change = fn(&Server);
    let changes: [(&str, Change); 6] = [
        ("a flag", |s| s.set_flags("Drafts", Uid(1), deleted())),
        ("an expunge", |s| s.take_away("Drafts", Uid(1))),
        ("a new draft", |s| {
            s.deliver("Drafts", OTHER, seen());
        }),
        ("a draft saved anew", |s| {
            s.take_away("Drafts", Uid(2));
            s.deliver("Drafts", OTHER, Flags::default());
        }),
        ("new numbers", |s| s.renumber("Drafts")),
        ("no folder any more", |s| s.drop_folder("Drafts")),
    ];
    for (what, change) in changes {
        let (server, mut memo) = surveyed(with_condstore());
        change(&server);
        // `look` compares with what is really there.
        look(&server, &mut memo);
        assert_eq!(look(&server, &mut memo), 0, "after {what}: remembered anew");
    }
}

#[test]
fn new_numbers_are_seen_even_if_all_else_is_the_same() {
    let (server, mut memo) = surveyed(with_condstore());
    server.renumber("Drafts");
    assert_eq!(look(&server, &mut memo), 1);
}

#[test]
fn without_condstore_every_survey_reads() {
    let (server, mut memo) = surveyed(Personality::modern());
    assert_eq!(look(&server, &mut memo), 1);
    server.set_flags("Drafts", Uid(1), deleted());
    assert_eq!(look(&server, &mut memo), 1);
}

/// Dovecot says HIGHESTMODSEQ, and it moves when another client marks, adds or takes away.
#[test]
fn a_real_server_tells_that_a_folder_has_changed() {
    if !dovecot::is_here() {
        return;
    }
    let dovecot = Dovecot::start(&Shape::default());
    let mut ours = crate::log_in(&dovecot);
    let mut other = crate::log_in(&dovecot);
    let drafts = name("Drafts");
    let none = Flags::default();
    let mut memo = Memo::default();
    for message in [RACHEL_JORDAN, OTHER] {
        other.append(&drafts, message, &none, None).unwrap();
    }
    other.select(&drafts).unwrap();
    type Change = fn(&mut dyn Mailbox);
    let changes: [Change; 4] = [
        |_| {},
        |mb| mb.store(Uid(1), &deleted(), &Flags::default()).unwrap(),
        |mb| mb.expunge(Uid(1)).unwrap(),
        |mb| {
            mb.append(&name("Drafts"), RACHEL_JORDAN, &seen(), None)
                .unwrap();
        },
    ];
    for change in changes {
        change(&mut other);
        let first = memo.survey(&mut ours, &drafts).unwrap();
        assert_eq!(first, survey(&mut ours, &drafts).unwrap());
        let selected = ours.select(&drafts).unwrap();
        assert!(selected.highest_modseq.is_some_and(|modseq| modseq > 0));
        assert_eq!(memo.survey(&mut ours, &drafts).unwrap(), first);
    }
}
