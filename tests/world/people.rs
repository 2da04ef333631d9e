//! People with mailboxes: what they write, and how their mail programs put it.

use super::client::{Client, Lying};
use super::wire;
use std::cell::{RefCell, RefMut};
use std::sync::atomic::{AtomicU32, Ordering};

/// How somebody's mail program answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Above the quoted ask, with an attribution line over two lines.
    Gmail,
    /// Above a header block, nothing quoted with `>`.
    Outlook,
    /// Below the quoted ask.
    Below,
    /// HTML and nothing else, the ask in a `blockquote`.
    Html,
    /// Above it, with a device line.
    Phone,
    /// Nothing quoted.
    Bare,
}

/// One person of a story.
pub struct Person {
    pub name: String,
    pub address: String,
    client: RefCell<Client>,
    submission: u16,
}

static LETTERS: AtomicU32 = AtomicU32::new(0);

impl Person {
    /// Somebody whose inbox is there: Dovecot locks itself out for a minute where a delivery and a
    /// login both come to make it.
    pub fn new(name: &str, address: &str, imap_port: u16, submission: u16) -> Self {
        let mut client = Client::new(address, imap_port);
        client.messages("INBOX");
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            client: RefCell::new(client),
            submission,
        }
    }

    /// Their mail client.
    pub fn mail(&self) -> RefMut<'_, Client> {
        self.client.borrow_mut()
    }

    pub fn inbox(&self) -> Vec<Lying> {
        self.mail().messages("INBOX")
    }

    /// `Rachel Winters <rachel@north.example>`
    pub fn full(&self) -> String {
        format!("{} <{}>", self.name, self.address)
    }

    pub fn first(&self) -> &str {
        self.name.split(' ').next().unwrap_or_default()
    }

    /// All that somebody wrote to them but this one message.
    pub fn letters_from(&self, writer: &Self, but: &str) -> Vec<Lying> {
        let mut found = self.inbox();
        found.retain(|m| {
            m.field("From").is_some_and(|f| f.contains(&writer.address))
                && m.field("Message-ID").as_deref() != Some(but)
        });
        found
    }

    /// Submits a message with their login.
    pub fn submit(&self, to: &[&str], raw: &[u8]) {
        use lettre::Transport;
        use lettre::transport::smtp::authentication::Credentials;
        let address = |a: &str| a.parse::<lettre::Address>().expect("an address");
        let envelope = lettre::address::Envelope::new(
            Some(address(&self.address)),
            to.iter().map(|a| address(a)).collect(),
        )
        .expect("an envelope");
        lettre::SmtpTransport::builder_dangerous("127.0.0.1")
            .port(self.submission)
            .credentials(Credentials::new(self.address.clone(), "secret".to_owned()))
            .build()
            .send_raw(&envelope, raw)
            .expect("submitted");
    }

    /// Answers a letter the way `style` does it.
    pub fn answer(&self, letter: &Lying, words: &str, style: Style) {
        let raw = self.reply(letter, words, style);
        let to = wire::field(&raw, "To").expect("To");
        self.submit(&[&to], &raw);
    }

    /// The bytes of such an answer.
    pub fn reply(&self, letter: &Lying, words: &str, style: Style) -> Vec<u8> {
        let parsed = mail_parser::MessageParser::new()
            .parse(&letter.raw)
            .expect("a letter");
        let asked = parsed.body_text(0).expect("a text").replace("\r\n", "\n");
        let from = letter.field("From").expect("From");
        let quoted: String = asked.lines().map(|l| format!("> {l}\n")).collect();
        let id = letter.field("Message-ID").expect("Message-ID");
        let mut kind = "text/plain";
        let text = match style {
            Style::Gmail => format!(
                "{words}\n\nOn Tue, Nov 24, 2026 at 9:12 AM Alex Rivera <\nalex@somewhere.example> wrote:\n\n{quoted}"
            ),
            Style::Outlook => format!(
                "{words}\n\n{}\n\n________________________________\nFrom: {from}\nSent: Tuesday, November 24, 2026 9:12 AM\n\
                 To: {}\nSubject: {}\n\n{asked}",
                self.first(),
                self.full(),
                letter.subject()
            ),
            Style::Below => format!(
                "Alex Rivera wrote on 24 November 2026:\n{quoted}\n{words}\n\n-- \n{}\n",
                self.name
            ),
            Style::Html => {
                kind = "text/html";
                let escape = |t: &str| {
                    t.replace('&', "&amp;")
                        .replace('<', "&lt;")
                        .replace('\n', "<br>\n")
                };
                format!(
                    "<html><body><div dir=\"auto\">{}</div><div class=\"gmail_quote\">On Tue, Nov 24, 2026 at 9:12 AM Alex wrote:\
                     <blockquote type=\"cite\">{}</blockquote></div></body></html>\n",
                    escape(words),
                    escape(&asked)
                )
            }
            Style::Phone => format!(
                "{words}\n\nSent from my iPhone\n\n> On 24 Nov 2026, at 09:12, {from} wrote:\n> \n{quoted}"
            ),
            Style::Bare => format!("{words}\n"),
        };
        let header = format!(
            "From: {}\nTo: {}\nSubject: Re: {}\nDate: {}\nMessage-ID: {}\n\
             In-Reply-To: {id}\nReferences: {id}\nMIME-Version: 1.0\nContent-Type: {kind}; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\n\n",
            self.full(),
            from.split_once('<')
                .map_or(from.as_str(), |(_, a)| a.trim_end_matches('>')),
            letter.subject(),
            // Written now: what is older than the question is no answer to it.
            chrono::Utc::now().to_rfc2822(),
            self.new_id(),
        );
        (header + &text).replace('\n', "\r\n").into_bytes()
    }

    /// A Message-ID of theirs, in brackets.
    pub fn new_id(&self) -> String {
        let (_, domain) = self.address.split_once('@').expect("an address");
        format!(
            "<letter{}@{domain}>",
            LETTERS.fetch_add(1, Ordering::Relaxed)
        )
    }
}

