//! What the people of the demo write.

use super::people::{alex, jordan, mira, rachel};
use super::{Person, Store};
use chrono::{DateTime, FixedOffset, TimeDelta};

/// The first draft: both will agree.
#[must_use]
pub fn rachel_and_jordan(at: DateTime<FixedOffset>) -> Vec<u8> {
    draft(
        &[rachel(), jordan()],
        "Rachel <> Jordan",
        "figurehead",
        at,
        "Dear Rachel, dear Jordan,

it is high time that you two met.

Jordan mends old wooden boats in a shed by the river, and the next one is
to have a figurehead again. He is looking for somebody who can carve one
that does not look like a mascot.

Rachel carves in limewood. She gave a church door its apostles back, noses
and all, and ever since she has wished for a piece that moves.

I'll leave you to it, and look forward to what comes down the river.

All the best,
Alex
",
    )
}

/// The second: one of them will not.
#[must_use]
pub fn jordan_and_mira(at: DateTime<FixedOffset>) -> Vec<u8> {
    draft(
        &[jordan(), mira()],
        "Jordan <> Mira",
        "birch-tar",
        at,
        "Dear Jordan, dear Mira,

I would love to introduce you to each other.

Mira teaches chemistry. In her holidays she boils birch tar in a pit
behind the house, the way it was done a thousand years ago.

Jordan mends old wooden boats. He has tried every tar that money can buy,
and none of them smells right to him.

I'll let you two take it from here.

Warmly,
Alex
",
    )
}

/// Rachel's answer to the first ask.
pub const RACHEL_AGREES: &str =
    "Oh, how lovely. Yes, please do introduce us! A figurehead sounds like a
holiday from all those saints.

Rachel";

/// Jordan's answers.
pub const JORDAN_AGREES: &str = "Yes, please do. The boat deserves a face.

J.";
pub const JORDAN_AGREES_AGAIN: &str = "Yes, go ahead. I can smell it already.

J.";

/// Mira's private answer to the second.
pub const MIRA_DECLINES: &str = "Thank you for asking me first, Alex. No, I'd rather not this time.

The new term leaves me no evening free, and I would only keep him waiting.

Mira";

fn draft(to: &[Person], subject: &str, id: &str, at: DateTime<FixedOffset>, text: &str) -> Vec<u8> {
    let to: Vec<String> = to.iter().map(Person::mailbox).collect();
    format!(
        "From: {}\nTo: {}\nSubject: {subject}\nDate: {}\nMessage-ID: <{id}.{}@rivera.example>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\
         Content-Transfer-Encoding: 8bit\n\n{text}",
        alex().mailbox(),
        to.join(",\n "),
        at.to_rfc2822(),
        at.timestamp(),
    )
    .replace('\n', "\r\n")
    .into_bytes()
}

/// What lies in Alex's mailbox before the story: mail with each of the others, never with two of
/// them at once, and a draft that was begun and put aside.
pub fn furnish(store: &Store, at: DateTime<FixedOffset>) {
    let alex = alex();
    let letters = [
        (
            rachel(),
            "The apostles",
            "The last nose is on. Come and see them before the scaffolding goes.\n\nRachel\n",
        ),
        (
            jordan(),
            "Launch",
            "She floats. She also leaks, but slowly.\n\nJ.\n",
        ),
        (
            mira(),
            "Tar",
            "You may have a jar of it, if you promise to open it outdoors.\n\nMira\n",
        ),
    ];
    for (number, (person, subject, text)) in (1i64..).zip(letters) {
        let when = at - TimeDelta::days(20 * number);
        let theirs = letter(&person, &alex, subject, when, text);
        store.append(&alex.address, "INBOX", &theirs, &["\\Seen"]);
        let text = "What good news! I'll be there.\n\nAlex\n";
        let reply = format!("Re: {subject}");
        let ours = letter(&alex, &person, &reply, when + TimeDelta::hours(2), text);
        store.append(&alex.address, "Sent", &ours, &["\\Seen"]);
    }
    let aside = format!(
        "From: {}\r\nSubject: Things to bring\r\nDate: {}\r\nMessage-ID: <aside@rivera.example>\r\n\
         Content-Type: text/plain; charset=UTF-8\r\n\r\nrope, bread, the good knife, and\r\n",
        alex.mailbox(),
        (at - TimeDelta::days(3)).to_rfc2822(),
    );
    store.append(
        &alex.address,
        "Drafts",
        aside.as_bytes(),
        &["\\Draft", "\\Seen"],
    );
}

fn letter(
    from: &Person,
    to: &Person,
    subject: &str,
    at: DateTime<FixedOffset>,
    text: &str,
) -> Vec<u8> {
    let domain = from.address.rsplit_once('@').map_or("", |(_, d)| d);
    format!(
        "From: {}\nTo: {}\nSubject: {subject}\nDate: {}\nMessage-ID: <{}@{domain}>\n\
         Content-Type: text/plain; charset=UTF-8\n\n{text}",
        from.mailbox(),
        to.mailbox(),
        at.to_rfc2822(),
        at.timestamp(),
    )
    .replace('\n', "\r\n")
    .into_bytes()
}
