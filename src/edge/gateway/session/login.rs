//! The login (RFC 4954).

use super::{Act, Done, MOST_LOGINS, Phase, Session};
use crate::edge::gateway::offer::Offer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

impl Session {
    /// The login was good; what this account's real server offers.
    pub fn logged_in(&mut self, offer: Offer) {
        self.logged_in = true;
        self.errors = 0;
        self.offer = offer;
        self.say("235 2.7.0 Welcome");
    }

    /// It was not.
    pub fn not_logged_in(&mut self) {
        self.logins += 1;
        self.say("535 5.7.8 Not the address and local password that askfirst knows");
        if self.logins >= MOST_LOGINS {
            self.close("421 4.7.0 Too many logins were refused");
        }
    }

    pub(super) fn auth(&mut self, mechanism: &str, initial: Option<String>) -> Done {
        if self.logged_in {
            return self.wrong("503 5.5.1 You are logged in already");
        }
        if !self.greeted {
            return self.wrong("503 5.5.1 EHLO first");
        }
        match (mechanism, initial) {
            ("PLAIN", Some(response)) => self.plain(response.as_bytes()),
            ("PLAIN", None) => {
                self.say("334 ");
                self.phase = Phase::Plain;
                Done::Next
            }
            ("LOGIN", Some(response)) => self.login_name(response.as_bytes()),
            ("LOGIN", None) => {
                self.say("334 VXNlcm5hbWU6");
                self.phase = Phase::LoginName;
                Done::Next
            }
            _ => self.wrong("504 5.5.4 AUTH PLAIN and AUTH LOGIN are the ways in"),
        }
    }

    /// RFC 4616: authorisation identity (not heeded), user, password.
    pub(super) fn plain(&mut self, line: &[u8]) -> Done {
        let Some(response) = self.response(line) else {
            return Done::Next;
        };
        let mut parts = response.split(|b| *b == 0);
        let (_, user, password) = (parts.next(), parts.next(), parts.next());
        match (user, password, parts.next()) {
            (Some(user), Some(password), None) => Done::Act(Act::Login {
                user: String::from_utf8_lossy(user).into_owned(),
                password: password.to_vec(),
            }),
            _ => self.wrong("501 5.5.2 That is no response to AUTH PLAIN"),
        }
    }

    pub(super) fn login_name(&mut self, line: &[u8]) -> Done {
        if let Some(user) = self.response(line) {
            self.say("334 UGFzc3dvcmQ6");
            self.phase = Phase::LoginPassword(String::from_utf8_lossy(&user).into_owned());
        }
        Done::Next
    }

    pub(super) fn login_password(&mut self, user: String, line: &[u8]) -> Done {
        match self.response(line) {
            Some(password) => Done::Act(Act::Login { user, password }),
            None => Done::Next,
        }
    }

    /// A response decoded (RFC 4954 §4); a reply was given where it is none.
    fn response(&mut self, line: &[u8]) -> Option<Vec<u8>> {
        let line = line.trim_ascii();
        let decoded = match line {
            b"*" => None,
            b"=" => Some(Vec::new()),
            _ => BASE64.decode(line).ok(),
        };
        if decoded.is_none() {
            self.wrong("501 5.5.2 No login");
        }
        decoded
    }
}
