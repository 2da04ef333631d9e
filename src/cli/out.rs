//! Standard output and standard error.

use super::Failure;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Writes to standard output.
///
/// # Errors
/// As the system gives them; a closed pipe is one of them.
pub fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush())
}

/// Writes a command's whole output. A reader that has seen enough (`| head`) is no failure.
///
/// # Errors
/// When the output cannot be written.
pub fn print(text: &str) -> Result<ExitCode, Failure> {
    match write(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(failed(&error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Writes one JSON value and a line end.
///
/// # Errors
/// When the output cannot be written.
pub fn print_json(value: &serde_json::Value) -> Result<ExitCode, Failure> {
    print(&format!("{value}\n"))
}

/// One sentence on standard error.
pub fn complain(why: &str) {
    let _ = writeln!(io::stderr(), "askfirst: {why}");
}

#[must_use]
pub fn failed(error: &io::Error) -> Failure {
    Failure::CouldNot(format!("the output cannot be written: {error}"))
}
