//! Which folder is which.

use super::transfer::refused;
use crate::config;
use crate::port::{Folder, FolderName, Mailbox, MailboxError, Place};

/// The folders of an account that mean something to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub inbox: FolderName,
    pub drafts: Option<FolderName>,
    pub sent: Option<FolderName>,
    pub trash: Option<FolderName>,
    pub junk: Option<FolderName>,
    /// Gmail's All Mail.
    pub all: Option<FolderName>,
    pub ask: FolderName,
    pub held: FolderName,
    pub send_now: FolderName,
    pub give_back: FolderName,
    pub closed: FolderName,
    pub memory: FolderName,
    /// Every folder that can be selected, as listed by the server.
    pub selectable: Vec<FolderName>,
}

impl Places {
    #[must_use]
    pub fn get(&self, place: Place) -> Option<&FolderName> {
        match place {
            Place::Inbox => Some(&self.inbox),
            Place::Drafts => self.drafts.as_ref(),
            Place::Sent => self.sent.as_ref(),
            Place::Trash => self.trash.as_ref(),
            Place::Junk => self.junk.as_ref(),
            Place::All => self.all.as_ref(),
            Place::Ask => Some(&self.ask),
            Place::Held => Some(&self.held),
            Place::SendNow => Some(&self.send_now),
            Place::GiveBack => Some(&self.give_back),
            Place::Closed => Some(&self.closed),
            Place::Memory => Some(&self.memory),
        }
    }

    /// Our own six.
    #[must_use]
    pub fn ours(&self) -> [&FolderName; 6] {
        [
            &self.ask,
            &self.held,
            &self.send_now,
            &self.give_back,
            &self.closed,
            &self.memory,
        ]
    }

    /// What nothing of ours may ever change, for [`super::Careful`].
    #[must_use]
    pub fn untouchable(&self) -> Vec<FolderName> {
        self.trash.iter().chain(&self.all).cloned().collect()
    }

    /// Where an answer may be: every selectable folder but Drafts, Sent, Trash and our own.
    #[must_use]
    pub fn for_answers(&self) -> Vec<FolderName> {
        self.selectable
            .iter()
            .filter(|name| {
                !self.ours().contains(name)
                    && ![&self.drafts, &self.sent, &self.trash]
                        .into_iter()
                        .flatten()
                        .any(|place| place == *name)
            })
            .cloned()
            .collect()
    }
}

/// Finds the places of an account and makes our own folders where they are missing.
///
/// # Errors
/// As the mailbox; a refusal that names the folder if a configured one is not there.
pub fn open_places(
    mb: &mut dyn Mailbox,
    configured: &config::Folders,
) -> Result<Places, MailboxError> {
    let folders = mb.folders()?;
    let mut own = |configured: &Option<FolderName>, usual: &str| {
        mb.own_folder(configured.as_ref().map_or(usual, FolderName::as_str))
    };
    let mut places = Places {
        ask: own(&configured.ask, "Askfirst/Ask")?,
        held: own(&configured.held, "Askfirst/Held")?,
        send_now: own(&configured.send_now, "Askfirst/Send now")?,
        give_back: own(&configured.give_back, "Askfirst/Give back")?,
        closed: own(&configured.closed, "Askfirst/Closed")?,
        memory: own(&configured.memory, "Askfirst/Memory")?,
        inbox: inbox(&folders)?,
        drafts: None,
        sent: None,
        trash: None,
        junk: None,
        all: resolve(&folders, Place::All),
        selectable: folders
            .iter()
            .filter(|folder| folder.selectable)
            .map(|folder| folder.name.clone())
            .collect(),
    };
    for (place, named, slot) in [
        (Place::Drafts, &configured.drafts, &mut places.drafts),
        (Place::Sent, &configured.sent, &mut places.sent),
        (Place::Trash, &configured.trash, &mut places.trash),
        (Place::Junk, &configured.junk, &mut places.junk),
    ] {
        *slot = match named {
            None => resolve(&folders, place),
            Some(name) => Some(by_configured_name(mb, &folders, name)?),
        };
    }
    for name in places.ours().map(Clone::clone) {
        let there = folders.iter().any(|f| f.selectable && f.name == name);
        if there {
            continue;
        }
        match mb.create(&name) {
            Err(MailboxError::Refused {
                code: Some(code), ..
            }) if code == "ALREADYEXISTS" => {}
            other => other?,
        }
        places.selectable.push(name);
    }
    Ok(places)
}

fn inbox(folders: &[Folder]) -> Result<FolderName, MailboxError> {
    folders
        .iter()
        .find(|folder| folder.name.is_inbox())
        .map(|folder| Ok(folder.name.clone()))
        .unwrap_or_else(|| FolderName::new("INBOX").map_err(|why| refused(&why)))
}

fn by_configured_name(
    mb: &mut dyn Mailbox,
    folders: &[Folder],
    name: &FolderName,
) -> Result<FolderName, MailboxError> {
    let below_prefix = mb.own_folder(name.as_str())?;
    folders
        .iter()
        .filter(|folder| folder.selectable)
        .find(|folder| folder.name == *name || folder.name == below_prefix)
        .map(|folder| folder.name.clone())
        .ok_or_else(|| {
            refused(&format!(
                "the configuration names a folder “{name}”, which is not there; \
                 `askfirst doctor` lists those that are"
            ))
        })
}

