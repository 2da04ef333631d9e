//! Whole stories: the built binary against a real Dovecot and a real Postfix.

#[path = "servers/accounts.rs"]
mod accounts;
#[path = "servers/answers.rs"]
mod answers;
#[path = "servers/by_hand.rs"]
mod by_hand;
#[path = "servers/classic.rs"]
mod classic;
#[path = "servers/commands.rs"]
mod commands;
#[path = "servers/doctor.rs"]
mod doctor;
#[path = "servers/drafts.rs"]
mod drafts;
#[path = "servers/gateway.rs"]
mod gateway;
#[path = "servers/hands.rs"]
mod hands;
#[path = "servers/leaving.rs"]
mod leaving;
#[path = "servers/memory.rs"]
mod memory;
#[path = "servers/notes.rs"]
mod notes;
#[path = "servers/release.rs"]
mod release;
#[path = "servers/safe.rs"]
mod safe;
#[path = "servers/sent.rs"]
mod sent;
#[path = "servers/trouble.rs"]
mod trouble;
mod world;
