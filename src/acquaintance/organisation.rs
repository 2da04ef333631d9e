//! Colleagues: one organisation by registrable domain (the public suffix list).
//!
//! Hosts that give addresses to anybody are no organisation, and a university is too many people
//! to be one: there the department must be the same.

use crate::acquaintance::SameOrganisation;
use crate::mail::Address;

/// The organisation that two addresses share, as a domain; `None` when they share none,
/// or none that the configuration lets count (K1).
#[must_use]
pub fn shared(a: &Address, b: &Address, rule: &SameOrganisation) -> Option<String> {
    let (da, db) = (a.domain(), b.domain());
    let domain = registrable(da)?;
    if registrable(db)? != domain || *rule == SameOrganisation::No || is_public_host(domain) {
        return None;
    }
    let counted = if is_university(domain) {
        // The bare domain of a university names no department.
        if da != db || da == domain || is_general_label(da) {
            return None;
        }
        da
    } else {
        domain
    };
    match rule {
        SameOrganisation::Only(listed) => listed.iter().any(|l| covers(l, da) && covers(l, db)),
        SameOrganisation::Yes => true,
        SameOrganisation::No => false,
    }
    .then(|| counted.to_owned())
}

/// `example.org` of `mail.example.org`; `None` for a bare suffix such as `co.uk`.
fn registrable(domain: &str) -> Option<&str> {
    psl::domain_str(domain)
}

