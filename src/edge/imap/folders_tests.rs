use super::*;
use crate::edge::imap::value;

fn list(lines: &[&str]) -> Vec<Folder> {
    lines
        .iter()
        .filter_map(|line| listed(&value::read(format!("* LIST {line}\r\n").as_bytes())))
        .collect()
}

fn name(places: &Places, place: Place) -> &str {
    places.get(place).map_or("-", FolderName::as_str)
}

#[test]
fn marks_count_more_than_names() {
    let folders = list(&[
        "(\\HasNoChildren) \"/\" INBOX",
        "(\\HasNoChildren) \"/\" Sent",
        "(\\HasNoChildren \\Sent) \"/\" \"Ausgang\"",
        "(\\Drafts) \"/\" Drafts",
        "(\\Noselect \\Trash) \"/\" Trash",
    ]);
    let places = resolve(&folders, &config::Folders::default());
    assert_eq!(name(&places, Place::Sent), "Ausgang");
    assert_eq!(name(&places, Place::Inbox), "INBOX");
    assert_eq!(name(&places, Place::Trash), "-", "it cannot be selected");
    let others: Vec<&str> = places.others().iter().map(FolderName::as_str).collect();
    assert_eq!(others, ["Sent"]);
}

#[test]
fn usual_names_are_found_in_many_languages() {
    for (lines, drafts, sent, trash) in [
        (
            &[
                "() \"/\" INBOX",
                "() \"/\" Drafts",
                "() \"/\" \"Sent Items\"",
                "() \"/\" \"Deleted Items\"",
            ][..],
            "Drafts",
            "Sent Items",
            "Deleted Items",
        ),
        (
            &[
                "() \"/\" INBOX",
                "() \"/\" \"Entw&APw-rfe\"",
                "() \"/\" \"Gesendete Objekte\"",
                "() \"/\" Papierkorb",
            ],
            "Entwürfe",
            "Gesendete Objekte",
            "Papierkorb",
        ),
        (
            &[
                "() \".\" INBOX",
                "() \".\" INBOX.Brouillons",
                "() \".\" \"INBOX.&AMk-l&AOk-ments envoy&AOk-s\"",
                "() \".\" INBOX.Corbeille",
            ],
            "INBOX.Brouillons",
            "INBOX.Éléments envoyés",
            "INBOX.Corbeille",
        ),
        (
            &[
                "() \"/\" INBOX",
                "() \"/\" \"[Gmail]/Bozze\"",
                "() \"/\" \"[Gmail]/Posta inviata\"",
                "() \"/\" \"[Gmail]/Cestino\"",
            ],
            "[Gmail]/Bozze",
            "[Gmail]/Posta inviata",
            "[Gmail]/Cestino",
        ),
        (
            &[
                "() \"/\" INBOX",
                "() \"/\" Concepten",
                "() \"/\" \"verzonden items\"",
                "() \"/\" Prullenbak",
            ],
            "Concepten",
            "verzonden items",
            "Prullenbak",
        ),
    ] {
        let places = resolve(&list(lines), &config::Folders::default());
        assert_eq!(name(&places, Place::Drafts), drafts);
        assert_eq!(name(&places, Place::Sent), sent);
        assert_eq!(name(&places, Place::Trash), trash);
    }
}

#[test]
fn a_project_folder_called_sent_is_not_the_sent_folder() {
    let folders = list(&["() \"/\" INBOX", "() \"/\" \"Projects/Sent\""]);
    let places = resolve(&folders, &config::Folders::default());
    assert_eq!(name(&places, Place::Sent), "-");
    assert_eq!(places.others().len(), 1);
}

#[test]
fn what_is_set_by_hand_comes_first_in_either_spelling() {
    let folders = list(&[
        "() \".\" INBOX",
        "(\\Sent) \".\" INBOX.Sent",
        "() \".\" INBOX.Post.Out",
    ]);
    let config = config::Folders {
        sent: Some(FolderName::new("Post/Out").unwrap()),
        ..config::Folders::default()
    };
    assert_eq!(
        name(&resolve(&folders, &config), Place::Sent),
        "INBOX.Post.Out"
    );
}

#[test]
fn gmail_is_read_in_all_mail_only() {
    let folders = list(&[
        "(\\HasNoChildren) \"/\" \"INBOX\"",
        "(\\HasChildren \\Noselect) \"/\" \"[Gmail]\"",
        "(\\All \\HasNoChildren) \"/\" \"[Gmail]/All Mail\"",
        "(\\HasNoChildren \\Junk) \"/\" \"[Gmail]/Spam\"",
        "(\\HasNoChildren) \"/\" \"Friends\"",
        "(\\HasNoChildren) \"/\" \"Askfirst/Held\"",
    ]);
    let places = resolve(&folders, &config::Folders::default());
    let read: Vec<&str> = places.to_read().iter().map(|n| n.as_str()).collect();
    assert_eq!(read, ["[Gmail]/All Mail", "[Gmail]/Spam"]);
    let others: Vec<&str> = places.others().iter().map(FolderName::as_str).collect();
    assert_eq!(others, ["Friends"], "our own are not among the others");
}

#[test]
fn our_folders_get_the_servers_prefix_and_delimiter() {
    for (line, ours) in [
        ("((\"\" \"/\")) NIL NIL", "Askfirst/Send now"),
        ("((\"INBOX.\" \".\")) NIL NIL", "INBOX.Askfirst.Send now"),
        ("((\"\" NIL)) NIL NIL", "Askfirst-Send now"),
        ("NIL NIL NIL", "Askfirst-Send now"),
    ] {
        let values = value::read(format!("* NAMESPACE {line}\r\n").as_bytes());
        let namespace = Namespace::read(&values);
        assert_eq!(namespace.own("Askfirst/Send now").unwrap().as_str(), ours);
        assert_eq!(namespace.own(ours).unwrap().as_str(), ours, "said twice");
    }
}

#[test]
fn other_peoples_folders_are_not_read() {
    let values = value::read(
        b"* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\")) ((\"Shared/\" \"/\"))\r\n",
    );
    let namespace = Namespace::read(&values);
    assert!(namespace.is_personal(&FolderName::new("Sent").unwrap()));
    assert!(!namespace.is_personal(&FolderName::new("Shared/Team").unwrap()));
}

#[test]
fn a_prefix_is_guessed_where_every_folder_has_it() {
    let folders = list(&[
        "() \".\" INBOX",
        "() \".\" INBOX.Sent",
        "() \".\" INBOX.Drafts",
    ]);
    assert_eq!(Namespace::guess(&folders).prefix, "INBOX.");
    let folders = list(&["() \".\" INBOX", "() \".\" INBOX.Sent", "() \".\" Drafts"]);
    assert_eq!(Namespace::guess(&folders).prefix, "");
    assert_eq!(Namespace::guess(&list(&["() \".\" INBOX"])).prefix, "");
}

#[test]
fn odd_names_are_read_or_passed_over() {
    let folders = list(&[
        "() \"/\" \"He\\\"ld \\\\ x\"",
        "() \"/\" NIL",
        "() \"/\" \"A&B\"",
    ]);
    let names: Vec<&str> = folders.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["He\"ld \\ x", "NIL"]);
}
