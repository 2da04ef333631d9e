//! Introductions as JSON for programs (PRODUCT “JSON that others may rely on”) and as text for people.

use super::paint::{Paint, clean, clean_lines, fit, wrap};
use crate::Timestamp;
use crate::acquaintance::Evidence;
use crate::consent::Standing;
use crate::introduction::{Introduction, Party, State};
use chrono::{FixedOffset, SecondsFormat};
use serde_json::{Value, json};

/// How text is shown to a person.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub paint: Paint,
    /// Where the person is.
    pub offset: FixedOffset,
}

impl View {
    /// `24 Nov 2026 02:13`
    fn time(self, at: Timestamp) -> String {
        at.with_timezone(&self.offset)
            .format("%-d %b %Y %H:%M")
            .to_string()
    }

    fn state(self, state: State) -> String {
        let word = word(state);
        match state {
            State::Attention => self.paint.warn(&word),
            State::Declined | State::Expired | State::Slipped => self.paint.bad(&word),
            State::Released => self.paint.good(&word),
            State::Cancelled => self.paint.dim(&word),
            State::Held | State::Asking | State::Releasing => self.paint.bold(&word),
        }
    }
}

/// RFC 3339 in UTC, whole seconds.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A value's name in JSON, as a word for people too.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// `list --json`.
#[must_use]
pub fn list_json(introductions: &[&Introduction]) -> Value {
    introductions.iter().map(|i| item(i)).collect()
}

fn item(i: &Introduction) -> Value {
    json!({
        "id": i.id,
        "account": i.account,
        "state": i.state,
        "reason": i.reason,
        "subject": i.subject,
        "created": time(i.created),
        "updated": time(i.updated),
        "via": i.via,
        "message_id": i.message_id.to_string(),
        "parties": i.parties.iter().map(party).collect::<Vec<_>>(),
    })
}

fn party(p: &Party) -> Value {
    json!({
        "address": p.address,
        "name": p.name,
        "asked": was_asked(p),
        "answer": p.answer,
        "answered_at": p.answered_at.map(time),
    })
}

/// The ask is out, not only decided.
fn was_asked(p: &Party) -> bool {
    p.asked.as_ref().is_some_and(|asked| asked.sent.is_some())
}

/// `show ID --json`.
#[must_use]
pub fn show_json(i: &Introduction) -> Value {
    let mut value = item(i);
    value["parties"] = i
        .parties
        .iter()
        .map(|p| {
            let mut value = party(p);
            value["evidence"] = evidence_json(&p.evidence);
            value
        })
        .collect();
    value["why"] = json!(i.why);
    value["recipients"] = json!(i.envelope);
    value["due"] = json!({
        "ask": i.ask_due().map(time),
        "remind": i.remind_due().map(time),
        "expire": i.expire_due().map(time),
    });
    value["text"] = json!(i.text);
    value["history"] = i
        .history
        .iter()
        .map(|m| json!({ "at": time(m.at), "event": m.event, "detail": m.detail }))
        .collect();
    value
}

fn evidence_json(evidence: &[Evidence]) -> Value {
    evidence
        .iter()
        .map(|e| {
            json!({
                "kind": e.kind,
                "date": e.date.map(time),
                "message_id": e.message_id.as_ref().map(ToString::to_string),
                "detail": e.detail,
            })
        })
        .collect()
}

/// `knows A B --json`.
#[must_use]
pub fn knows_json(evidence: &[Evidence]) -> Value {
    json!({ "acquainted": !evidence.is_empty(), "evidence": evidence_json(evidence) })
}

/// `consent list --json`.
#[must_use]
pub fn consents_json(standings: &[Standing]) -> Value {
    standings
        .iter()
        .map(|s| {
            json!({
                "address": s.address,
                "about": s.about,
                "kind": s.kind,
                "since": time(s.since),
                "source": s.source,
            })
        })
        .collect()
}

