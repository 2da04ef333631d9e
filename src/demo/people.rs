//! The people of the demo, and how they write from their own mail programs.

use super::{Person, World};
use chrono::{DateTime, FixedOffset};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport};
use mail_parser::MessageParser;

/// The user.
#[must_use]
pub fn alex() -> Person {
    Person::new("Alex Rivera", "alex@rivera.example", "driftwood")
}

#[must_use]
pub fn rachel() -> Person {
    Person::new("Rachel Winters", "rachel@winters.example", "limewood")
}

#[must_use]
pub fn jordan() -> Person {
    Person::new("Jordan Okafor", "jordan@okafor.example", "oakum")
}

#[must_use]
pub fn mira() -> Person {
    Person::new("Mira Solheim", "mira@solheim.example", "birchbark")
}

#[must_use]
pub fn everybody() -> [Person; 4] {
    [alex(), rachel(), jordan(), mira()]
}

/// How somebody's mail program quotes what it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Plain text, the answer above `> ` lines.
    Plain,
    /// Text and HTML side by side, the quote in a `blockquote`, as webmail does it.
    Webmail,
}

impl Person {
    /// The bytes of an answer to `mail`: `words` above the quoted mail, in its thread.
    #[must_use]
    pub fn answer(
        &self,
        mail: &[u8],
        words: &str,
        program: Program,
        at: DateTime<FixedOffset>,
    ) -> Vec<u8> {
        let read = MessageParser::default().parse(mail).unwrap_or_default();
        let asked_by = read.from().and_then(|from| from.first());
        let name = asked_by.and_then(|a| a.name()).unwrap_or("you");
        let address = asked_by.and_then(|a| a.address()).unwrap_or_default();
        let id = read.message_id().unwrap_or_default();
        let subject = read.subject().unwrap_or_default();
        let subject = if subject.to_ascii_lowercase().starts_with("re:") {
            subject.to_owned()
        } else {
            format!("Re: {subject}")
        };
        let quoted = read.body_text(0).unwrap_or_default();
        let domain = self.address.rsplit_once('@').map_or("", |(_, d)| d);
        let intro = format!(
            "On {}, {name} <{address}> wrote:",
            at.format("%a, %-d %b %Y at %H:%M")
        );
        let above = quoted
            .lines()
            .map(|line| format!("> {line}").trim_end().to_owned())
            .collect::<Vec<_>>()
            .join("\n");
        let plain = format!("{words}\n\n{intro}\n\n{above}\n");
        let mut text = format!(
            "From: {}\nTo: {name} <{address}>\nSubject: {}\nDate: {}\n\
             Message-ID: <{}@{domain}>\nIn-Reply-To: <{id}>\nReferences: <{id}>\n\
             MIME-Version: 1.0\n",
            self.mailbox(),
            header_text(&subject),
            at.to_rfc2822(),
            at.timestamp_micros(),
        );
        match program {
            Program::Plain => {
                text.push_str("Content-Type: text/plain; charset=utf-8\n");
                text.push_str("Content-Transfer-Encoding: 8bit\n\n");
                text.push_str(&plain);
            }
            Program::Webmail => {
                let html = format!(
                    "<div dir=\"ltr\">{}</div><br><div class=\"gmail_quote\">\
                     <div dir=\"ltr\" class=\"gmail_attr\">{}<br></div>\n\
                     <blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex\">{}\
                     </blockquote></div>\n",
                    in_html(words),
                    in_html(&intro),
                    in_html(&quoted)
                );
                text.push_str("Content-Type: multipart/alternative; boundary=\"=_two\"\n\n");
                for (kind, part) in [("plain", &plain), ("html", &html)] {
                    text.push_str(&format!(
                        "--=_two\nContent-Type: text/{kind}; charset=utf-8\n\
                         Content-Transfer-Encoding: 8bit\n\n{part}\n"
                    ));
                }
                text.push_str("--=_two--\n");
            }
        }
        text.replace("\r\n", "\n")
            .replace('\n', "\r\n")
            .into_bytes()
    }

