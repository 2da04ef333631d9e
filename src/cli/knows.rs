//! `knows`: are two people acquainted, and what shows it.

use super::Failure;
use crate::Timestamp;
use crate::acquaintance::Records;
use crate::config::Config;
use crate::edge::index::Index;
use crate::mail::Address;

/// The output: lines for people, or one JSON object.
///
/// # Errors
/// Wrong for what is no address; otherwise when the index cannot be read.
pub fn knows(
    config: &Config,
    a: &str,
    b: &str,
    json: bool,
    at: Timestamp,
) -> Result<String, Failure> {
    let (a, b) = (
        Address::new(a).map_err(Failure::Wrong)?,
        Address::new(b).map_err(Failure::Wrong)?,
    );
    let index = super::index::open(config)?;
    let look = index.look(at);
    let evidence = look.evidence(&a, &b);
    let acquainted = !evidence.is_empty();
    if json {
        return Ok(format!("{}\n", super::render::knows_json(&evidence)));
    }
    let label = |address: &Address| match look.name_of(address) {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_string(),
    };
    let mut text = if a == b {
        format!("{} is one person.\n", label(&a))
    } else if acquainted {
        format!("{} and {} are acquainted:\n", label(&a), label(&b))
    } else {
        format!(
            "Nothing in your mail shows that {} and {} know each other.\n",
            label(&a),
            label(&b)
        )
    };
    for piece in &evidence {
        text.push_str("  ");
        text.push_str(&piece.detail);
        text.push('\n');
    }
    text.push_str(&reach(config, &index)?);
    Ok(text)
}

/// How far back the records go: what is not in them, nobody can know.
fn reach(config: &Config, index: &Index) -> Result<String, Failure> {
    let mut text = String::new();
    for account in &config.accounts {
        let extent = index
            .account(&account.name)
            .and_then(|a| a.extent())
            .map_err(|e| Failure::CouldNot(e.to_string()))?;
        let since = extent
            .oldest
            .map(|d| format!(", back to {}", d.format("%-d %B %Y")))
            .unwrap_or_default();
        text.push_str(&if extent.complete {
            format!(
                "({}: {} read{since})\n",
                account.name,
                super::index::messages(extent.indexed)
            )
        } else {
            format!(
                "({}: the mailbox has not been read to its end yet; `askfirst index` reads it)\n",
                account.name
            )
        });
    }
    Ok(text)
}
