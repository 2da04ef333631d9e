//! What the writer wrote: without quotes, attribution lines and signature.

use super::Message;

/// The writer's own words in a message they composed (an introduction, a draft): greeting and
/// closing included, quoted and forwarded parts, signature block and device lines left out.
#[must_use]
pub fn own_words(_message: &Message) -> String {
    String::new()
}
