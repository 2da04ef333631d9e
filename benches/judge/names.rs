//! The people who play in the letters, their houses, and what dresses a letter: greeting, subject,
//! closing. Everything is drawn from a number, so that the same number gives the same letter.

/// A small generator of numbers (SplitMix64), seeded by a draw and a letter's key.
pub struct Dice(u64);

impl Dice {
    pub fn new(draw: u64, key: &str) -> Self {
        let seed = key.bytes().fold(
            0xcbf2_9ce4_8422_2325u64 ^ draw.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3),
        );
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or_default()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

const WOMEN: [&[&str]; 7] = [
    &[
        "Rachel", "Hannah", "Priya", "Moira", "Susan", "Ngozi", "Claire", "Beth", "Yuki", "Olivia",
        "Dana", "Fatima",
    ],
    &[
        "Lucía", "Marta", "Pilar", "Carmen", "Nuria", "Ximena", "Rosa", "Elena", "Valeria", "Inés",
    ],
    &[
        "Camille", "Sylvie", "Aurélie", "Margaux", "Nadia", "Céline", "Hélène", "Inès", "Odile",
        "Manon",
    ],
    &[
        "Katrin",
        "Ulrike",
        "Anneliese",
        "Jana",
        "Sabine",
        "Heike",
        "Leonie",
        "Gudrun",
        "Franziska",
        "Elif",
    ],
    &[
        "Beatriz", "Joana", "Mariana", "Luciana", "Teresa", "Inês", "Camila", "Rita", "Fernanda",
        "Helena",
    ],
    &[
        "Giulia",
        "Chiara",
        "Federica",
        "Paola",
        "Silvia",
        "Ilaria",
        "Marta",
        "Lucia",
        "Elisa",
        "Francesca",
    ],
    &[
        "Sanne",
        "Marieke",
        "Femke",
        "Anouk",
        "Ingrid",
        "Lotte",
        "Willemijn",
        "Hanneke",
        "Roos",
        "Fatma",
    ],
];
const MEN: [&[&str]; 7] = [
    &[
        "Jordan", "Peter", "Tom", "Ravi", "Gareth", "Daniel", "Kwame", "Oliver", "Ben", "Henrik",
        "Sam", "Mark",
    ],
    &[
        "Javier", "Pablo", "Iñaki", "Rafael", "Andrés", "Diego", "Tomás", "Joaquín", "Emilio",
        "Sergio",
    ],
    &[
        "Julien", "Bastien", "Karim", "Thierry", "Olivier", "Mathieu", "Étienne", "Luc", "Rémi",
        "Hugo",
    ],
    &[
        "Jonas", "Stefan", "Matthias", "Cem", "Lukas", "Holger", "Felix", "Torsten", "Benedikt",
        "Kai",
    ],
    &[
        "João", "Rui", "Thiago", "Vasco", "Gustavo", "Nuno", "Rodrigo", "Tiago", "Caio", "Duarte",
    ],
    &[
        "Matteo", "Davide", "Lorenzo", "Stefano", "Riccardo", "Enrico", "Luca", "Nicola",
        "Tommaso", "Giorgio",
    ],
    &[
        "Joost", "Wouter", "Bram", "Ruben", "Pieter", "Sjoerd", "Daan", "Hendrik", "Mohamed",
        "Thijs",
    ],
];
const LAST: [&[&str]; 7] = [
    &[
        "Winters",
        "Okafor",
        "Sharma",
        "Baker",
        "Lindqvist",
        "O'Brien",
        "Tanaka",
        "Price",
        "Fletcher",
        "Morris",
        "Haddad",
        "Quinn",
    ],
    &[
        "Ibáñez",
        "Quiroga",
        "Salazar",
        "Montero",
        "Pizarro",
        "Vidal",
        "Cordero",
        "Echeverría",
        "Luna",
        "Robles",
    ],
    &[
        "Lefèvre", "Marchand", "Benali", "Dubreuil", "Perrin", "Roussel", "Chauvin", "Tissot",
        "Vasseur", "Garnier",
    ],
    &[
        "Brandt",
        "Öztürk",
        "Lindner",
        "Hofstätter",
        "Kessler",
        "Vogt",
        "Reimann",
        "Schäfer",
        "Thiele",
        "Wirth",
    ],
    &[
        "Figueiredo",
        "Sequeira",
        "Tavares",
        "Lacerda",
        "Barros",
        "Moreira",
        "Pacheco",
        "Queiroz",
        "Valente",
        "Prado",
    ],
    &[
        "Bellini",
        "Ferrero",
        "Santoro",
        "Gallo",
        "Marchetti",
        "Pellegrini",
        "Rinaldi",
        "Zanetti",
        "Conti",
        "Greco",
    ],
    &[
        "Vermeer",
        "Hoekstra",
        "Bakker",
        "Willems",
        "Dijkstra",
        "Claes",
        "Timmermans",
        "Postma",
        "Yilmaz",
        "Kuipers",
    ],
];
const HOUSES: &[&str] = &[
    "folio.example",
    "lab.example",
    "atelier.example",
    "harbour.example",
    "north-mill.example",
    "kite.example",
    "orchard.example",
    "quay.example",
    "stonework.example",
    "heron.example",
    "atlas-verlag.example",
    "polder.example",
];
const PRIVATE: &[&str] = &[
    "gmail.com",
    "outlook.com",
    "web.de",
    "yahoo.com",
    "icloud.com",
    "orange.fr",
    "libero.it",
];

pub struct Cast {
    language: usize,
    first: Vec<&'static str>,
    last: Vec<&'static str>,
    house: Vec<String>,
    nameless: Vec<bool>,
    pub own: String,
}

fn at(letter: char) -> usize {
    usize::from((letter.to_ascii_uppercase() as u8).saturating_sub(b'A')).min(7)
}

impl Cast {
    pub fn draw(language: &str, dice: &mut Dice) -> Self {
        let language = crate::letters::LANGUAGES
            .iter()
            .position(|l| *l == language)
            .unwrap_or_default();
        let own = "hub.example".to_owned();
        let mut cast = Self {
            language,
            first: Vec::new(),
            last: Vec::new(),
            house: Vec::new(),
            nameless: Vec::new(),
            own: own.clone(),
        };
        // Now and then everybody has an address of the same kind, which then tells nothing.
        let flat = dice.below(12);
        for i in 0..8 {
            let names = if i % 2 == 0 { WOMEN } else { MEN }[language];
            let mut first = dice.pick(names);
            while cast.first.contains(&first) {
                first = dice.pick(names);
            }
            let mut last = dice.pick(LAST[language]);
            while cast.last.contains(&last) {
                last = dice.pick(LAST[language]);
            }
            let mut house = dice.pick(HOUSES).to_owned();
            while cast.house.contains(&house) {
                house = dice.pick(HOUSES).to_owned();
            }
            if flat == 0 {
                house = format!("{}{i}", PRIVATE[0]).replace("com0", "com");
                house = house.trim_end_matches(char::is_numeric).to_owned();
            } else if flat == 1 && dice.one_in(3) {
                house.clone_from(&own);
            } else if dice.one_in(4) {
                house = dice.pick(PRIVATE).to_owned();
            }
            cast.first.push(first);
            cast.last.push(last);
            cast.house.push(house);
            cast.nameless.push(dice.one_in(25));
        }
        if flat == 2 {
            cast.own = "gmail.com".to_owned();
        }
        cast
    }

