//! From a verdict to parties: who must be asked, who need not be, and what stands in the way.

use super::Desk;
use crate::Timestamp;
use crate::acquaintance::{Evidence, Kind, Records};
use crate::config::Account;
use crate::consent::{ConsentKind, Standing};
use crate::detect::{Found, Introducer, Limits, Verdict};
use crate::introduction::{Party, Reason};
use crate::mail::{Address, Message};
use chrono::TimeDelta;

/// What weighing a judged message against acquaintance and consent gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    pub parties: Vec<Party>,
    pub why: Vec<String>,
    /// Nobody is asked, for this reason, until the user says so.
    pub stuck: Option<Reason>,
}

impl Weighed {
    /// Where nobody needs asking the message is not held.
    #[must_use]
    pub fn needs_asking(&self) -> bool {
        self.parties.iter().any(|p| p.required)
    }
}

impl Desk {
    /// The introducer of an account, as the judge wants to know them.
    #[must_use]
    pub fn introducer(account: &Account) -> Introducer {
        let own = crate::mail::AddressPattern::new(account.email.as_str()).into_iter();
        Introducer {
            addresses: own.chain(account.aliases.iter().cloned()).collect(),
            name: account.display_name.clone(),
        }
    }

    pub(super) fn judge(
        &self,
        account: &Account,
        message: &Message,
        records: &dyn Records,
    ) -> Verdict {
        let limits = Limits {
            threshold: self.config.detect.threshold,
            ignore: self.config.detect.ignore.clone(),
        };
        crate::detect::judge(message, &Self::introducer(account), &limits, records)
    }

    /// Who of the found is a stranger to whom, and has not agreed yet.
    pub(super) fn weigh(
        &self,
        account: &Account,
        message: &Message,
        verdict: &Verdict,
        records: &dyn Records,
        at: Timestamp,
    ) -> Weighed {
        let found = &verdict.parties;
        let mut why = verdict.reasons.clone();
        let mut parties = Vec::with_capacity(found.len());
        for (i, one) in found.iter().enumerate() {
            let mut evidence = Vec::new();
            let mut strangers = Vec::new();
            let mut knows = Vec::new();
            for (j, other) in found.iter().enumerate().filter(|(j, _)| *j != i) {
                let mut between = between(records, one, other);
                // The message itself, already seen in Sent, is no proof that they knew each other.
                between.retain(|e| e.message_id.is_none() || e.message_id != message.message_id);
                if verdict
                    .same_side
                    .iter()
                    .any(|pair| *pair == (i, j) || *pair == (j, i))
                {
                    between.push(Evidence {
                        kind: Kind::Words,
                        date: None,
                        message_id: None,
                        detail: "The introduction itself says that they belong together."
                            .to_owned(),
                    });
                }
                if between.is_empty() {
                    strangers.push(other);
                } else {
                    knows.push(j);
                }
                evidence.extend(between);
            }
            let exempt = if strangers.is_empty() {
                Some("knows the others already".to_owned())
            } else if verdict.agreed.contains(&one.address) {
                Some("the introduction itself says that they agreed".to_owned())
            } else {
                self.standing_consent(one, &strangers)
            };
            parties.push(Party {
                address: one.address.clone(),
                name: one.name.clone().or_else(|| records.name_of(&one.address)),
                also: one.also.clone(),
                required: exempt.is_none(),
                exempt,
                evidence,
                knows,
                asked: None,
                answer: None,
                answered_at: None,
                answer_id: None,
                trouble: None,
                until: None,
                ask_decided: false,
                reminder_decided: false,
                away: false,
                heard: Vec::new(),
            });
        }
        for party in &parties {
            if let Some(exempt) = &party.exempt {
                why.push(format!("{} need not be asked: {exempt}.", called(party)));
            }
        }
        if parties.iter().any(|p| p.required)
            && let Some(reach) = records.reach()
        {
            why.push(format!(
                "Nothing in your mail, read back to {}, shows that they all know each other.",
                reach.format("%-d %B %Y")
            ));
        }
        let stuck = self.obstacle(account, message, &parties, at);
        Weighed {
            parties,
            why,
            stuck,
        }
    }

    fn standing_consent(&self, one: &Found, strangers: &[&Found]) -> Option<String> {
        let standing = |kind: ConsentKind, about: Option<&Address>| {
            self.books.standings.iter().any(|s: &Standing| {
                s.kind == kind && is(one, &s.address) && s.about.as_ref() == about
            })
        };
        if standing(ConsentKind::Always, None) {
            return Some("is fine with any introduction of yours".to_owned());
        }
        let pair = |other: &Found| {
            self.books.standings.iter().any(|s| {
                s.kind == ConsentKind::Pair
                    && is(one, &s.address)
                    && s.about.as_ref().is_some_and(|a| is(other, a))
            })
        };
        strangers
            .iter()
            .all(|s| pair(s))
            .then(|| "has agreed to this introduction before".to_owned())
    }

    fn obstacle(
        &self,
        account: &Account,
        message: &Message,
        parties: &[Party],
        at: Timestamp,
    ) -> Option<Reason> {
        let refused = |kind: ConsentKind, party: &Party, about: Option<&Party>| {
            self.books.standings.iter().any(|s| {
                s.kind == kind
                    && s.address == party.address
                    && s.about
                        .as_ref()
                        .is_none_or(|a| about.is_some_and(|p| p.address == *a))
            })
        };
        if parties.iter().any(|p| refused(ConsentKind::Never, p, None)) {
            return Some(Reason::Never);
        }
        let pairs = parties
            .iter()
            .flat_map(|a| parties.iter().map(move |b| (a, b)));
        if pairs
            .filter(|(a, b)| a.address != b.address)
            .any(|(a, b)| refused(ConsentKind::Declined, a, Some(b)))
        {
            return Some(Reason::DeclinedBefore);
        }
        let own = Self::introducer(account);
        if !message.from.iter().all(|p| own.owns(&p.address)) {
            return Some(Reason::UnsendableFrom);
        }
        let lately = self
            .books
            .introductions
            .values()
            .filter(|i| {
                i.account == account.name && i.placed && at - i.created < TimeDelta::hours(1)
            })
            .count();
        (lately >= self.config.detect.max_holds as usize).then_some(Reason::TooMany)
    }
}

/// Evidence between two found people, over all their addresses.
fn between(records: &dyn Records, one: &Found, other: &Found) -> Vec<Evidence> {
    let mut all = Vec::new();
    for a in std::iter::once(&one.address).chain(&one.also) {
        for b in std::iter::once(&other.address).chain(&other.also) {
            all.extend(records.evidence(a, b));
        }
    }
    all
}

fn is(found: &Found, address: &Address) -> bool {
    found.address == *address || found.also.contains(address)
}

fn called(party: &Party) -> String {
    party
        .name
        .clone()
        .unwrap_or_else(|| party.address.to_string())
}
