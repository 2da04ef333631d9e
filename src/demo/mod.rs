//! The demo's world: IMAP and SMTP servers, three people. Tests use it too.