/// `list`: two lines for each.
#[must_use]
pub fn list_text(introductions: &[&Introduction], all: bool, view: View) -> String {
    if introductions.is_empty() {
        return match all {
            true => "There are no introductions yet.\n".to_owned(),
            false => "No introduction waits. (--all shows those that are over.)\n".to_owned(),
        };
    }
    introductions
        .iter()
        .map(|i| {
            let id = view.paint.bold(&i.id.0);
            let state = pad(&view.state(i.state), &word(i.state), 9);
            let subject = fit(&clean(&i.subject), 41);
            let since = view.time(i.created);
            let people: Vec<String> = i
                .parties
                .iter()
                .map(|p| format!("{}: {}", called(p), standing(i, p)))
                .collect();
            let mut more = people.join(", ");
            if let Some(reason) = i.reason {
                more = format!("({}) {more}", word(reason));
            }
            format!(
                "{id}  {state}  {since:>17}  {subject}\n          {}\n",
                fit(&more, 70)
            )
        })
        .collect()
}

/// `text` may hold colours that take no room; `plain` is what is seen of it.
fn pad(text: &str, plain: &str, width: usize) -> String {
    let room = width.saturating_sub(plain.chars().count());
    format!("{text}{}", " ".repeat(room))
}

fn called(p: &Party) -> String {
    clean(p.name.as_deref().unwrap_or(p.address.as_str()))
}

/// Where one party stands, in a word or two.
fn standing(i: &Introduction, p: &Party) -> String {
    match p.answer {
        Some(answer) => crate::introduction::word(answer).to_owned(),
        None if p.trouble.is_some() => p.trouble.map(word).unwrap_or_default(),
        None if !p.required => "need not be asked".to_owned(),
        None if was_asked(p) => "asked".to_owned(),
        None if i.state.is_open() => "not asked yet".to_owned(),
        None => "not asked".to_owned(),
    }
}

/// `show ID`.
#[must_use]
pub fn show_text(i: &Introduction, view: View) -> String {
    let mut out = format!("{}  {}", view.paint.bold(&i.id.0), view.state(i.state));
    if let Some(reason) = i.reason {
        out.push_str(&format!(" ({})", word(reason)));
    }
    out.push_str("\n\n");
    let mut row = |name: &str, value: &str| {
        let head = view.paint.dim(&format!("{name:<8}"));
        let wrapped = wrap(value, "          ", 80);
        out.push_str(&format!("{head}  {}", wrapped.trim_start()));
        if value.trim().is_empty() {
            out.push('\n');
        }
    };
    row("Subject", &clean(&i.subject));
    row(
        "Account",
        &format!("{}, via {}", clean(&i.account), word(i.via)),
    );
    row("Since", &view.time(i.created));
    for (n, p) in i.parties.iter().enumerate() {
        let mut line = match &p.name {
            Some(name) => format!("{} <{}>", clean(name), p.address),
            None => p.address.to_string(),
        };
        line.push_str(&format!(": {}", standing(i, p)));
        if let Some(at) = p.answered_at {
            line.push_str(&format!(", {}", view.time(at)));
        } else if let Some(at) = p.asked.as_ref().and_then(|a| a.sent) {
            line.push_str(&format!(", {}", view.time(at)));
        }
        if let Some(why) = &p.exempt {
            line.push_str(&format!(" ({})", clean(why)));
        }
        row(if n == 0 { "People" } else { "" }, &line);
        for evidence in &p.evidence {
            row("", &format!("- {}", clean(&evidence.detail)));
        }
    }
    for (n, why) in i.why.iter().enumerate() {
        row(if n == 0 { "Why" } else { "" }, &clean(why));
    }
    for (what, at) in [
        ("asks go out", i.ask_due()),
        ("reminder", i.remind_due()),
        ("expires", i.expire_due()),
    ] {
        if let Some(at) = at {
            row("Next", &format!("{what} {}", view.time(at)));
        }
    }
    if let Some(help) = help(i) {
        row("You can", &help);
    }
    out.push('\n');
    for line in clean_lines(&i.text).lines() {
        out.push_str(&format!("  {} {line}\n", view.paint.dim("|")));
    }
    out.push('\n');
    for moment in &i.history {
        let line = format!("{} {}", moment.event, clean(&moment.detail));
        let wrapped = wrap(&line, "                       ", 80);
        let at = view.time(moment.at);
        out.push_str(&format!("  {at:>17}    {}", wrapped.trim_start()));
    }
    out
}

/// The commands that work now.
fn help(i: &Introduction) -> Option<String> {
    let id = &i.id;
    let mut ways = Vec::new();
    if i.can_be_confirmed() {
        ways.push(format!("askfirst ask {id}"));
    }
    if i.can_be_released() && i.state.is_open() {
        ways.push(format!("askfirst release {id}"));
    }
    if i.can_be_called_back() {
        ways.push(format!("askfirst cancel {id}"));
    }
    (!ways.is_empty()).then(|| ways.join("  ·  "))
}

