//! Who of the recipients is introduced to whom, and who only stands by.

use super::people::People;
use super::words::Set;

/// What the letter says about its recipients, gathered for this choice.
#[derive(Clone, Debug, Default)]
pub(super) struct Roles {
    /// Named in words of introducing.
    pub joined: Set,
    /// Greeted, spoken to or described.
    pub present: Set,
    /// Only kept informed.
    pub aside: Set,
    /// The letter speaks of two (“you two”, “both”).
    pub two: bool,
    /// The letter speaks to everybody it goes to (“the three of you”, “you all”).
    pub everybody: bool,
    /// “Hi both”, “Dear all”.
    pub greets_all: bool,
    /// Named in the text while on To: “… to B and C, the sisters I told you about”.
    pub named_on_to: Set,
    /// Those on the subject line.
    pub in_subject: Set,
}

/// The parties, as a set of recipients.
pub(super) fn parties(people: &People, roles: &Roles) -> Set {
    let all = people.all();
    if people.humans.len() <= 2 && roles.aside & !roles.joined == 0 {
        return all;
    }
    let aside = roles.aside & !roles.joined;
    let candidates = all & !aside;
    if candidates.count_ones() <= 2 {
        return candidates;
    }
    if roles.everybody {
        return candidates & people.on_to();
    }
    let chosen = (roles.joined | roles.present | roles.in_subject) & candidates;
    // “Hi all, … B composes, and C has the archive”: greeted together, all on To, none aside.
    if roles.greets_all && people.on_to() == all && aside == 0 && candidates.count_ones() <= 4 {
        return candidates;
    }
    // Named in words of introducing, with whoever is greeted or spoken to.
    if chosen.count_ones() >= 2 {
        return chosen | roles.named_on_to & candidates;
    }
    let on_to = people.on_to() & candidates;
    if chosen == 0 && roles.two && on_to.count_ones() == 2 {
        return on_to;
    }
    let with_to = chosen | on_to;
    if with_to.count_ones() >= 2 {
        return with_to;
    }
    candidates
}
