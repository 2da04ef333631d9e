use super::*;
use crate::edge::imap::value;

fn list(lines: &[&str]) -> Vec<Folder> {
    lines
        .iter()
        .filter_map(|line| listed(&value::read(format!("* LIST {line}\r\n").as_bytes())))
        .collect()
}

#[test]
fn marks_are_read_in_every_dialect() {
    let folders = list(&[
        "(\\HasNoChildren) \"/\" INBOX",
        "(\\HasNoChildren \\Sent) \"/\" \"Ausgang\"",
        "(\\Noselect \\Trash) \"/\" Trash",
        "(\\AllMail) \"/\" \"[Gmail]/All Mail\"",
        "() \"/\" \"Entw&APw-rfe\"",
    ]);
    let said: Vec<_> = folders
        .iter()
        .map(|f| (f.name.as_str(), f.selectable, f.special_use))
        .collect();
    assert_eq!(
        said,
        [
            ("INBOX", true, None),
            ("Ausgang", true, Some(Place::Sent)),
            ("Trash", false, Some(Place::Trash)),
            ("[Gmail]/All Mail", true, Some(Place::All)),
            ("Entwürfe", true, None),
        ]
    );
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
