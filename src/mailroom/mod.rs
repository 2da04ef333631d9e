//! IMAP deeds that keep their promise when interrupted: verify, then destroy.