/// An introduction as the user's mail program leaves it in Drafts, with all that a careless program
/// might tidy up on the way: odd folding, lower-case names, trailing blanks, a line of one dot, UTF-8.
pub struct Draft {
    pub id: String,
    pub subject: String,
    pub raw: Vec<u8>,
}

/// What only a draft has, and `Bcc`, which nobody may see; `Date` is renewed.
pub const NOT_RELEASED: [&str; 4] = ["Date", "Bcc", "X-Mozilla-Draft-Info", "X-Identity-Key"];

impl Draft {
    pub fn introducing(alex: &Person, one: &Person, other: &Person, bcc: Option<&Person>) -> Self {
        let (a, b) = (one.first(), other.first());
        Self::with_text(
            alex,
            one,
            other,
            bcc,
            &format!(
                "Hi {a} and {b},\n\nI would like to introduce you two to each other. {a} designs power tools in Leeds and   \n\
                 thinks a lot about grip. {b} runs a robotics lab in Porto, has written about it at\n\
                 https://lab-{b}.example/papers, and answers the phone: +44 20 7946 0958.\n.\n..two dots, a café and 日本 on the way.\n\n\
                 I am sure that you will have a lot to say to each other about hands. I'll let you take it from here.\n\n\
                 Best wishes,\nAlex\n"
            ),
        )
    }

    pub fn with_text(
        alex: &Person,
        one: &Person,
        other: &Person,
        bcc: Option<&Person>,
        text: &str,
    ) -> Self {
        let id = alex.new_id();
        let subject = format!("{} <> {}", one.first(), other.first());
        let bcc = bcc.map_or(String::new(), |p| format!("Bcc: {}\n", p.full()));
        let raw = format!(
            "X-Mozilla-Draft-Info: internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0\nX-Identity-Key: id1\n\
             Date: Mon, 23 Nov 2026 18:04:11 +0100\nMESSAGE-ID: {id}\nFrom: {}\nTo: \"{}\"\n  <{}>,\n\t{}\n{bcc}\
             subject:   {subject}\nX-Odd:   kept   as\n   it is \nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit\n\n{text}",
            alex.full(),
            one.name,
            one.address,
            other.full()
        );
        Self {
            id,
            subject,
            raw: raw.replace('\n', "\r\n").into_bytes(),
        }
    }

    /// What everybody is to get.
    pub fn as_released(&self) -> Vec<u8> {
        wire::without(&self.raw, &NOT_RELEASED)
    }
}
