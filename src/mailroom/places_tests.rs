use super::*;

/// Folders with `/` between the levels; `Sent=Ausgang` is one that the server marks.
fn list(delimiter: char, names: &[&str]) -> Vec<Folder> {
    let folder = |name: &&str| {
        let (mark, name) = name.split_once('=').unwrap_or(("", name));
        Folder {
            name: FolderName::new(name).unwrap(),
            delimiter: Some(delimiter),
            selectable: true,
            special_use: match mark {
                "Drafts" => Some(Place::Drafts),
                "Sent" => Some(Place::Sent),
                "Trash" => Some(Place::Trash),
                _ => None,
            },
        }
    };
    names.iter().map(folder).collect()
}

fn found(folders: &[Folder], place: Place) -> String {
    resolve(folders, place).map_or_else(|| "-".to_owned(), |name| name.to_string())
}

#[test]
fn marks_count_more_than_names() {
    let mut folders = list(
        '/',
        &[
            "INBOX",
            "Sent",
            "Sent=Ausgang",
            "Drafts=Drafts",
            "Trash=Trash",
        ],
    );
    folders[4].selectable = false;
    assert_eq!(found(&folders, Place::Sent), "Ausgang");
    assert_eq!(found(&folders, Place::Drafts), "Drafts");
    assert_eq!(found(&folders, Place::Trash), "-", "it cannot be selected");
}

#[test]
fn of_several_marked_folders_the_usual_name_is_taken() {
    let folders = list('/', &["INBOX", "Sent=Old/Ausgang", "Sent=Sent Items"]);
    assert_eq!(found(&folders, Place::Sent), "Sent Items");
}

#[test]
fn usual_names_are_found_in_many_languages() {
    for (delimiter, [drafts, sent, trash, junk]) in [
        ('/', ["Drafts", "Sent Items", "Deleted Items", "Junk Email"]),
        (
            '/',
            ["Entwürfe", "Gesendete Objekte", "Papierkorb", "Werbung"],
        ),
        (
            '.',
            [
                "INBOX.Brouillons",
                "INBOX.Éléments envoyés",
                "INBOX.Corbeille",
                "INBOX.Pourriel",
            ],
        ),
        (
            '/',
            [
                "[Gmail]/Bozze",
                "[Gmail]/Posta inviata",
                "[Gmail]/Cestino",
                "[Gmail]/Spam",
            ],
        ),
        (
            '/',
            ["Concepten", "verzonden items", "Prullenbak", "Ongewenst"],
        ),
        ('/', ["草稿匣", "寄件備份", "垃圾桶", "垃圾郵件"]),
    ] {
        let folders = list(delimiter, &["INBOX", drafts, sent, trash, junk]);
        assert_eq!(found(&folders, Place::Drafts), drafts);
        assert_eq!(found(&folders, Place::Sent), sent);
        assert_eq!(found(&folders, Place::Trash), trash);
        assert_eq!(found(&folders, Place::Junk), junk);
    }
}

#[test]
fn a_name_is_usual_for_one_place_only() {
    let mut seen = std::collections::BTreeMap::new();
    for place in [Place::Drafts, Place::Sent, Place::Trash, Place::Junk] {
        for name in usual_names::of(place) {
            let before = seen.insert(name.to_lowercase(), place);
            assert_eq!(before, None, "{name} is {place:?} too");
        }
    }
}

#[test]
fn a_project_folder_called_sent_is_not_the_sent_folder() {
    let folders = list('/', &["INBOX", "Projects/Sent", "INBOX/Projects/Sent"]);
    assert_eq!(found(&folders, Place::Sent), "-");
}

#[test]
fn what_is_set_by_hand_is_known_in_either_spelling() {
    let folders = list('.', &["INBOX.Post.Out"]);
    for spelling in ["INBOX.Post.Out", "INBOX/Post/Out", "Post/Out", "Post.Out"] {
        let name = FolderName::new(spelling).unwrap();
        assert!(is_called(&folders[0], &name), "{spelling}");
    }
    assert!(!is_called(&folders[0], &FolderName::new("Out").unwrap()));
}
