//! `Authentication-Results` (RFC 8601), read with its comments and quoted strings.

/// One field's verdicts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// The authserv-id, lower case; empty where the server (Outlook) writes none.
    pub id: String,
    pub checks: Vec<Check>,
}

/// `dkim=pass header.d=example.org`: one method, its result, what it was about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    pub method: String,
    pub result: String,
    /// `header.d` and the like, lower case, with their values as they stand.
    pub properties: Vec<(String, String)>,
}

impl Check {
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// Bare or quoted text. What was quoted is one value, never a method.
    Text {
        value: String,
        quoted: bool,
    },
    Equals,
    Semicolon,
}

/// Reads the value of one field; `None` when it is no `Authentication-Results`.
#[must_use]
pub fn parse(value: &str) -> Option<Results> {
    let tokens = tokens(value)?;
    let mut sections = tokens.split(|t| *t == Token::Semicolon);
    let mut results = Results::default();
    let first = sections.next()?;
    if first.contains(&Token::Equals) {
        // Outlook leaves the id out and begins with the first check.
        results.checks.extend(check(first));
    } else {
        let Some(Token::Text { value, .. }) = first.first() else {
            return None;
        };
        results.id = value.to_ascii_lowercase();
    }
    results.checks.extend(sections.take(100).filter_map(check));
    Some(results)
}

/// `method [/version] = result *(property = value)`; anything else is no check.
fn check(tokens: &[Token]) -> Option<Check> {
    let mut rest = tokens;
    let [
        Token::Text {
            value: method,
            quoted: false,
        },
        Token::Equals,
        Token::Text {
            value: result,
            quoted: false,
        },
        after @ ..,
    ] = rest
    else {
        return None;
    };
    let mut check = Check {
        method: method.split('/').next()?.to_ascii_lowercase(),
        result: result.to_ascii_lowercase(),
        properties: Vec::new(),
    };
    rest = after;
    while let [
        Token::Text {
            value: name,
            quoted: false,
        },
        Token::Equals,
        Token::Text { value, .. },
        after @ ..,
    ] = rest
    {
        check
            .properties
            .push((name.to_ascii_lowercase(), value.clone()));
        rest = after;
    }
    Some(check)
}

/// Splits into words, `=` and `;`. Comments (RFC 5322 §3.2.2, nested) are white space.
/// `None` when a comment or quoted string never ends: what follows could mean anything.
fn tokens(value: &str) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut chars = value.chars().take(16_000);
    let flush = |word: &mut String, out: &mut Vec<Token>| {
        if !word.is_empty() {
            out.push(Token::Text {
                value: std::mem::take(word),
                quoted: false,
            });
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '(' => {
                flush(&mut word, &mut out);
                let mut depth = 1;
                while depth > 0 {
                    match chars.next()? {
                        '\\' => {
                            chars.next()?;
                        }
                        '(' => depth += 1,
                        ')' => depth -= 1,
                        _ => {}
                    }
                }
            }
            '"' => {
                flush(&mut word, &mut out);
                let mut text = String::new();
                loop {
                    match chars.next()? {
                        '\\' => text.push(chars.next()?),
                        '"' => break,
                        c => text.push(c),
                    }
                }
                out.push(Token::Text {
                    value: text,
                    quoted: true,
                });
            }
            '=' => {
                // Base64 ends in "=": only a word before it makes it an assignment.
                flush(&mut word, &mut out);
                out.push(Token::Equals);
            }
            ';' => {
                flush(&mut word, &mut out);
                out.push(Token::Semicolon);
            }
            c if c.is_whitespace() || c.is_control() => flush(&mut word, &mut out),
            c => word.push(c),
        }
    }
    flush(&mut word, &mut out);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: &str) -> String {
        parse(value).map_or("none".to_owned(), |r| {
            let checks: Vec<_> = r
                .checks
                .iter()
                .map(|c| format!("{}={}", c.method, c.result))
                .collect();
            format!("{}: {}", r.id, checks.join(" "))
        })
    }

    #[test]
    fn results_are_read_as_servers_write_them() {
        for (value, want) in [
            (
                "mx.hub.example; dkim=pass header.d=b.example; dmarc=pass header.from=b.example",
                "mx.hub.example: dkim=pass dmarc=pass",
            ),
            (
                "MX.Hub.example 1;\r\n\tspf=none",
                "mx.hub.example: spf=none",
            ),
            ("mx.hub.example; none", "mx.hub.example: "),
            (
                "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=b.example; dmarc=pass action=none header.from=b.example",
                ": spf=pass dmarc=pass",
            ),
            (
                "(comment; dmarc=pass) mx.hub.example (a (nested) one); dmarc=fail",
                "mx.hub.example: dmarc=fail",
            ),
        ] {
            assert_eq!(said(value), want, "{value}");
        }
    }

    #[test]
    fn a_pass_in_a_comment_a_string_or_a_longer_word_is_none() {
        for value in [
            "mx.hub.example; dkim=fail reason=\"; dmarc=pass\"",
            "mx.hub.example; dkim=fail (; dmarc=pass)",
            "mx.hub.example; xdmarc=pass",
            "mx.hub.example; \"dmarc\"=pass",
            "mx.hub.example; dkim=fail dmarc=pass",
            "mx.hub.example; dkim=fail (never ends ; dmarc=pass",
        ] {
            let found = parse(value).is_some_and(|r| {
                r.checks
                    .iter()
                    .any(|c| c.method == "dmarc" && c.result == "pass")
            });
            assert!(!found, "{value}");
        }
    }
}
