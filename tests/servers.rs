//! Whole stories: the built binary against a real Dovecot and a real Postfix.

#[path = "servers/answers.rs"]
mod answers;
#[path = "servers/classic.rs"]
mod classic;
#[path = "servers/drafts.rs"]
mod drafts;
#[path = "servers/hands.rs"]
mod hands;
mod world;
