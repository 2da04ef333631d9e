//! HTML to lines, as the reader sees them: what is hidden is left out, quotes become `> ` lines,
//! and the places where mail clients say "from here on it is the old mail" become marks.

use super::references::entities;

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

fn is_hidden(tag: &str, style: &str) -> bool {
    let lower = tag.to_ascii_lowercase();
    if lower
        .split(|c: char| c.is_whitespace())
        .any(|a| a == "hidden" || a.starts_with("hidden="))
    {
        return true;
    }
    if attribute(tag, "aria-hidden").is_some_and(|v| v == "true") {
        return true;
    }
    let value = |key: &str| {
        style
            .split(';')
            .filter_map(|d| d.split_once(':'))
            .filter(|(k, _)| *k == key)
            .map(|(_, v)| v.trim_end_matches("!important").to_owned())
            .next_back()
    };
    let number = |v: &str| {
        v.trim_end_matches(|c: char| !c.is_ascii_digit())
            .parse::<f32>()
            .ok()
    };
    let small = |key: &str, limit: f32| {
        value(key)
            .and_then(|v| number(&v))
            .is_some_and(|n| n <= limit)
    };
    let far = |key: &str| {
        value(key).is_some_and(|v| v.starts_with('-') && number(&v).is_some_and(|n| n <= -200.0))
    };
    let colour = |v: Option<String>| v.map(|v| colour(&v));
    value("display").is_some_and(|v| v == "none")
        || value("visibility").is_some_and(|v| v == "hidden" || v == "collapse")
        || value("mso-hide").is_some_and(|v| v == "all")
        || value("clip").is_some_and(|v| v.starts_with("rect(0"))
        || small("font-size", 2.0) && !value("font-size").is_some_and(|v| v.contains("em"))
        || value("font-size")
            .is_some_and(|v| v.contains("em") && number(&v).is_some_and(|n| n < 0.2))
        || small("opacity", 0.1)
        || (value("overflow").is_some_and(|v| v == "hidden")
            && (small("max-height", 1.0)
                || small("height", 1.0)
                || small("width", 1.0)
                || small("max-width", 1.0)))
        || far("left")
        || far("top")
        || far("text-indent")
        || far("margin-left")
        || matches!(
            (
                colour(value("color").or_else(|| attribute(tag, "color"))),
                colour(value("background-color").or_else(|| value("background")).or_else(|| attribute(tag, "bgcolor")))
                    .unwrap_or_else(|| "white".to_owned()),
            ),
            (Some(front), back) if front == back || (front == "transparent")
        )
}

fn colour(v: &str) -> String {
    let v = v.trim().to_lowercase();
    match v.as_str() {
        "#fff" | "#ffffff" | "white" | "rgb(255,255,255)" | "#fefefe" | "#fdfdfd" | "snow" => {
            "white".to_owned()
        }
        "#000" | "#000000" | "black" | "rgb(0,0,0)" => "black".to_owned(),
        _ => v,
    }
}

fn squeeze(style: &str) -> String {
    style
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The offset of the `>` that ends this tag; quoted attribute values may hold one.
fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    for (at, c) in rest.char_indices().skip(1) {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') if rest[..at].trim_end().ends_with('=') => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            _ => {}
        }
        if at > 16 * 1024 {
            break;
        }
    }
    // An unterminated quote or tag: end at the first `>` there is.
    rest.find('>').unwrap_or(rest.len())
}

fn word(tag: &str) -> String {
    tag.trim_start()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '!' | '?'))
        .take(40)
        .flat_map(char::to_lowercase)
        .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower[from..].find(name).map(|at| at + from) {
        from = at + name.len();
        let starts = at > 0
            && lower[..at]
                .ends_with(|c: char| c.is_whitespace() || c == '"' || c == '\'' || c == '/');
        let after = lower[from..].trim_start();
        if !starts || !after.starts_with('=') {
            continue;
        }
        let offset = tag.len() - after.len() + 1;
        let value = tag.get(offset..)?.trim_start();
        return Some(entities(match value.chars().next() {
            Some(q @ ('"' | '\'')) => value[1..].split(q).next().unwrap_or(""),
            _ => value
                .split(|c: char| c.is_whitespace() || c == '>')
                .next()
                .unwrap_or(""),
        }));
    }
    None
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    let (text, what) = (text.as_bytes(), what.as_bytes());
    text.windows(what.len())
        .position(|w| w.eq_ignore_ascii_case(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        plain(html).text.trim().to_owned()
    }

    #[test]
    fn block_quotes_become_quoted_lines() {
        assert_eq!(
            text("<div>Yes</div><blockquote>old<br>mail</blockquote><div>below</div>"),
            "Yes\n> old\n> mail\nbelow"
        );
    }

    #[test]
    fn what_the_eye_does_not_see_is_not_read() {
        for hidden in [
            "<span style=\"display:none\">yes</span>",
            "<span style='font-size:0'>yes</span>",
            "<span style='font-size: 0px !important'>yes</span>",
            "<p hidden>yes</p>",
            "<!-- yes -->",
            "<template>yes</template>",
            "<div style='color:#ffffff'>yes</div>",
            "<div style='color:#fff;background:white'>yes</div>",
            "<div style='position:absolute;left:-9999px'>yes</div>",
            "<div style='max-height:0;overflow:hidden'>yes</div>",
            "<div style='opacity:0'>yes</div>",
            "<style>yes</style><title>yes</title>",
        ] {
            assert_eq!(text(&format!("<p>Hm.</p>{hidden}")), "Hm.", "{hidden}");
        }
    }

    #[test]
    fn references_are_decoded() {
        assert_eq!(
            text("S&iacute;, con piacere &#128077; &lt;3"),
            "Sí, con piacere 👍 <3"
        );
        assert_eq!(text("a < b & c"), "a < b & c");
    }

    #[test]
    fn broken_markup_ends_somewhere() {
        for broken in [
            "<",
            "<a",
            "<a href=\"",
            "<!--",
            "<script>",
            "</",
            "&#xffffffff;",
            "<p><p><p",
            "&",
        ] {
            let _ = plain(broken);
        }
        let deep = "<div>".repeat(100_000) + "yes";
        assert!(plain(&deep).text.contains("yes"));
    }
}