    fn ascii(text: &str) -> String {
        text.to_lowercase()
            .chars()
            .map(|c| match c {
                'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
                'é' | 'è' | 'ê' | 'ë' => 'e',
                'í' | 'ì' | 'î' => 'i',
                'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
                'ú' | 'ù' | 'û' | 'ü' => 'u',
                'ñ' => 'n',
                'ç' => 'c',
                c => c,
            })
            .filter(char::is_ascii_alphabetic)
            .collect()
    }

    pub fn address(&self, letter: char) -> String {
        if letter == '#' {
            return format!("support@{}", self.own);
        }
        let i = at(letter);
        let house = if letter.is_ascii_lowercase() {
            &self.own
        } else {
            &self.house[i]
        };
        let (first, last) = (Self::ascii(self.first[i]), Self::ascii(self.last[i]));
        if house.ends_with(".example") && i.is_multiple_of(2) {
            format!("{first}@{house}")
        } else {
            format!("{first}.{last}@{house}")
        }
    }

    pub fn mailbox(&self, letter: char) -> String {
        let address = self.address(letter);
        if letter == '#' || self.nameless[at(letter)] {
            return address;
        }
        format!("\"{}\" <{address}>", self.whole(letter))
    }

    pub fn whole(&self, letter: char) -> String {
        format!("{} {}", self.first[at(letter)], self.last[at(letter)])
    }

    fn formal(&self, letter: char) -> String {
        let woman = at(letter).is_multiple_of(2);
        let titles = [
            ("Ms", "Mr"),
            ("señora", "señor"),
            ("Mme", "M."),
            ("Frau", "Herr"),
            ("Dra.", "Dr."),
            ("dottoressa", "dottor"),
            ("mevrouw", "meneer"),
        ][self.language];
        format!(
            "{} {}",
            if woman { titles.0 } else { titles.1 },
            self.last[at(letter)]
        )
    }

