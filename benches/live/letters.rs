//! The mail of the bench: made up, and different enough that nothing counts as a mail-merge.

use super::dovecot::Dovecot;
use std::fmt::Write as _;

/// Who, what they do, and what the other would want of them.
const PEOPLE: [(&str, &str, &str); 48] = [
    (
        "Amara Okafor",
        "runs a bakery that mills its own rye",
        "flour that keeps",
    ),
    (
        "Benedikt Stahl",
        "restores wooden sailing boats on the lake",
        "caulking in winter",
    ),
    (
        "Chiara Lombardi",
        "paints large murals on school walls",
        "weatherproof pigments",
    ),
    (
        "Dmitri Volkov",
        "repairs church organs all over the valley",
        "bellows of old leather",
    ),
    (
        "Elif Aydin",
        "teaches evening classes in pottery",
        "glazing without lead",
    ),
    (
        "Farid Haddad",
        "keeps forty hives of mountain bees",
        "honey from thyme",
    ),
    (
        "Greta Lindqvist",
        "maps glaciers with small drones",
        "cold batteries",
    ),
    (
        "Hiro Tanaka",
        "forges kitchen knives by hand",
        "hardening steel twice",
    ),
    (
        "Ines Carvalho",
        "writes radio plays about fishermen",
        "recording surf at night",
    ),
    (
        "Jonas Weber",
        "breeds apples that nobody remembers",
        "grafting on quince",
    ),
    (
        "Kavya Raman",
        "builds telescopes for village schools",
        "grinding mirrors",
    ),
    (
        "Liam Gallagher",
        "tunes pianos in care homes",
        "strings that drift",
    ),
    (
        "Maren Petersen",
        "grows mushrooms in an old tunnel",
        "spawn on beech",
    ),
    (
        "Nikos Pappas",
        "presses olive oil with a stone wheel",
        "harvest before frost",
    ),
    (
        "Oona Virtanen",
        "knits sweaters after drawings by children",
        "undyed wool",
    ),
    (
        "Pavel Novak",
        "draws maps of invented cities",
        "lettering with a brush",
    ),
    (
        "Quentin Moreau",
        "grows vegetables on a barge",
        "soil that floats",
    ),
    (
        "Rosa Delgado",
        "leads a choir of bus drivers",
        "singing in the break",
    ),
    (
        "Sanna Berg",
        "trains dogs to find truffles",
        "puppies with patience",
    ),
    (
        "Tomasz Kowal",
        "prints books with lead type",
        "paper from rags",
    ),
    (
        "Uma Nair",
        "studies how crows share tools",
        "cameras in trees",
    ),
    (
        "Viktor Horvath",
        "makes violins from salvaged beams",
        "varnish of amber",
    ),
    (
        "Wendy Clarke",
        "runs a museum of typewriters",
        "ribbons in violet",
    ),
    (
        "Xavier Blanc",
        "guides walkers across salt marshes",
        "tides in spring",
    ),
    (
        "Yara Haddad-Stein",
        "bottles lemonade from wild flowers",
        "elder in June",
    ),
    (
        "Zoltan Kiss",
        "rebuilds tram engines for fun",
        "copper windings",
    ),
    (
        "Anneke Visser",
        "designs kites that lift cameras",
        "spars of bamboo",
    ),
    (
        "Bashir Rahimi",
        "cooks for two hundred at festivals",
        "rice in huge pots",
    ),
    (
        "Carla Santoro",
        "photographs doors before they vanish",
        "film in medium format",
    ),
    (
        "David Okello",
        "coaches runners above two thousand metres",
        "sleep at altitude",
    ),
    (
        "Esther Blum",
        "mends tapestries in castles",
        "silk that matches",
    ),
    (
        "Fintan Doyle",
        "writes software for lighthouses",
        "lamps that blink rightly",
    ),
    (
        "Gisela Braun",
        "collects seeds of forgotten beans",
        "drying on paper",
    ),
    (
        "Hassan Malik",
        "builds shortwave radios from scrap",
        "antennas on roofs",
    ),
    (
        "Irina Popescu",
        "dances with people over eighty",
        "music in three time",
    ),
    (
        "Jules Fontaine",
        "binds notebooks with linen thread",
        "covers of birch bark",
    ),
    (
        "Karin Holm",
        "measures the silence of forests",
        "microphones in snow",
    ),
    (
        "Luca Ferrari",
        "races soapbox carts downhill",
        "brakes of cork",
    ),
    ("Mina Sadeghi", "carves stamps for tea houses", "pear wood"),
    (
        "Noah Friedman",
        "teaches chess in hospitals",
        "openings for beginners",
    ),
    (
        "Olga Smirnova",
        "sews costumes for puppet operas",
        "velvet in small pieces",
    ),
    (
        "Pedro Alvarez",
        "plants mangroves with students",
        "roots in brackish water",
    ),
    (
        "Ruth Adeyemi",
        "edits a magazine on bridges",
        "engineers who write",
    ),
    (
        "Stefan Maier",
        "brews ale with rainwater",
        "yeast from figs",
    ),
    (
        "Tala Mansour",
        "translates lullabies",
        "rhymes that survive",
    ),
    (
        "Ursula Keller",
        "paints watch dials under a lens",
        "enamel in layers",
    ),
    (
        "Vito Russo",
        "repairs accordions in a garage",
        "reeds of brass",
    ),
    (
        "Wilma Jansen",
        "counts storks from a bell tower",
        "rings on young birds",
    ),
];

