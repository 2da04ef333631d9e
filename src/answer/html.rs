//! HTML to lines, as the reader sees them: what is hidden is left out, quotes become `> ` lines,
//! and the places where mail clients say "from here on it is the old mail" become marks.

use super::references::entities;
use super::tag::{attribute, find_ignoring_case, is_hidden, squeeze, tag_end, word};

/// HTML beyond this many octets is not looked at.
const CAP: usize = 512 * 1024;
/// Elements nested deeper than this are read as if they stood at this depth.
const DEPTH: usize = 256;

/// Stands alone on a line where everything below is the quoted mail.
pub const CUT: &str = "\u{1}quoted from here";
/// Stands alone on a line where a signature begins.
pub const SIGNATURE: &str = "\u{1}signature";
/// Stands alone on a line where that signature ends.
pub const SIGNATURE_END: &str = "\u{1}end of signature";

/// What was seen besides the text.
#[derive(Debug, Default)]
pub struct Plain {
    pub text: String,
    /// Some text was hidden from the reader's eye (`display:none`, size 0, white on white, …).
    pub hidden_text: bool,
}

#[derive(Clone, Copy, Default)]
struct Open {
    hidden: bool,
    quote: bool,
    signature: bool,
    pre: bool,
    /// Attribution lines and the like, marked as such by the client.
    dropped: bool,
}

/// The text that a person sees, with LF line ends.
#[must_use]
pub fn plain(html: &str) -> Plain {
    let mut end = html.len().min(CAP);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut walk = Walk::default();
    let mut rest = &html[..end];
    while let Some(at) = rest.find('<') {
        walk.text(&rest[..at]);
        rest = &rest[at..];
        rest = walk.markup(rest);
        if walk.done {
            break;
        }
    }
    if !walk.done {
        walk.text(rest);
    }
    walk.line_break();
    Plain {
        text: walk.out,
        hidden_text: walk.hidden_text,
    }
}

#[derive(Default)]
struct Walk {
    stack: Vec<(String, Open)>,
    out: String,
    line: String,
    done: bool,
    hidden_text: bool,
}

impl Walk {
    fn here(&self) -> Open {
        self.stack.last().map_or_else(Open::default, |(_, o)| *o)
    }

    fn text(&mut self, raw: &str) {
        let here = self.here();
        if here.dropped || raw.is_empty() {
            return;
        }
        let text = entities(raw);
        if here.hidden {
            self.hidden_text |= text.chars().any(char::is_alphanumeric);
            return;
        }
        for c in text.chars() {
            if here.pre && c == '\n' {
                self.line_break();
            } else if c.is_whitespace() {
                if !self.line.is_empty() && !self.line.ends_with(' ') {
                    self.line.push(' ');
                }
            } else {
                self.line.push(c);
            }
        }
    }

    fn line_break(&mut self) {
        let depth = self.stack.iter().filter(|(_, o)| o.quote).count().min(20);
        for _ in 0..depth {
            self.out.push_str("> ");
        }
        self.out.push_str(self.line.trim_end());
        self.out.push('\n');
        self.line.clear();
    }

    /// Ends the line if something stands on it.
    fn block(&mut self) {
        if self.line.trim().is_empty() {
            self.line.clear();
        } else {
            self.line_break();
        }
    }

    fn mark(&mut self, mark: &str) {
        self.block();
        self.out.push_str(mark);
        self.out.push('\n');
    }

    /// Reads one tag, comment or declaration at the start of `rest`; gives back what follows it.
    fn markup<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            return comment.find("-->").map_or("", |at| &comment[at + 3..]);
        }
        let next = rest[1..].chars().next();
        if !next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            self.text("&lt;");
            return &rest[1..];
        }
        let end = tag_end(rest);
        let tag = rest[1..end].trim_end_matches('/');
        let after = rest.get(end + 1..).unwrap_or("");
        if let Some(name) = tag.strip_prefix('/') {
            self.close(&word(name));
            return after;
        }
        let name = word(tag);
        match name.as_str() {
            "br" => self.line_break(),
            "hr" => self.block(),
            "script" | "style" | "template" | "title" | "textarea" | "noscript" | "svg"
            | "head" => {
                // Nothing in there is ever seen; jump behind its end.
                let close = format!("</{name}");
                return find_ignoring_case(after, &close).map_or("", |at| {
                    after[at..].find('>').map_or("", |gt| &after[at + gt + 1..])
                });
            }
            "img" | "meta" | "link" | "input" | "col" | "wbr" | "area" | "base" | "source" => {
                if name == "img"
                    && let Some(alt) = attribute(tag, "alt")
                    && alt.chars().count() <= 4
                    && !alt.is_ascii()
                {
                    self.text(&alt); // an emoji sent as a picture
                }
                if let Some(id) = attribute(tag, "id") {
                    self.special(&id.to_lowercase());
                }
            }
            _ if name.is_empty() => {}
            _ => self.open(&name, tag),
        }
        after
    }

    fn special(&mut self, id: &str) {
        if id.contains("linebreakatbeginningofsignature") {
            self.mark(SIGNATURE);
        }
    }

    fn open(&mut self, name: &str, tag: &str) {
        let id = attribute(tag, "id").unwrap_or_default().to_lowercase();
        let class = attribute(tag, "class").unwrap_or_default().to_lowercase();
        let style = squeeze(&attribute(tag, "style").unwrap_or_default());
        if is_block(name) {
            self.block();
        }
        let mut open = self.here();
        let quote = name == "blockquote"
            || class.contains("yahoo_quoted")
            || class.contains("protonmail_quote")
            || class.contains("zmail_extra")
            || class.contains("tutanota_quote");
        open.quote = quote;
        open.hidden |= is_hidden(tag, &style);
        open.pre |= name == "pre" || style.contains("white-space:pre");
        open.dropped |= class.contains("moz-cite-prefix") || class.contains("gmail_attr");
        let signature = class.contains("gmail_signature")
            || class.contains("moz-signature")
            || class.contains("protonmail_signature")
            || tag.contains("data-smartmail")
            || id == "signature"
            || id == "ms-outlook-mobile-signature"
            || id == "composesignature";
        if signature && !open.signature {
            self.mark(SIGNATURE);
        }
        open.signature |= signature;
        let cut = id.ends_with("divrplyfwdmsg")
            || id.contains("appendonsend")
            || id.contains("mail-editor-reference-message-container")
            || id.contains("replywithoutquote")
            || (name == "div"
                && style.contains("border:none")
                && (style.contains("border-top:solid#e1e1e1")
                    || style.contains("border-top:solid#b5c4df")));
        if cut && !open.hidden {
            self.mark(CUT);
        }
        if self.stack.len() < DEPTH {
            self.stack.push((name.to_owned(), open));
        }
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.stack.iter().rposition(|(n, _)| n == name) else {
            if name == "p" {
                self.block();
            }
            return;
        };
        if is_block(name) {
            self.block();
        }
        let was = self.here().signature;
        self.stack.truncate(at);
        if was && !self.here().signature {
            self.mark(SIGNATURE_END);
        }
        if name == "p" && !self.out.ends_with("\n\n") {
            self.line_break();
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "blockquote"
            | "table"
            | "tr"
            | "ul"
            | "ol"
            | "li"
            | "pre"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "center"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "address"
            | "form"
            | "td"
            | "body"
            | "dl"
            | "dt"
            | "dd"
            | "main"
            | "fieldset"
    )
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
