use super::*;

fn address(text: &str) -> Address {
    Address::new(text).expect(text)
}

fn colleagues(a: &str, b: &str) -> bool {
    shared(&address(a), &address(b), &SameOrganisation::Yes).is_some()
}

#[test]
fn k1_one_company_is_one_organisation_across_its_subdomains() {
    assert!(colleagues("rachel@nova.example", "jordan@nova.example"));
    assert!(colleagues(
        "rachel@design.nova.co.uk",
        "jordan@sales.nova.co.uk"
    ));
    assert!(!colleagues("rachel@nova.example", "jordan@atlas.example"));
    assert!(
        !colleagues("rachel@nova.co.uk", "jordan@atlas.co.uk"),
        "co.uk is no firm"
    );
    assert!(!colleagues(
        "rachel@nova.github.io",
        "jordan@atlas.github.io"
    ));
}

#[test]
fn k1_public_mail_hosts_are_never_an_organisation() {
    for host in [
        "gmail.com",
        "yahoo.co.jp",
        "hotmail.fr",
        "web.de",
        "t-online.de",
        "orange.fr",
        "qq.com",
        "libero.it",
        "icloud.com",
        "uol.com.br",
        "live.nl",
        "comcast.net",
        "proton.me",
    ] {
        let (a, b) = (format!("rachel@{host}"), format!("jordan@{host}"));
        assert!(!colleagues(&a, &b), "{host}");
        let named = SameOrganisation::Only(vec![host.to_owned()]);
        assert_eq!(
            shared(&address(&a), &address(&b), &named),
            None,
            "{host}, even when named"
        );
    }
}

#[test]
fn k1_universities_count_by_department_only() {
    for (a, b, expected) in [
        ("rachel@cs.oakfield.edu", "jordan@cs.oakfield.edu", true),
        ("rachel@cs.oakfield.edu", "jordan@law.oakfield.edu", false),
        ("rachel@oakfield.edu", "jordan@oakfield.edu", false),
        ("rachel@physics.oak.ac.uk", "jordan@physics.oak.ac.uk", true),
        ("rachel@oak.ac.uk", "jordan@oak.ac.uk", false),
        (
            "rachel@students.oak.ac.jp",
            "jordan@students.oak.ac.jp",
            false,
        ),
        (
            "rachel@informatik.uni-eichenau.de",
            "jordan@informatik.uni-eichenau.de",
            true,
        ),
        ("rachel@uni-eichenau.de", "jordan@uni-eichenau.de", false),
    ] {
        assert_eq!(colleagues(a, b), expected, "{a} {b}");
    }
}

#[test]
fn k1_the_setting_can_switch_it_off_or_name_the_domains() {
    let (a, b) = (
        address("rachel@nova.example"),
        address("jordan@lab.nova.example"),
    );
    let rule = |text: &str| SameOrganisation::Only(vec![text.to_owned()]);
    assert_eq!(shared(&a, &b, &SameOrganisation::No), None);
    assert!(shared(&a, &b, &rule("nova.example")).is_some());
    assert!(shared(&a, &b, &rule("Nova.Example")).is_some());
    assert_eq!(shared(&a, &b, &rule("atlas.example")), None);
    assert_eq!(
        shared(&a, &b, &rule("lab.nova.example")),
        None,
        "only one of them is in the lab"
    );
    assert_eq!(
        shared(&a, &b, &rule("ova.example")),
        None,
        "not a part of a label"
    );
}