/// Whether the domain is `listed` or lies below it.
fn covers(listed: &str, domain: &str) -> bool {
    let listed = listed
        .trim_start_matches("*@")
        .trim_matches('.')
        .to_lowercase();
    !listed.is_empty()
        && domain
            .strip_suffix(&listed)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether anybody can have an address there: mail hosts, access providers, relays.
#[must_use]
pub fn is_public_host(registrable: &str) -> bool {
    let first = registrable.split('.').next().unwrap_or_default();
    EVERYWHERE.contains(&first) || PUBLIC.contains(&registrable)
}

/// Academic suffixes the world over, and the names universities give themselves elsewhere.
fn is_university(registrable: &str) -> bool {
    let labels: Vec<&str> = registrable.split('.').collect();
    let Some((name, suffix)) = labels.split_first() else {
        return false;
    };
    matches!(suffix, ["edu" | "ac" | "acad", ..])
        || PREFIXES.iter().any(|p| name.starts_with(p))
        || (matches!(suffix, ["de" | "at" | "ch"])
            && GERMAN_PREFIXES.iter().any(|p| name.starts_with(p)))
        || SUFFIXES.iter().any(|s| name.ends_with(s))
        || UNIVERSITIES.contains(&registrable)
}

/// Labels under which a university keeps everybody.
fn is_general_label(domain: &str) -> bool {
    let first = domain.split('.').next().unwrap_or_default();
    matches!(
        first,
        "mail"
            | "email"
            | "my"
            | "live"
            | "stud"
            | "student"
            | "students"
            | "studenti"
            | "staff"
            | "alumni"
            | "alum"
            | "alumno"
            | "alumnos"
            | "etu"
            | "campus"
            | "personal"
            | "post"
            | "imap"
            | "exchange"
            | "edu"
            | "g"
            | "gmail"
            | "office"
            | "connect"
            | "me"
    )
}

const PREFIXES: &[&str] = &[
    "uni-",
    "univ-",
    "universite-",
    "universitaet-",
    "universidad",
    "universita",
    "universiteit",
    "hochschule-",
    "rwth-",
    "ens-",
    "sciences-po",
];

/// Short ones that only mean a university in the German-speaking countries.
const GERMAN_PREFIXES: &[&str] = &["tu-", "th-", "fh-", "hs-", "ph-"];

const SUFFIXES: &[&str] = &[
    "-uni",
    "-univ",
    "-university",
    "-universitaet",
    "-college",
    "university",
];

/// Universities that neither suffix nor name gives away.
const UNIVERSITIES: &[&str] = &[
    "cnrs.fr",
    "cuni.cz",
    "dtu.dk",
    "epfl.ch",
    "ethz.ch",
    "fu-berlin.de",
    "fau.de",
    "hu-berlin.de",
    "inria.fr",
    "kit.edu",
    "kth.se",
    "ku.dk",
    "kuleuven.be",
    "lmu.de",
    "lu.se",
    "mcgill.ca",
    "ntnu.no",
    "polimi.it",
    "polytechnique.fr",
    "polito.it",
    "queensu.ca",
    "ru.nl",
    "rug.nl",
    "sfu.ca",
    "sorbonne-universite.fr",
    "su.se",
    "tudelft.nl",
    "tue.nl",
    "tum.de",
    "uab.cat",
    "uam.es",
    "ub.edu",
    "ubc.ca",
    "uc3m.es",
    "ucm.es",
    "uio.no",
    "ulb.be",
    "unibo.it",
    "unige.ch",
    "unige.it",
    "unimi.it",
    "unipd.it",
    "unipi.it",
    "uniroma1.it",
    "unito.it",
    "upc.edu",
    "upm.es",
    "usp.br",
    "utoronto.ca",
    "uu.nl",
    "uu.se",
    "uva.nl",
    "uzh.ch",
    "vu.nl",
    "uwaterloo.ca",
    "ugent.be",
    "uliege.be",
    "uclouvain.be",
    "unicamp.br",
    "ufrj.br",
    "helsinki.fi",
    "aalto.fi",
    "gu.se",
    "chalmers.se",
    "au.dk",
    "uib.no",
    "maastrichtuniversity.nl",
    "leidenuniv.nl",
    "wur.nl",
    "ulisboa.pt",
    "up.pt",
    "uc.pt",
    "uminho.pt",
    "usi.ch",
    "unibas.ch",
];

/// Hosts with the same name under many suffixes (`yahoo.co.jp`, `hotmail.fr`).
const EVERYWHERE: &[&str] = &[
    "yahoo",
    "hotmail",
    "outlook",
    "live",
    "msn",
    "aol",
    "gmx",
    "ymail",
    "rocketmail",
    "protonmail",
    "yandex",
    "googlemail",
    "gmail",
    "wanadoo",
    "tiscali",
    "tutanota",
    "zohomail",
    "fastmail",
    "mailinator",
];

/// The large public mail hosts and access providers of the world, by registrable domain.
const PUBLIC: &[&str] = &[
    "126.com",
    "139.com",
    "163.com",
    "189.cn",
    "21cn.com",
    "abv.bg",
    "adinet.com.uy",
    "aim.com",
    "aliceadsl.fr",
    "alice.it",
    "aliyun.com",
    "allegro.pl",
    "aon.at",
    "appleid.com",
    "arcor.de",
    "aruba.it",
    "att.net",
    "attbi.com",
    "bbox.fr",
    "bellsouth.net",
    "bigpond.com",
    "bigpond.net.au",
    "bk.ru",
    "bluewin.ch",
    "bluemail.ch",
    "bol.com.br",
    "btinternet.com",
    "btopenworld.com",
    "bredband.net",
    "cegetel.net",
    "centrum.cz",
    "centurylink.net",
    "charter.net",
    "chello.at",
    "chello.nl",
    "clix.pt",
    "club-internet.fr",
    "comcast.net",
    "compuserve.com",
    "cox.net",
    "daum.net",
    "dbmail.com",
    "disroot.org",
    "docomo.ne.jp",
    "duck.com",
    "earthlink.net",
    "eircom.net",
    "email.cz",
    "email.com",
    "email.it",
    "embarqmail.com",
    "excite.com",
    "ezweb.ne.jp",
    "foxmail.com",
    "free.fr",
    "freemail.hu",
    "freenet.de",
    "freeserve.co.uk",
    "frontier.com",
    "frontiernet.net",
    "globo.com",
    "globomail.com",
    "github.com",
    "gmx.de",
    "hanmail.net",
    "hetnet.nl",
    "hey.com",
    "hispeed.ch",
    "home.nl",
    "home.se",
    "hushmail.com",
    "i.softbank.jp",
    "icloud.com",
    "ig.com.br",
    "iinet.net.au",
    "inbox.com",
    "inbox.lv",
    "inbox.ru",
    "infostrada.it",
    "inode.at",
    "interia.eu",
    "interia.pl",
    "internode.on.net",
    "iol.pt",
    "iol.it",
    "isp.com",
    "juno.com",
    "kabelmail.de",
    "kpnmail.nl",
    "kpnplanet.nl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.com",
    "luukku.com",
    "mac.com",
    "magenta.de",
    "mail.bg",
    "mail.com",
    "mail.de",
    "mail.ee",
    "mail.pt",
    "mail.ru",
    "mail.ua",
    "mailbox.org",
    "mailfence.com",
    "mailo.com",
    "mchsi.com",
    "me.com",
    "meta.ua",
    "mindspring.com",
    "mozmail.com",
    "naver.com",
    "nate.com",
    "netcologne.de",
    "netscape.net",
    "netvigator.com",
    "netzero.net",
    "neuf.fr",
    "nifty.com",
    "noos.fr",
    "ntlworld.com",
    "numericable.fr",
    "o2.co.uk",
    "o2.pl",
    "o2online.de",
    "ocn.ne.jp",
    "oi.com.br",
    "online.de",
    "online.no",
    "onet.eu",
    "onet.pl",
    "op.pl",
    "optonline.net",
    "optusnet.com.au",
    "orange.fr",
    "orange.es",
    "orange.net",
    "osnanet.de",
    "outlook.com",
    "passport.com",
    "planet.nl",
    "pm.me",
    "poczta.onet.pl",
    "posteo.de",
    "posteo.net",
    "post.cz",
    "post.sk",
    "prodigy.net",
    "prodigy.net.mx",
    "proton.me",
    "qq.com",
    "quicknet.nl",
    "r7.com",
    "rambler.ru",
    "rediffmail.com",
    "rediff.com",
    "riseup.net",
    "roadrunner.com",
    "rogers.com",
    "rr.com",
    "runbox.com",
    "sapo.pt",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "shaw.ca",
    "simplelogin.com",
    "sina.com",
    "sina.cn",
    "sky.com",
    "skynet.be",
    "softbank.ne.jp",
    "sohu.com",
    "startmail.com",
    "suddenlink.net",
    "sunrise.ch",
    "swissonline.ch",
    "sympatico.ca",
    "t-online.de",
    "talktalk.net",
    "talk21.com",
    "telefonica.net",
    "telenet.be",
    "telia.com",
    "telus.net",
    "terra.com.br",
    "terra.es",
    "tin.it",
    "tiscali.it",
    "tlen.pl",
    "tuta.com",
    "tuta.io",
    "tutamail.com",
    "uol.com.br",
    "upcmail.nl",
    "ukr.net",
    "verizon.net",
    "versatel.nl",
    "videotron.ca",
    "virgilio.it",
    "virgin.net",
    "virginmedia.com",
    "vip.qq.com",
    "vodafone.it",
    "vodafone.nl",
    "vodafonemail.de",
    "voila.fr",
    "walla.co.il",
    "walla.com",
    "web.de",
    "windowslive.com",
    "windstream.net",
    "wp.pl",
    "xs4all.nl",
    "xtra.co.nz",
    "yeah.net",
    "ya.ru",
    "zeelandnet.nl",
    "ziggo.nl",
    "zoho.com",
    "zoho.eu",
    "zonnet.nl",
];

#[cfg(test)]
mod tests {
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
}
