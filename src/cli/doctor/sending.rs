//! An account's way out: the login, and as whom it may send.

use super::{Finding, bad, good, note};
use crate::config::{Account, SmtpMode};
use crate::edge::secret;
use crate::edge::smtp::Smtp;
use crate::mail::Address;

pub fn look(account: &Account) -> Vec<Finding> {
    let name = &account.name;
    if account.smtp_mode == SmtpMode::Drafts {
        return vec![note(
            "no-sending-route",
            format!("{name}: has no sending route (mode = \"drafts\")"),
            "letters are put ready in Drafts, and you press Send",
        )];
    }
    let place = format!("{}:{}", account.smtp.host, account.smtp.port);
    let whom = format!("account “{name}” (smtp)");
    let probed = secret::of(account, &account.smtp, &whom)
        .map_err(|error| error.to_string())
        .and_then(|secret| Smtp::new(&account.smtp, secret))
        .and_then(|mut server| {
            server
                .probe_senders(&identities(account), &account.email)
                .map_err(|error| error.to_string())
        });
    let refused = match probed {
        Ok(refused) => refused,
        Err(why) => {
            return vec![bad(
                "smtp-login",
                format!("{name}: no SMTP login at {place}: {why}"),
                "look at host, port, security, username and password under [accounts.smtp]",
            )];
        }
    };
    let mut found = vec![good(format!("{name}: SMTP login at {place}"))];
    found.extend(refused.into_iter().map(|(address, why)| {
        bad(
            "identity-refused",
            format!("{name}: the outgoing server does not let this login send as {address}: {why}"),
            "allow that identity at your provider, or write introductions from another address: what is \
             written from this one cannot be asked about",
        )
    }));
    found
}

/// Every address that the user writes from, as far as it is spelled out.
fn identities(account: &Account) -> Vec<Address> {
    let aliases = account.aliases.iter();
    let spelled = aliases.filter_map(|pattern| Address::new(&String::from(pattern.clone())).ok());
    std::iter::once(account.email.clone())
        .chain(spelled)
        .collect()
}