    /// Sends from this person's account, through the world's SMTP server.
    ///
    /// # Errors
    /// A sentence, when the server does not take it.
    pub fn send(&self, world: &World, to: &str, bytes: &[u8]) -> Result<(), String> {
        let failed = |why: &dyn std::fmt::Display| {
            format!("{} could not send a mail to {to}: {why}", self.name)
        };
        let address = |text: &str| text.parse::<lettre::Address>().map_err(|e| failed(&e));
        let envelope =
            lettre::address::Envelope::new(Some(address(&self.address)?), vec![address(to)?])
                .map_err(|e| failed(&e))?;
        // lettre adds a line end of its own before the final dot.
        let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        SmtpTransport::builder_dangerous(world.smtp().ip().to_string())
            .port(world.smtp().port())
            .credentials(Credentials::new(
                self.address.clone(),
                self.password.clone(),
            ))
            .build()
            .send_raw(&envelope, bytes)
            .map(|_| ())
            .map_err(|e| failed(&e))
    }
}

/// RFC 2047, for a subject that is not ASCII.
fn header_text(text: &str) -> String {
    use base64::Engine;
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        // An encoded word has at most 75 characters.
        if word.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    words
        .iter()
        .map(|w| {
            let coded = base64::engine::general_purpose::STANDARD.encode(w);
            format!("=?UTF-8?B?{coded}?=")
        })
        .collect::<Vec<_>>()
        .join("\n ")
}

fn in_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace("\r\n", "\n")
        .replace('\n', "<br>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASK: &[u8] = b"From: Alex Rivera <alex@rivera.example>\r\nTo: rachel@winters.example\r\n\
Subject: May I introduce you to =?UTF-8?Q?Zo=C3=AB=3F?=\r\nMessage-ID: <q1@rivera.example>\r\n\
Content-Type: text/plain; charset=utf-8\r\n\r\nHi Rachel,\r\n\r\nmay I?\r\n\r\nAlex\r\n";

    fn at() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-02-03T09:30:00+01:00").expect("a good time")
    }

    #[test]
    fn an_answer_stands_above_its_quote_and_in_its_thread() {
        let answer = rachel().answer(ASK, "Yes, please.", Program::Plain, at());
        let answer = String::from_utf8(answer).expect("UTF-8");
        assert!(
            answer.contains("\r\nIn-Reply-To: <q1@rivera.example>\r\n"),
            "{answer}"
        );
        assert!(
            answer.ends_with(
                "\r\n\r\nYes, please.\r\n\r\nOn Tue, 3 Feb 2026 at 09:30, Alex Rivera \
                 <alex@rivera.example> wrote:\r\n\r\n> Hi Rachel,\r\n>\r\n> may I?\r\n>\r\n> Alex\r\n"
            ),
            "{answer}"
        );
        let read = MessageParser::default()
            .parse(answer.as_bytes())
            .expect("a message");
        assert_eq!(read.subject(), Some("Re: May I introduce you to Zoë?"));
    }

    #[test]
    fn webmail_writes_it_twice() {
        let answer = jordan().answer(ASK, "Yes & gladly.", Program::Webmail, at());
        let read = MessageParser::default()
            .parse(&answer[..])
            .expect("a message");
        assert!(
            read.body_text(0)
                .is_some_and(|t| t.starts_with("Yes & gladly."))
        );
        let html = read.body_html(0).unwrap_or_default();
        assert!(
            html.contains("<div dir=\"ltr\">Yes &amp; gladly.</div>"),
            "{html}"
        );
        assert!(html.contains("<blockquote class=\"gmail_quote\""), "{html}");
    }

    #[test]
    fn what_is_sent_arrives_as_it_was() {
        let world = World::start(&everybody()).expect("loopback has free ports");
        let answer = rachel().answer(ASK, "Yes, please.", Program::Plain, at());
        rachel()
            .send(&world, &alex().address, &answer)
            .expect("taken");
        let got = world.store().mails(&alex().address, "INBOX");
        assert_eq!(got.len(), 1);
        assert_eq!(crate::demo::smtp::as_handed_over(&got[0].bytes), answer);
        let refused = rachel().send(&world, "nobody@solheim.example", &answer);
        assert!(refused.is_err_and(|why| why.contains("nobody of that name lives here")));
    }
}
