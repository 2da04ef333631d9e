//! The command line: arguments in, exit code out.

/// Runs the command named by the arguments.
#[must_use]
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(2)
}