    /// The names in the place of `@A`, `@A+` and `@A!`.
    pub fn fill(&self, text: &str) -> String {
        let mut out = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '@' || !chars.peek().is_some_and(|c| ('A'..='F').contains(c)) {
                out.push(c);
                continue;
            }
            let who = chars.next().unwrap_or('A');
            match chars.peek() {
                Some('+') => {
                    chars.next();
                    out.push_str(&self.whole(who));
                }
                Some('!') => {
                    let mut ahead = chars.clone();
                    ahead.next();
                    // “thank you, @A!” at an end is a mark of exclamation, and so is one after a plain name.
                    if ahead
                        .peek()
                        .is_some_and(|c| *c == ' ' || c.is_ascii_punctuation())
                        && FORMAL.contains(&self.language)
                    {
                        chars.next();
                        out.push_str(&self.formal(who));
                    } else {
                        out.push_str(self.first[at(who)]);
                    }
                }
                _ => out.push_str(self.first[at(who)]),
            }
        }
        out
    }

    pub fn greeting(&self, greeted: &str, style: &str, dice: &mut Dice) -> String {
        const AND: [&str; 7] = ["and", "y", "et", "und", "e", "e", "en"];
        const HI: [&[&str]; 7] = [
            &["Hi", "Hi", "Hello", "Hey", "Dear", "Good morning"],
            &["Hola", "Hola", "Buenas", "Buenos días"],
            &["Bonjour", "Bonjour", "Salut", "Coucou"],
            &["Hallo", "Hallo", "Hi", "Moin", "Guten Morgen"],
            &["Olá", "Oi", "Bom dia", "Olá"],
            &["Ciao", "Ciao", "Buongiorno", "Salve"],
            &["Hoi", "Hallo", "Dag", "Goedemorgen"],
        ];
        const BOTH: [&[&str]; 7] = [
            &[
                "Hi both",
                "Hello you two",
                "Hi all",
                "Dear both",
                "Hi both",
                "Morning all",
            ],
            &["Hola a los dos", "Hola a todos", "Hola"],
            &[
                "Bonjour à tous les deux",
                "Bonjour à tous",
                "Salut vous deux",
            ],
            &["Hallo ihr beiden", "Hallo zusammen", "Liebe beide"],
            &["Olá aos dois", "Oi pessoal", "Olá a todos"],
            &["Ciao a tutti e due", "Ciao a tutti", "Cari"],
            &["Hoi allebei", "Beste allemaal", "Hallo allemaal"],
        ];
        let i = self.language;
        if greeted.is_empty() {
            return String::new();
        }
        if greeted == "*" {
            return format!("{},", dice.pick(BOTH[i]));
        }
        let formal = style == "f" || style == "o";
        let names: Vec<String> = greeted
            .chars()
            .map(|c| {
                if formal {
                    self.formal(c)
                } else {
                    self.first[at(c)].to_owned()
                }
            })
            .collect();
        let list = match names.as_slice() {
            [most @ .., last] if !most.is_empty() => {
                format!("{} {} {last}", most.join(", "), AND[i])
            }
            names => names.concat(),
        };
        if formal {
            let woman = at(greeted.chars().next().unwrap_or('A')).is_multiple_of(2);
            let dear = match (i, woman) {
                (0, _) => "Dear",
                (1, true) => "Estimada",
                (1, false) => "Estimado",
                (2, true) => "Chère",
                (2, false) => "Cher",
                (3, true) => "Sehr geehrte",
                (3, false) => "Sehr geehrter",
                (4, true) => "Prezada",
                (4, false) => "Prezado",
                (5, true) => "Gentile",
                (5, false) => "Gentile",
                _ => "Geachte",
            };
            return format!("{dear} {list},");
        }
        match dice.below(5) {
            0 => format!("{list},"),
            1 if names.len() == 2 => {
                let hi = HI[i][0];
                format!("{hi} {}, {} {},", names[0], hi.to_lowercase(), names[1])
            }
            _ => format!(
                "{} {list}{}",
                dice.pick(HI[i]),
                if dice.one_in(5) { "!" } else { "," }
            ),
        }
    }

