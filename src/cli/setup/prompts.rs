//! Questions in the terminal: arrow keys and defaults, colour only where there is any.

use crate::cli::Failure;
use crate::cli::paint::{Paint, wrap};
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Confirm, Input, MultiSelect, Password, Select};
use secrecy::SecretString;
use std::io::Write as _;

/// Who is asked: a person at a terminal, or nobody.
pub struct Prompts {
    theme: Box<dyn Theme>,
    pub paint: Paint,
    /// False: every question takes its default.
    pub interactive: bool,
}

impl Prompts {
    #[must_use]
    pub fn new(interactive: bool) -> Self {
        let paint = Paint::of_stdout();
        Self {
            theme: match paint.coloured {
                true => Box::new(ColorfulTheme::default()),
                false => Box::new(SimpleTheme),
            },
            paint,
            interactive,
        }
    }

    /// A paragraph, wrapped.
    pub fn say(&self, text: &str) {
        let mut lines = String::new();
        for paragraph in text.split('\n') {
            match paragraph.strip_prefix("    ") {
                // As it stands: something to copy.
                Some(_) => lines.push_str(&format!("{paragraph}\n")),
                None if paragraph.is_empty() => lines.push('\n'),
                None => lines.push_str(&wrap(paragraph, "", 78)),
            }
        }
        let _ = std::io::stdout().lock().write_all(lines.as_bytes());
    }

    /// What was done, or found good.
    pub fn good(&self, text: &str) {
        self.marked(&self.paint.good("ok"), text);
    }

    /// What went wrong.
    pub fn bad(&self, text: &str) {
        self.marked(&self.paint.bad("no"), text);
    }

    fn marked(&self, mark: &str, text: &str) {
        let lines = wrap(text, "    ", 78);
        self.print(&format!("{mark}  {}", lines.trim_start()));
    }

    pub fn heading(&self, text: &str) {
        self.print(&format!("\n{}\n", self.paint.bold(text)));
    }

    fn print(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// # Errors
    /// When nobody can be asked and there is no default.
    pub fn text(
        &self,
        question: &str,
        default: Option<&str>,
        check: impl Fn(&str) -> Result<(), String> + Clone,
    ) -> Result<String, Failure> {
        if !self.interactive {
            let value = default.ok_or_else(|| missing(question))?;
            check(value).map_err(Failure::Wrong)?;
            return Ok(value.to_owned());
        }
        let mut input = Input::<String>::with_theme(&*self.theme)
            .with_prompt(question)
            .validate_with(move |text: &String| check(text.trim()));
        if let Some(default) = default {
            input = input.default(default.to_owned());
        }
        Ok(input.interact_text().map_err(stopped)?.trim().to_owned())
    }

    /// # Errors
    /// When the terminal is gone.
    pub fn yes(&self, question: &str, default: bool) -> Result<bool, Failure> {
        if !self.interactive {
            return Ok(default);
        }
        Confirm::with_theme(&*self.theme)
            .with_prompt(question)
            .default(default)
            .interact()
            .map_err(stopped)
    }

    /// The number of the chosen line; the first is the default.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn choose(&self, question: &str, choices: &[&str]) -> Result<usize, Failure> {
        if !self.interactive {
            return Ok(0);
        }
        Select::with_theme(&*self.theme)
            .with_prompt(question)
            .items(choices)
            .default(0)
            .interact()
            .map_err(stopped)
    }

    /// # Errors
    /// When the terminal is gone.
    pub fn several(&self, question: &str, choices: &[&str]) -> Result<Vec<usize>, Failure> {
        if !self.interactive {
            return Ok(Vec::new());
        }
        MultiSelect::with_theme(&*self.theme)
            .with_prompt(format!("{question} (space marks, enter goes on)"))
            .items(choices)
            .interact()
            .map_err(stopped)
    }

    /// Typed without an echo.
    ///
    /// # Errors
    /// When nobody can be asked.
    pub fn secret(&self, question: &str) -> Result<SecretString, Failure> {
        if !self.interactive {
            return Err(missing(question));
        }
        Password::with_theme(&*self.theme)
            .with_prompt(question)
            .interact()
            .map(SecretString::from)
            .map_err(stopped)
    }
}

fn missing(question: &str) -> Failure {
    Failure::Wrong(format!(
        "“{question}” was not given, and with --non-interactive nothing is asked; \
         see `askfirst setup --help`"
    ))
}

fn stopped(error: dialoguer::Error) -> Failure {
    let dialoguer::Error::IO(error) = error;
    match error.kind() {
        std::io::ErrorKind::NotConnected => Failure::Wrong(
            "setup asks questions and needs a terminal; without one use --non-interactive, \
             see `askfirst setup --help`"
                .to_owned(),
        ),
        _ => Failure::CouldNot(format!("stopped ({error}); run `askfirst setup` again")),
    }
}