/// `consent list`.
#[must_use]
pub fn consents_text(standings: &[Standing], view: View) -> String {
    if standings.is_empty() {
        return "No standing consents or refusals.\n".to_owned();
    }
    let width = standings
        .iter()
        .map(|s| s.address.as_str().chars().count())
        .max()
        .unwrap_or_default();
    standings
        .iter()
        .map(|s| {
            let kind = word(s.kind);
            let about = match &s.about {
                Some(about) => format!(" about {about}"),
                None => String::new(),
            };
            format!(
                "{:<width$}  {kind}{about}  (since {}, by {})\n",
                s.address.as_str(),
                view.time(s.since),
                clean(&s.source)
            )
        })
        .collect()
}

/// `status`, from its JSON.
#[must_use]
pub fn status_text(status: &Value, view: View) -> String {
    let text = |v: &Value| clean(v.as_str().unwrap_or("unknown"));
    let paint = view.paint;
    let mut out = if status["running"] == true {
        let since = status["since"]
            .as_str()
            .and_then(|s| s.parse::<Timestamp>().ok())
            .map_or_else(String::new, |at| format!(" since {}", view.time(at)));
        format!(
            "askfirst {} is {}{since}\n",
            text(&status["version"]),
            paint.good("running")
        )
    } else {
        format!(
            "askfirst {} is {}: start it with `askfirst run`, or with every login by \
             `askfirst service install`\n",
            text(&status["version"]),
            paint.bad("not running")
        )
    };
    for account in status["accounts"].as_array().into_iter().flatten() {
        let of = |key: &str| {
            let word = text(&account[key]);
            match word.as_str() {
                "connected" | "ok" | "listening" => paint.good(&word),
                "failed" => paint.bad(&word),
                _ => word,
            }
        };
        out.push_str(&format!(
            "\n{}\n  IMAP {}, SMTP {}, gateway {}\n",
            paint.bold(&text(&account["name"])),
            of("imap"),
            of("smtp"),
            of("gateway")
        ));
        let read = (account["indexed"].as_u64(), account["to_index"].as_u64());
        match read {
            (Some(done), Some(all)) if done < all => out.push_str(&format!(
                "  reading the mailbox: {done} of {all} messages; nothing is held until this is done\n"
            )),
            (Some(done), _) => {
                let reach = account["reach"].as_str();
                let reach = reach.map_or_else(String::new, |day| format!(", back to {day}"));
                out.push_str(&format!("  {done} messages read{reach}\n"));
            }
            _ => {}
        }
        if account["leader"] == false && account["imap"] == "connected" && status["running"] == true
        {
            out.push_str("  another computer leads for this mailbox; this one looks on\n");
        }
        if let Some(trouble) = account["trouble"].as_str() {
            let wrapped = wrap(&clean(trouble), "  ", 80);
            out.push_str(&paint.warn(wrapped.trim_end()));
            out.push('\n');
        }
    }
    let count = |key: &str| status[key].as_u64().unwrap_or_default();
    let (waiting, attention) = (count("waiting"), count("attention"));
    out.push_str(&match (waiting, attention) {
        (0, _) => "\nNo introduction waits.\n".to_owned(),
        (n, 0) => format!("\n{} (askfirst list)\n", waits(n)),
        (n, a) => format!(
            "\n{}, {} (askfirst list)\n",
            waits(n),
            paint.warn(&format!("{a} for you to decide"))
        ),
    });
    out
}

fn waits(n: u64) -> String {
    match n {
        1 => "1 introduction waits".to_owned(),
        n => format!("{n} introductions wait"),
    }
}

/// Exit code 0: it runs, nothing failed, no trouble. What waits for the user is not wrong.
#[must_use]
pub fn status_is_good(status: &Value) -> bool {
    let accounts = status["accounts"].as_array();
    status["running"] == true
        && accounts.into_iter().flatten().all(|a| {
            a["trouble"].is_null()
                && ["imap", "smtp", "gateway"]
                    .iter()
                    .all(|k| a[*k] != "failed")
        })
}

#[cfg(test)]
mod tests;
