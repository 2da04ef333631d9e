//! Addresses of posts, lists and machines, and who belongs to one house.

use crate::acquaintance::SameOrganisation;
use crate::acquaintance::organisation;
use crate::mail::Address;

/// Local parts that belong to a post and not to a person (N11; RFC 2142 and what is usual).
const ROLES: &[&str] = &[
    "abuse",
    "accounts",
    "accounting",
    "admin",
    "administrator",
    "admissions",
    "all",
    "alerts",
    "assistant",
    "billing",
    "bookings",
    "careers",
    "contact",
    "customerservice",
    "customercare",
    "donotreply",
    "editor",
    "enquiries",
    "events",
    "everyone",
    "everybody",
    "feedback",
    "finance",
    "frontdesk",
    "hello",
    "help",
    "helpdesk",
    "hi",
    "hostmaster",
    "hr",
    "info",
    "inquiries",
    "invoices",
    "jobs",
    "kontakt",
    "legal",
    "list",
    "mail",
    "mailer-daemon",
    "marketing",
    "media",
    "members",
    "news",
    "newsletter",
    "no-reply",
    "noreply",
    "notifications",
    "office",
    "orders",
    "partners",
    "postmaster",
    "press",
    "privacy",
    "purchasing",
    "reception",
    "recruiting",
    "reservations",
    "sales",
    "secretary",
    "security",
    "service",
    "staff",
    "subscribe",
    "support",
    "team",
    "tickets",
    "unsubscribe",
    "webmaster",
    "buero",
    "büro",
    "sekretariat",
    "empfang",
    "rechnung",
    "buchhaltung",
    "vertrieb",
    "accueil",
    "bureau",
    "secretariat",
    "ventas",
    "soporte",
    "contacto",
    "oficina",
    "contato",
    "suporte",
    "vendas",
    "ufficio",
    "segreteria",
    "administratie",
    "verkoop",
    "announce",
    "discuss",
    "users",
    "dev",
    "devel",
    "board",
];

/// Lists, posts and machines: never a party, never asked.
pub(super) fn is_role(address: &Address) -> bool {
    let local = address.local().to_lowercase();
    let local = local.split('+').next().unwrap_or_default();
    let domain = address.domain();
    ROLES.contains(&local)
        || local.starts_with("noreply")
        || local.starts_with("no-reply")
        || local.starts_with("do-not-reply")
        || local == "bounce"
        || local == "bounces"
        || local.starts_with("bounce-")
        || local.starts_with("bounces-")
        || local.starts_with("owner-")
        || local.ends_with("-list")
        || local.ends_with("-team")
        || local.ends_with("-all")
        || local.ends_with("-request")
        || local.ends_with("-announce")
        || local.ends_with("-users")
        || local.ends_with("-l")
        || local.starts_with("team-")
        || local.starts_with("all-")
        || local.starts_with("list-")
        || domain == "googlegroups.com"
        || domain == "groups.io"
        || domain == "yahoogroups.com"
        || domain == "freelists.org"
        || domain.starts_with("lists.")
        || domain.starts_with("list.")
        || domain.starts_with("groups.")
        || domain.starts_with("listserv.")
        || domain.contains(".lists.")
        || domain.starts_with("reply.")
}

pub(super) fn is_public_host(address: &Address) -> bool {
    organisation::is_public_host(psl::domain_str(address.domain()).unwrap_or(address.domain()))
}

/// Whether two addresses belong to one house.
pub(super) fn same_house(a: &Address, b: &Address) -> bool {
    organisation::shared(a, b, &SameOrganisation::Yes).is_some()
}
