//! What can be stopped with which mail program, said before it is needed.

/// A way in which somebody writes mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    Thunderbird,
    AppleMail,
    OutlookImap,
    OutlookExchange,
    Terminal,
    Other,
    Webmail,
    Phone,
}

impl Client {
    pub const ALL: [Self; 8] = [
        Self::Thunderbird,
        Self::AppleMail,
        Self::OutlookImap,
        Self::OutlookExchange,
        Self::Terminal,
        Self::Other,
        Self::Webmail,
        Self::Phone,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Thunderbird => "Thunderbird",
            Self::AppleMail => "Apple Mail on a Mac",
            Self::OutlookImap => "Outlook (classic), the account added as IMAP",
            Self::OutlookExchange => "Outlook with Exchange or Microsoft 365, or the new Outlook",
            Self::Terminal => "mutt, aerc, himalaya or another that calls sendmail",
            Self::Other => "another mail program on this computer",
            Self::Webmail => "webmail, in the browser",
            Self::Phone => "a phone or tablet",
        }
    }

    /// Whether its outgoing server can be set to the gateway.
    #[must_use]
    pub fn takes_a_gateway(self) -> bool {
        matches!(
            self,
            Self::Thunderbird | Self::AppleMail | Self::OutlookImap | Self::Terminal | Self::Other
        )
    }

    /// What holds there.
    #[must_use]
    pub fn what_can_be_stopped(self) -> &'static str {
        match self {
            Self::OutlookExchange => {
                "a pressed Send goes out through Microsoft's own connection and cannot be stopped. \
                 Leave introductions in Drafts, or move them into Askfirst/Ask."
            }
            Self::Webmail => {
                "a pressed Send cannot be stopped. Leave introductions in Drafts and close the page."
            }
            Self::Phone => {
                "a pressed Send cannot be stopped. Save introductions as drafts; answer askfirst's \
                 notes from there with one word."
            }
            _ => {
                "leave introductions in Drafts and they are held; a pressed Send is stopped only \
                 through the gateway."
            }
        }
    }

    /// Where the outgoing server is entered.
    #[must_use]
    pub fn where_to_enter(self) -> Option<&'static str> {
        Some(match self {
            Self::Thunderbird => {
                "Account Settings, Outgoing Server (SMTP), Add; then choose it as the account's \
                 outgoing server"
            }
            Self::AppleMail => {
                "Mail, Settings, Accounts, Server Settings, Outgoing Mail Account, Edit SMTP Server \
                 List; switch off “Automatically manage connection settings”"
            }
            Self::OutlookImap => {
                "File, Account Settings, Server Settings, Outgoing mail; More settings: my outgoing \
                 server requires authentication"
            }
            Self::Terminal => "set sendmail = \"askfirst sendmail\" in its configuration",
            Self::Other => "its settings for the outgoing server (SMTP)",
            _ => return None,
        })
    }
}
