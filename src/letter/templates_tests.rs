use super::*;

fn with(file: &str, text: &str) -> Result<Templates, String> {
    Templates::with_overrides(&BTreeMap::from([(file.to_owned(), text.to_owned())]))
}

#[test]
fn every_built_in_language_has_every_letter_and_none_is_broken() {
    for (language, text) in BUILT_IN {
        let found = sections(&format!("{language}.txt"), text).expect("readable");
        for (letter, _) in LETTERS {
            let (_, wording) = found
                .iter()
                .find(|(l, _)| l == letter)
                .unwrap_or_else(|| panic!("{language}.txt lacks {letter}"));
            check(letter, wording).expect("sound");
        }
    }
}

#[test]
fn ones_own_wording_comes_first_and_the_rest_stays() {
    let templates = with(
        "en.txt",
        "== ask ==\nSubject: {{ other }}?\n\nYes or no to {{ other }}?\n",
    )
    .expect("sound");
    let values = sample(TO_PARTIES, true);
    assert_eq!(
        templates.render("en", "ask", &values),
        (
            "Jordan Blake?".to_owned(),
            "Yes or no to Jordan Blake?".to_owned()
        )
    );
    assert_eq!(
        templates.render("en", "reminder", &values),
        Templates::built_in().render("en", "reminder", &values)
    );
}

#[test]
fn a_broken_template_is_named_by_file_and_line() {
    let broken = "# mine\n\n== ask ==\nSubject: {{ other }}\n\nHello\n{% if formal %}\nno end\n";
    let why = with("own/en.txt", broken).expect_err("refused");
    assert!(why.starts_with("own/en.txt, line "), "{why}");
    for (text, wanted) in [
        (
            "== ask ==\nSubject: {{ other }}\n\nHello {{ adress }}\n",
            "en.txt, line 4: the letter “ask” knows no “adress”",
        ),
        (
            "== ask ==\nSubject: {{ other | shout }}\n\nx\n",
            "en.txt, line 2: ",
        ),
        ("== aks ==\nx\n", "en.txt, line 1: there is no letter “aks”"),
        (
            "Hello\n== ask ==\n",
            "en.txt, line 1: this text belongs to no letter",
        ),
        (
            "== ask ==\nJust {{ other }}\n",
            "en.txt, line 2: the letter “ask” needs a first line",
        ),
        (
            "== ask ==\nSubject: May I?\n\nWell, may I?\n",
            "en.txt, line 2: the letter “ask” does not say who",
        ),
        (
            "== ask ==\nSubject: {{ other }}\n\nx\n\n== ask ==\n",
            "en.txt, line 6: the letter “ask” stands here a second time",
        ),
    ] {
        let why = with("en.txt", text).expect_err(text);
        assert!(why.starts_with(wanted), "{why}");
    }
    assert!(
        with("english.txt", "")
            .expect_err("refused")
            .starts_with("english.txt is no wording")
    );
}

#[test]
fn what_is_filled_in_is_no_template() {
    let mut values = sample(TO_PARTIES, true);
    values.insert("other", Value::from("{{ me }} {% if x %}~"));
    let (subject, _) = Templates::built_in().render("en", "ask", &values);
    assert_eq!(subject, "May I introduce you to {{ me }} {% if x %}~?");
}

#[test]
fn a11_an_unknown_language_falls_back_to_the_users_own() {
    assert_eq!(Templates::choose(&["xx", "en"]), "en");
    assert_eq!(Templates::choose(&["tlh"]), "en");
}
