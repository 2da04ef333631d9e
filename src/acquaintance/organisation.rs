//! Colleagues: one organisation by registrable domain (the public suffix list).
//!
//! Hosts that give addresses to anybody are no organisation, and a university is too many people
//! to be one: there the department must be the same.

use super::hosts::{EVERYWHERE, GERMAN_PREFIXES, PREFIXES, PUBLIC, SUFFIXES, UNIVERSITIES};
use crate::acquaintance::SameOrganisation;
use crate::mail::Address;

/// The organisation that two addresses share, as a domain; `None` when they share none,
/// or none that the configuration lets count (K1).
#[must_use]
pub fn shared(a: &Address, b: &Address, rule: &SameOrganisation) -> Option<String> {
    let (da, db) = (a.domain(), b.domain());
    let domain = registrable(da)?;
    if registrable(db)? != domain || *rule == SameOrganisation::No || is_public_host(domain) {
        return None;
    }
    let counted = if is_university(domain) {
        // The bare domain of a university names no department.
        if da != db || da == domain || is_general_label(da) {
            return None;
        }
        da
    } else {
        domain
    };
    match rule {
        SameOrganisation::Only(listed) => listed.iter().any(|l| covers(l, da) && covers(l, db)),
        SameOrganisation::Yes => true,
        SameOrganisation::No => false,
    }
    .then(|| counted.to_owned())
}

/// `example.org` of `mail.example.org`; `None` for a bare suffix such as `co.uk`.
fn registrable(domain: &str) -> Option<&str> {
    psl::domain_str(domain)
}

/// Whether the domain is `listed` or lies below it.
fn covers(listed: &str, domain: &str) -> bool {
    let listed = listed
        .trim_start_matches("*@")
        .trim_matches('.')
        .to_lowercase();
    !listed.is_empty()
        && domain
            .strip_suffix(&listed)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether anybody can have an address there: mail hosts, access providers, relays.
#[must_use]
pub fn is_public_host(registrable: &str) -> bool {
    let first = registrable.split('.').next().unwrap_or_default();
    EVERYWHERE.contains(&first) || PUBLIC.contains(&registrable)
}

/// Academic suffixes the world over, and the names universities give themselves elsewhere.
fn is_university(registrable: &str) -> bool {
    let labels: Vec<&str> = registrable.split('.').collect();
    let Some((name, suffix)) = labels.split_first() else {
        return false;
    };
    matches!(suffix, ["edu" | "ac" | "acad", ..])
        || PREFIXES.iter().any(|p| name.starts_with(p))
        || (matches!(suffix, ["de" | "at" | "ch"])
            && GERMAN_PREFIXES.iter().any(|p| name.starts_with(p)))
        || SUFFIXES.iter().any(|s| name.ends_with(s))
        || UNIVERSITIES.contains(&registrable)
}

/// Labels under which a university keeps everybody.
fn is_general_label(domain: &str) -> bool {
    let first = domain.split('.').next().unwrap_or_default();
    matches!(
        first,
        "mail"
            | "email"
            | "my"
            | "live"
            | "stud"
            | "student"
            | "students"
            | "studenti"
            | "staff"
            | "alumni"
            | "alum"
            | "alumno"
            | "alumnos"
            | "etu"
            | "campus"
            | "personal"
            | "post"
            | "imap"
            | "exchange"
            | "edu"
            | "g"
            | "gmail"
            | "office"
            | "connect"
            | "me"
    )
}

#[cfg(test)]
#[path = "organisation_tests.rs"]
mod tests;