/// The folder with this use: as the server marks it (RFC 6154), else the first with a usual name.
#[must_use]
pub fn resolve(folders: &[Folder], place: Place) -> Option<FolderName> {
    let selectable = || folders.iter().filter(|folder| folder.selectable);
    if let Some(marked) = selectable().find(|folder| folder.special_use == Some(place)) {
        return Some(marked.name.clone());
    }
    let usual = usual_names(place);
    selectable()
        .filter(|folder| folder.special_use.is_none())
        .filter_map(|folder| {
            let name = below_inbox(folder).to_lowercase();
            let rank = usual.iter().position(|usual| *usual == name)?;
            Some((rank, folder))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, folder)| folder.name.clone())
}

/// The name without a prefix that some servers put before every folder.
fn below_inbox(folder: &Folder) -> &str {
    let name = folder.name.as_str();
    let Some((top, rest)) = folder.delimiter.and_then(|d| name.split_once(d)) else {
        return name;
    };
    let prefix = ["inbox", "[gmail]", "[google mail]"];
    if prefix.contains(&top.to_lowercase().as_str()) {
        rest
    } else {
        name
    }
}

/// What clients and servers call these folders in the common languages; the most usual first, lower case.
fn usual_names(place: Place) -> &'static [&'static str] {
    match place {
        Place::Drafts => &[
            "drafts",
            "draft",
            "entwürfe",
            "brouillons",
            "borradores",
            "bozze",
            "rascunhos",
            "concepten",
            "utkast",
            "kladder",
            "luonnokset",
            "wersje robocze",
            "szkice",
            "koncepty",
            "rozepsané",
            "piszkozatok",
            "ciorne",
            "taslaklar",
            "черновики",
            "чернетки",
            "πρόχειρα",
            "草稿",
            "草稿箱",
            "草稿匣",
            "下書き",
            "임시보관함",
            "임시 보관함",
            "טיוטות",
            "المسودات",
        ],
        Place::Sent => &[
            "sent",
            "sent items",
            "sent messages",
            "sent mail",
            "gesendet",
            "gesendete objekte",
            "gesendete elemente",
            "gesendete nachrichten",
            "envoyés",
            "éléments envoyés",
            "messages envoyés",
            "enviados",
            "elementos enviados",
            "mensajes enviados",
            "posta inviata",
            "inviati",
            "inviata",
            "itens enviados",
            "verzonden",
            "verzonden items",
            "verzonden berichten",
            "skickat",
            "skickade objekt",
            "sendt",
            "sendte elementer",
            "sendt post",
            "lähetetyt",
            "wysłane",
            "elementy wysłane",
            "odeslaná pošta",
            "odeslané",
            "odoslané",
            "elküldött",
            "elküldött elemek",
            "trimise",
            "gönderilmiş öğeler",
            "gönderilenler",
            "отправленные",
            "надіслані",
            "απεσταλμένα",
            "已发送",
            "已发送邮件",
            "已傳送",
            "寄件備份",
            "送信済み",
            "送信済みアイテム",
            "보낸편지함",
            "보낸 편지함",
            "דואר יוצא",
            "البريد المرسل",
        ],
        Place::Trash => &[
            "trash",
            "deleted items",
            "deleted messages",
            "deleted",
            "bin",
            "papierkorb",
            "gelöschte objekte",
            "gelöschte elemente",
            "gelöscht",
            "corbeille",
            "éléments supprimés",
            "papelera",
            "elementos eliminados",
            "cestino",
            "posta eliminata",
            "lixeira",
            "itens excluídos",
            "lixo",
            "prullenbak",
            "verwijderde items",
            "papperskorg",
            "papperskorgen",
            "borttagna objekt",
            "papirkurv",
            "slettede elementer",
            "slettet post",
            "roskakori",
            "kosz",
            "elementy usunięte",
            "koš",
            "odstraněná pošta",
            "kôš",
            "kuka",
            "törölt elemek",
            "coș de gunoi",
            "çöp kutusu",
            "silinmiş öğeler",
            "корзина",
            "удаленные",
            "кошик",
            "κάδος απορριμμάτων",
            "已删除",
            "已删除邮件",
            "垃圾桶",
            "ゴミ箱",
            "削除済みアイテム",
            "휴지통",
            "지운 편지함",
        ],
        Place::Junk => &[
            "junk",
            "spam",
            "junk e-mail",
            "junk email",
            "junk mail",
            "bulk mail",
            "junk-e-mail",
            "spamverdacht",
            "unerwünscht",
            "courrier indésirable",
            "indésirables",
            "correo no deseado",
            "posta indesiderata",
            "lixo eletrônico",
            "ongewenste e-mail",
            "skräppost",
            "søppelpost",
            "uønsket mail",
            "roskaposti",
            "wiadomości-śmieci",
            "nevyžádaná pošta",
            "levélszemét",
            "gereksiz e-posta",
            "спам",
            "нежелательная почта",
            "垃圾邮件",
            "垃圾郵件",
            "迷惑メール",
            "스팸메일함",
            "정크 메일",
        ],
        // Only ever by the server's own mark.
        Place::All => &[],
        Place::Inbox
        | Place::Ask
        | Place::Held
        | Place::SendNow
        | Place::GiveBack
        | Place::Closed
        | Place::Memory => &[],
    }
}
