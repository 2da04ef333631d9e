//! Drafts that belong to another tool, or that their client has yet to change at Send.

use crate::mail::Message;

/// Why a draft is not ours to take, for good.
pub(super) fn claim(draft: &Message) -> Option<&'static str> {
    if is_scheduled(draft) {
        return Some("another program has scheduled it");
    }
    if draft.encrypted {
        return Some("it is encrypted, so nobody but the client can read it");
    }
    if wants_sealing(draft) {
        return Some(
            "it asks to be signed or encrypted when it is sent, and only the client can do that",
        );
    }
    if draft.filelink {
        return Some("it holds a linked file that only the client can put in its place");
    }
    if has_protecting_label(draft) {
        return Some("it bears a label that protects it when it is sent");
    }
    None
}

/// Send Later for Thunderbird, and the deferred delivery of RFC 4021's Deferred-Delivery.
fn is_scheduled(draft: &Message) -> bool {
    draft.fields.iter().any(|f| {
        let name = f.name.to_ascii_lowercase();
        name.starts_with("x-send-later-")
            || name == "deferred-delivery"
            || name == "x-scheduled-send"
    })
}

fn is_off(value: &str) -> bool {
    matches!(
        value.trim().to_ascii_lowercase().as_str(),
        "" | "0" | "false" | "no" | "off" | "none" | "never"
    )
}

/// The marks by which clients remember, in the draft, what to do at Send.
fn wants_sealing(draft: &Message) -> bool {
    let by_field = draft.fields.iter().any(|f| {
        let name = f.name.to_ascii_lowercase();
        let value = f.value.trim();
        match name.as_str() {
            // mutt and neomutt: “SE<0x1234>”; an empty one says only that PGP was considered.
            "x-mutt-pgp" | "x-mutt-smime" | "x-mutt-mix" => !value.is_empty(),
            "x-enigmail-draft-status" => enigmail_wants(value),
            "x-mozilla-draft-info" => draft_info_wants(value),
            // Evolution: “text/html, pgp-sign, smime-encrypt”.
            "x-evolution-format" => {
                let value = value.to_ascii_lowercase();
                ["pgp-", "smime-"].iter().any(|w| value.contains(w))
            }
            "x-kmail-signatureactionenabled" | "x-kmail-encryptactionenabled" => !is_off(value),
            _ => {
                name.starts_with("x-")
                    && ["encrypt", "smime", "openpgp", "-pgp"]
                        .iter()
                        .any(|w| name.contains(w))
                    && !["key", "fingerprint", "id", "status", "result"]
                        .iter()
                        .any(|w| name.contains(w))
                    && !is_off(value)
            }
        }
    });
    by_field
        || draft.text.lines().any(|line| {
            ["<#secure", "<#part", "<#multipart", "<#mml"]
                .iter()
                .any(|mml| line.trim_start().starts_with(mml))
        })
}

/// `N` and digits, the first two for encryption and signing; before that, a number of bits.
fn enigmail_wants(value: &str) -> bool {
    match value.strip_prefix(['N', 'n']) {
        Some(digits) => digits.chars().take(2).any(|c| c != '0'),
        None => !is_off(value),
    }
}

/// `internal/draft; vcard=0; receipt=0; …` is harmless; a sign or encrypt wish in it is not.
fn draft_info_wants(value: &str) -> bool {
    value.split(';').any(|part| {
        part.split_once('=').is_some_and(|(key, value)| {
            let key = key.trim().to_ascii_lowercase();
            ["sign", "encrypt", "smime", "pgp"]
                .iter()
                .any(|w| key.contains(w))
                && !is_off(value)
        })
    })
}

/// Microsoft's sensitivity labels: bit 8 of ContentBits says that the label encrypts.
fn has_protecting_label(draft: &Message) -> bool {
    draft.values("msip_labels").any(|labels| {
        labels.split(';').any(|part| {
            part.split_once('=').is_some_and(|(key, value)| {
                key.trim().ends_with("_ContentBits")
                    && value.trim().parse::<u32>().is_ok_and(|bits| bits & 8 != 0)
            })
        })
    }) || draft
        .attachments
        .iter()
        .any(|a| a.content_type == "application/x-microsoft-rpmsg-message")
}
