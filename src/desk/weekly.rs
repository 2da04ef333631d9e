//! What slipped out, told once a week (`sent.notes = "weekly"`): one note for all, and the courtesy
//! letters ready in Drafts beside it.

use super::{Desk, Turn, World};
use crate::Timestamp;
use crate::config::CourtesyNotes;
use crate::introduction::{Effect, Id, Introduction, State};
use crate::ledger::Entry;
use crate::letter::AccountMatter;
use chrono::{Datelike, Days, TimeDelta, TimeZone, Utc};

impl Desk {
    /// When the next note of a week is due.
    pub(super) fn weekly_due(&self) -> Option<Timestamp> {
        if self.config.sent.notes != CourtesyNotes::Weekly {
            return None;
        }
        self.books
            .introductions
            .values()
            .filter(|i| is_untold(i) && self.room_of(i).is_some_and(|r| r.watching && r.ready))
            .map(|i| monday_after(i.created, i.utc_offset))
            .min()
    }

    pub(super) fn tell_week(&mut self, world: &mut World<'_>, account: &str, turn: &mut Turn) {
        if self.config.sent.notes != CourtesyNotes::Weekly {
            return;
        }
        let mine = |i: &&Introduction| i.account == account && is_untold(i);
        let all = self.books.introductions.values();
        let untold: Vec<&Introduction> = all.filter(mine).collect();
        let due = |i: &&Introduction| monday_after(i.created, i.utc_offset) <= world.at;
        if !untold.iter().any(due) {
            return;
        }
        let line = |i: &&Introduction| {
            let people: Vec<String> = i
                .parties
                .iter()
                .map(|p| p.name.clone().unwrap_or_else(|| p.address.to_string()))
                .collect();
            format!("{} ({})", i.subject, people.join(", "))
        };
        let lines: Vec<String> = untold.iter().map(line).collect();
        let ids: Vec<Id> = untold.iter().map(|i| i.id.clone()).collect();
        let key = ids.first().map_or("", |id| id.0.as_str());
        let matter = AccountMatter::Slipped { lines };
        self.tell_account_once(
            world,
            account,
            &format!("slipped week {key}"),
            &matter,
            turn,
        );
        for id in ids {
            let Some(mut next) = self.books.introductions.get(&id).cloned() else {
                continue;
            };
            // The seven days in which they wait untouched begin now.
            next.updated = world.at;
            let items = self.items_for(world, &mut next, vec![Effect::Courtesy], turn);
            self.write(
                Entry::Step {
                    introduction: Box::new(next),
                    event: None,
                    items,
                },
                turn,
            );
        }
    }
}

fn is_untold(i: &Introduction) -> bool {
    i.state == State::Slipped && !i.filed && i.courtesy.is_empty() && i.notes.is_empty()
}

/// The first Monday, nine in the morning, after this time.
fn monday_after(at: Timestamp, utc_offset: i32) -> Timestamp {
    let east = TimeDelta::seconds(utc_offset.into());
    let local = at + east;
    let back = local.weekday().num_days_from_monday();
    let this = local.date_naive() - Days::new(u64::from(back));
    let nine = |day: chrono::NaiveDate| {
        day.and_hms_opt(9, 0, 0)
            .map_or(at, |t| Utc.from_utc_datetime(&t) - east)
    };
    let monday = nine(this);
    if monday > at {
        monday
    } else {
        nine(this + Days::new(7))
    }
}

#[cfg(test)]
mod tests {
    use super::monday_after;

    #[test]
    fn the_week_ends_on_monday_morning_where_the_introducer_is() {
        for (at, offset, monday) in [
            ("2026-11-24T12:00:00Z", 0, "2026-11-30T09:00:00Z"),
            ("2026-11-30T08:59:00Z", 0, "2026-11-30T09:00:00Z"),
            ("2026-11-30T09:00:00Z", 0, "2026-12-07T09:00:00Z"),
            ("2026-11-29T23:30:00Z", 3600, "2026-11-30T08:00:00Z"),
            ("2026-11-30T02:00:00Z", -5 * 3600, "2026-11-30T14:00:00Z"),
        ] {
            let at = at.parse().expect("a time");
            assert_eq!(
                monday_after(at, offset),
                monday.parse::<crate::Timestamp>().expect("a time"),
                "{at}"
            );
        }
    }
}