    pub fn subject(&self, introduces: bool, to: &str, cc: &str, dice: &mut Dice) -> String {
        const INTRO: [&[&str]; 7] = [
            &[
                "Intro",
                "Introduction",
                "Connecting you two",
                "You two should meet",
            ],
            &["Presentación", "Os presento", "Poneros en contacto"],
            &["Mise en relation", "Présentations", "Mise en contact"],
            &["Vorstellung", "Ihr beiden", "Kontakt"],
            &["Apresentação", "Apresentando vocês", "Contacto"],
            &["Presentazione", "Vi presento", "Contatto"],
            &["Introductie", "Kennismaking", "Even voorstellen"],
        ];
        const PLAIN: [&[&str]; 7] = [
            &[
                "Hello",
                "Your question",
                "Quick one",
                "Following up",
                "This week",
                "As promised",
                "An idea",
                "Tuesday",
                "News",
                "",
                "hi",
                "Thursday",
                "A thought",
            ],
            &[
                "Hola",
                "Tu pregunta",
                "Una cosa",
                "Lo de ayer",
                "Esta semana",
                "Una idea",
                "Noticias",
                "",
            ],
            &[
                "Bonjour",
                "Ta question",
                "Petite chose",
                "Suite",
                "Cette semaine",
                "Une idée",
                "Nouvelles",
                "",
            ],
            &[
                "Hallo",
                "Deine Frage",
                "Kurz",
                "Nachtrag",
                "Diese Woche",
                "Eine Idee",
                "Neuigkeiten",
                "",
            ],
            &[
                "Olá",
                "A tua pergunta",
                "Uma coisa",
                "Esta semana",
                "Uma ideia",
                "Novidades",
                "",
            ],
            &[
                "Ciao",
                "La tua domanda",
                "Una cosa",
                "Questa settimana",
                "Un'idea",
                "Novità",
                "",
            ],
            &[
                "Hallo",
                "Je vraag",
                "Even dit",
                "Deze week",
                "Een idee",
                "Nieuws",
                "",
            ],
        ];
        let i = self.language;
        let both: Vec<char> = to
            .chars()
            .chain(cc.chars())
            .filter(|c| *c != '#')
            .take(2)
            .collect();
        let joined = |mark: &str, dice: &mut Dice| match both.as_slice() {
            [a, b] if dice.one_in(3) => format!("{} {mark} {}", self.whole(*a), self.whole(*b)),
            [a, b] => format!("{} {mark} {}", self.first[at(*a)], self.first[at(*b)]),
            _ => dice.pick(PLAIN[i]).to_owned(),
        };
        if introduces {
            match dice.below(10) {
                0 => return joined("<>", dice),
                1 => return format!("Intro: {}", joined("/", dice)),
                2 => return joined("&", dice),
                3 | 4 => return dice.pick(INTRO[i]).to_owned(),
                _ => {}
            }
        } else if dice.one_in(14) {
            return joined("/", dice);
        }
        dice.pick(PLAIN[i]).to_owned()
    }

    pub fn closing(&self, style: &str, dice: &mut Dice) -> &'static str {
        const CLOSINGS: [&[&str]; 7] = [
            &[
                "Best,\nAlex",
                "Alex",
                "Cheers,\nAlex",
                "Thanks,\nAlex",
                "All the best,\nAlex",
                "A.",
                "Kind regards,\nAlex Rivera",
            ],
            &[
                "Un abrazo,\nAlex",
                "Saludos,\nAlex",
                "Alex",
                "Un saludo,\nAlex Rivera",
            ],
            &[
                "Bien à vous,\nAlex",
                "Amitiés,\nAlex",
                "Alex",
                "Cordialement,\nAlex Rivera",
            ],
            &[
                "Liebe Grüße\nAlex",
                "Viele Grüße\nAlex",
                "Alex",
                "Mit freundlichen Grüßen\nAlex Rivera",
            ],
            &[
                "Abraço,\nAlex",
                "Um abraço,\nAlex",
                "Alex",
                "Cumprimentos,\nAlex Rivera",
            ],
            &[
                "Un abbraccio,\nAlex",
                "A presto,\nAlex",
                "Alex",
                "Cordiali saluti,\nAlex Rivera",
            ],
            &[
                "Groet,\nAlex",
                "Groetjes,\nAlex",
                "Alex",
                "Met vriendelijke groet,\nAlex Rivera",
            ],
        ];
        let list = CLOSINGS[self.language];
        match style {
            "t" | "p" if dice.one_in(2) => "",
            "f" | "o" => list[list.len() - 1],
            _ => dice.pick(list),
        }
    }
}

/// The languages in which `@A!` stands for a title and a name; in the others the titles stand in the
/// text itself.
const FORMAL: [usize; 4] = [0, 1, 2, 3];
