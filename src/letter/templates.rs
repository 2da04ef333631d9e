//! The wording of letters: built in, or the user's own (`template_dir`).

use std::collections::BTreeMap;

/// All texts, by language and letter.
#[derive(Clone, Debug, Default)]
pub struct Templates {}

impl Templates {
    /// Built-in texts only.
    #[must_use]
    pub fn built_in() -> Self {
        Self {}
    }

    /// The user's own wording before the built-in one. `files` maps the name of a file in
    /// `template_dir` (`en.txt`, `de.txt` …) to its text; a file may hold only some of the letters.
    ///
    /// # Errors
    /// A sentence naming file and line: a broken template, an unknown variable, letter or language.
    pub fn with_overrides(_files: &BTreeMap<String, String>) -> Result<Self, String> {
        Ok(Self {})
    }
}
