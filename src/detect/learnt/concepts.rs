//! What a word is about: `concepts.txt`, looked up by language.

use crate::detect::hash::Table;
use std::sync::LazyLock;

/// In the order of the columns of `concepts.txt`.
pub(in crate::detect) const LANGUAGES: [&str; 7] = ["en", "es", "fr", "de", "pt", "it", "nl"];

/// The shortest stem that a starred entry may have, in octets.
const SHORTEST_STEM: usize = 3;

/// The beginning of a word, and its notion.
type Stem = (&'static str, u16);

/// The notions of all languages.
pub(super) struct Lexicon {
    names: Vec<&'static str>,
    words: [Table<&'static str, u16>; 7],
    /// By their first octets, the longest first.
    stems: [Table<[u8; SHORTEST_STEM], Vec<Stem>>; 7],
}

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon {
        names: Vec::new(),
        words: Default::default(),
        stems: Default::default(),
    };
    for line in include_str!("concepts.txt").lines() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let mut columns = line.split('|');
        let number = u16::try_from(lexicon.names.len()).unwrap_or(u16::MAX);
        lexicon.names.push(columns.next().unwrap_or_default());
        for (at, column) in columns.take(LANGUAGES.len()).enumerate() {
            for word in column.split_whitespace() {
                match word.strip_suffix('*') {
                    Some(stem) => {
                        if let (Some(map), Some(head)) = (lexicon.stems.get_mut(at), head(stem)) {
                            map.entry(head).or_default().push((stem, number));
                        }
                    }
                    None => {
                        if let Some(map) = lexicon.words.get_mut(at) {
                            map.entry(word).or_insert(number);
                        }
                    }
                }
            }
        }
    }
    // Of two of one length the earlier line keeps its place.
    for those in lexicon.stems.iter_mut().flat_map(Table::values_mut) {
        those.sort_by_key(|(stem, _)| std::cmp::Reverse(stem.len()));
    }
    lexicon
});

fn head(word: &str) -> Option<[u8; SHORTEST_STEM]> {
    word.as_bytes().first_chunk().copied()
}

impl Lexicon {
    /// The column of a language; `None` for one that has none.
    pub fn column(language: &str) -> Option<usize> {
        LANGUAGES.iter().position(|l| *l == language)
    }

    /// What a word in lower case is about.
    pub fn notion(&self, column: usize, word: &str) -> Option<u16> {
        if let Some(found) = self.words.get(column)?.get(word) {
            return Some(*found);
        }
        // The longest stem wins, so that a more exact entry can be made.
        self.stems
            .get(column)?
            .get(&head(word)?)?
            .iter()
            .find_map(|(stem, notion)| word.starts_with(stem).then_some(*notion))
    }

    /// The number of the notion that is called so.
    pub fn number(&self, name: &str) -> Option<u16> {
        let at = self.names.iter().position(|n| *n == name)?;
        u16::try_from(at).ok()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    #[cfg(test)]
    fn name(&self, notion: u16) -> &'static str {
        self.names.get(usize::from(notion)).copied().unwrap_or("?")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_itself_or_by_its_stem_and_in_its_language_only() {
        let of = |language: &str, word: &str| {
            LEXICON
                .notion(Lexicon::column(language).unwrap(), word)
                .map(|n| LEXICON.name(n))
        };
        assert_eq!(of("en", "introducing"), Some("INTRODUCE"));
        assert_eq!(of("de", "kolleginnen"), Some("COLLEAGUE"));
        assert_eq!(of("fr", "kollegin"), None);
        assert_eq!(of("nl", "elkaar"), Some("EACHOTHER"));
        assert_eq!(Lexicon::column("sv"), None);
    }

    #[test]
    fn every_line_has_all_columns() {
        for line in include_str!("concepts.txt")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            assert_eq!(line.matches('|').count(), 7, "{line}");
        }
    }
}
