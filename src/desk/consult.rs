//! Prior consent in a party's own mail (K9 to K11).

use super::drafts::What;
use super::weigh::Weighed;
use super::{Desk, Turn, World};
use crate::Timestamp;
use crate::introduction::Party;
use crate::mail::Address;

impl Desk {
    /// What the parties wrote lately is known: take the draft, or leave it where nobody needs asking.
    pub(super) fn consulted(
        &mut self,
        world: &mut World<'_>,
        account: &str,
        ask_folder: bool,
        uid: u32,
        mails: &[(Address, Vec<u8>)],
        turn: &mut Turn,
    ) {
        let _ = ask_folder;
        let Some(own) = self
            .config
            .accounts
            .iter()
            .find(|a| a.name == account)
            .cloned()
        else {
            return;
        };
        let Some(room) = self.rooms.get_mut(account) else {
            return;
        };
        let Some(validity) = room.drafts_validity else {
            return;
        };
        let Some(sighting) = room.drafts.get_mut(&uid) else {
            return;
        };
        let mut candidate = match std::mem::replace(&mut sighting.what, What::Taken) {
            What::Consulting { candidate } => candidate,
            other => {
                sighting.what = other;
                return;
            }
        };
        count_prior_consent(&mut candidate.weighed, mails, world.at);
        if !candidate.weighed.needs_asking() {
            sighting.what = What::Left("everybody agreed before".to_owned());
            return;
        }
        if !self.open_draft(world, &own, *candidate, false, validity, uid, turn) {
            self.put_sighting(
                account,
                uid,
                What::Left("it is one of many alike".to_owned()),
            );
        }
    }
}

/// A party that asked for it, or agreed to it, is not asked again (K9).
pub(super) fn count_prior_consent(
    weighed: &mut Weighed,
    mails: &[(Address, Vec<u8>)],
    at: Timestamp,
) {
    let others = weighed.parties.clone();
    let mut why = Vec::new();
    for party in weighed.parties.iter_mut().filter(|p| p.required) {
        let about: Vec<_> = others
            .iter()
            .filter(|o| o.address != party.address)
            .collect();
        let said = |other: &Party| {
            mails
                .iter()
                .filter(|(from, _)| *from == party.address || party.also.contains(from))
                .find_map(|(_, m)| {
                    crate::consent::asked_for(
                        &crate::mail::parse(m),
                        &other.address,
                        other.name.as_deref(),
                        has_namesake(other, &others),
                        at,
                    )
                })
        };
        let found: Vec<Option<String>> = about.iter().map(|o| said(o)).collect();
        if !found.is_empty() && found.iter().all(Option::is_some) {
            party.required = false;
            party.exempt = found.into_iter().flatten().next();
            let name = party
                .name
                .clone()
                .unwrap_or_else(|| party.address.to_string());
            why.push(format!(
                "{name} need not be asked: {}.",
                party.exempt.clone().unwrap_or_default()
            ));
        }
    }
    weighed.why.extend(why);
}

/// Whether another party has the same first name (K4): “connect me with Jordan” may mean either.
fn has_namesake(one: &Party, all: &[Party]) -> bool {
    let first = |p: &Party| {
        p.name
            .as_deref()
            .and_then(|n| n.split_whitespace().next())
            .map(str::to_lowercase)
    };
    first(one).is_some()
        && all
            .iter()
            .any(|p| p.address != one.address && first(p) == first(one))
}
