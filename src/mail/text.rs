//! What the writer wrote: without quotes, attribution lines and signature.

use super::Message;
use super::history::without_history;
use super::signature::{without_notices, without_signature};

pub(crate) use super::signature::{is_closing, is_closing_with_name};

/// The writer's own words in a message they composed (an introduction, a draft): greeting and
/// closing included, quoted and forwarded parts, signature block and device lines left out.
#[must_use]
pub fn own_words(message: &Message) -> String {
    let lines: Vec<&str> = message.text.lines().collect();
    let lines = without_history(&lines);
    let lines = without_signature(&lines);
    let lines = without_notices(&lines);
    joined(&lines)
}

/// One text of these lines, with no empty lines at either end and at most one between.
fn joined(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in lines {
        let line = line.trim_end();
        if line.is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('\n');
            gap = false;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}