fn address(name: &str) -> String {
    let plain = name.to_lowercase().replace(' ', ".");
    let firm = plain.rsplit('.').next().unwrap_or("some").to_owned();
    format!("{plain}@{firm}.example")
}

/// Twenty-four drafts, each of two people who have never met.
pub fn introductions() -> impl Iterator<Item = String> {
    PEOPLE.chunks(2).zip(1..).filter_map(|(pair, n)| {
        let [(one, does, wants), (two, does_too, wants_too)] = pair else {
            return None;
        };
        let (first, second) = (one.split(' ').next()?, two.split(' ').next()?);
        let (to, too) = (address(one), address(two));
        Some(format!(
            "From: Alex Rivera <alex@hub.example>\r\nTo: {one} <{to}>, {two} <{too}>\r\n\
             Subject: Introduction: {first} <> {second}\r\nMessage-ID: <draft{n}@hub.example>\r\n\
             Date: Mon, 02 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n\
             Hi {first}, hi {second},\r\n\r\n\
             I would like to introduce you two to each other.\r\n\r\n\
             {first}, meet {second}, who {does_too} and knows all about {wants_too}.\r\n\
             {second}, meet {first}, who {does} and is good at {wants}.\r\n\r\n\
             I think you would enjoy a conversation. I leave it to you from here.\r\n\r\n\
             Best,\r\nAlex\r\n"
        ))
    })
}

/// A lately written mail of each of them to the introducer, as those have whom one introduces.
pub fn correspondence() -> impl Iterator<Item = String> {
    PEOPLE.iter().zip(1..).map(|((name, does, wants), n)| {
        let (from, date) = (address(name), chrono::Utc::now().to_rfc2822());
        format!(
            "From: {name} <{from}>\r\nTo: Alex Rivera <alex@hub.example>\r\n\
             Subject: How it goes\r\nMessage-ID: <news{n}@{from}>\r\nDate: {date}\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
             Dear Alex,\r\n\r\nall is well here; {name} still {does}. This week it was {wants}.\r\n\
             Come and see us soon.\r\n\r\nWarmly\r\n"
        )
    })
}

/// Messages of about 2 kB in the INBOX, put straight into the Maildir.
pub fn fill(server: &Dovecot, user: &str, count: u32) {
    let maildir = server.maildir(user);
    for sub in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(maildir.join(sub)).expect("a Maildir");
    }
    let body = "The minutes are below, with a few remarks of my own.\r\n".repeat(25);
    let mut message = String::new();
    for n in 0..count {
        let (a, b, c) = (n * 7 % 997, n * 13 % 4999, n * 31 % 9973);
        message.clear();
        let _ = write!(
            message,
            "Return-Path: <person{a}@firm{a}.example>\r\n\
             Received: from mx.firm{a}.example by hub.example; Sun, 3 May 2026 12:00:00 +0000\r\n\
             Message-ID: <{n:08x}.{a}@mail.firm{a}.example>\r\n\
             From: Person Number {a} <person{a}@firm{a}.example>\r\n\
             To: Person Number {b} <person{b}@firm{b}.example>, {user}\r\n\
             Cc: person{c}@firm{c}.example\r\nDate: Sun, 3 May 2026 12:00:00 +0000\r\n\
             Subject: =?utf-8?q?The_minutes_of_week_{}?=\r\n",
            n % 52
        );
        if n > 10 && n % 3 == 0 {
            let back = n - n % 9;
            let one = back * 7 % 997;
            let _ = write!(
                message,
                "In-Reply-To: <{back:08x}.{one}@mail.firm{one}.example>\r\n\
                 References: <{back:08x}.{one}@mail.firm{one}.example>\r\n"
            );
        }
        let _ = write!(
            message,
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}"
        );
        // As a delivery names it: Dovecot's table of names degenerates over numbers in a row, and
        // every session that has listed the folders then needs seconds to read it.
        let micros = u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44;
        let name = format!(
            "{}.M{micros}P{}.hub,S={}:2,S",
            1_770_000_000 + n * 61,
            2000 + n % 3001,
            message.len()
        );
        std::fs::write(maildir.join("cur").join(name), &message).expect("a message");
    }
    let home = maildir.parent().expect("a home");
    let owner = std::process::Command::new("chown")
        .args(["-R", "mail:mail"])
        .arg(home)
        .status();
    assert!(owner.is_ok_and(|s| s.success()), "chown");
}
