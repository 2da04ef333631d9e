//! Why a login failed, and what to click: in one sentence, from what the server said.

use crate::config::providers::{Login, Provider};

/// What to hand to whoever runs the mail of a company on Microsoft 365.
pub const TO_IT: &str = "\
    Please allow the mail program askfirst for my mailbox:
    1. Entra admin centre, Enterprise applications: grant admin consent for the
       application (client) ID that I send you, with the delegated permissions
       IMAP.AccessAsUser.All, SMTP.Send and offline_access.
    2. Microsoft 365 admin centre, Users, (my account), Mail, Manage email apps:
       tick “IMAP” and “Authenticated SMTP”.
       (Exchange PowerShell: Set-CASMailbox me@… -ImapEnabled $true
       -SmtpClientAuthenticationDisabled $false)
    It runs on my own computer and sends nothing anywhere but through our servers.";

/// One or two sentences for a refused login; `said` is what the server said.
#[must_use]
pub fn refused(provider: Option<&Provider>, said: &str, is_smtp: bool) -> String {
    let lower = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if has(&["smtpclientauthentication is disabled", "5.7.139", "5.7.57"]) {
        return format!(
            "SMTP AUTH is switched off for this mailbox (or the whole company). Whoever runs it \
             can switch it on; this text may help:\n\n{TO_IT}\n\nUntil then: --smtp drafts, where \
             letters are put ready in Drafts and you press Send."
        );
    }
    if has(&[
        "aadsts65001",
        "aadsts90094",
        "consent_required",
        "aadsts65004",
    ]) {
        return format!(
            "The login is good, but the program is not consented to: your organisation has to \
             allow it. This text may help:\n\n{TO_IT}"
        );
    }
    if has(&["certificate"]) {
        return "The server's certificate is not trusted. If it comes from an authority of your \
                own, name its file with --ca-file; if not, somebody may be in between."
            .to_owned();
    }
    if has(&["was not found", "no address"]) {
        return "The name is not known: is it spelt right, and is the network up?".to_owned();
    }
    if has(&["does not answer", "is the port right", "does not speak"]) {
        return "Nobody answers there as a mail server does: are host, port and security right, \
                and does this network let mail through?"
            .to_owned();
    }
    match provider {
        Some(p) if p.login == Login::AppPassword => format!(
            "{} Your usual password is not taken.{}",
            p.advice,
            if p.name == "Gmail" {
                " (For a company's Google account the administrator may have to allow IMAP.)"
            } else {
                ""
            }
        ),
        Some(p) if p.login == Login::Oauth => p.advice.to_owned(),
        Some(p) => format!("Is the password right? {}", p.advice),
        None if is_smtp => "The incoming server took this login, the outgoing one did not: it may \
                            want another user name (the part before the @, or a mailbox number), \
                            or another password."
            .to_owned(),
        None => "Are user name and password right? Some servers want the part before the @ as \
                 user name (--username), and where two-factor login is on, mostly an app password."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::providers::of_domain;

    #[test]
    fn not_consented_and_smtp_switched_off_are_told_apart() {
        let microsoft = of_domain("outlook.com");
        let off = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.";
        let off = refused(microsoft, off, true);
        assert!(
            off.contains("SMTP AUTH is switched off") && off.contains("Set-CASMailbox"),
            "{off}"
        );
        let consent =
            "AADSTS65001: The user or administrator has not consented to use the application";
        let consent = refused(microsoft, consent, false);
        assert!(
            consent.contains("not consented") && !consent.contains("switched off"),
            "{consent}"
        );
    }

    #[test]
    fn gmail_is_told_of_the_app_password_first() {
        let gmail = of_domain("gmail.com");
        let said = "[ALERT] Application-specific password required";
        let why = refused(gmail, said, false);
        assert!(why.contains("apppasswords"), "{why}");
    }
}
