//! Where the configuration file lies, who may write to it, and what surrounds it.

use crate::config::{self, Config, Surroundings};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// No configuration file is larger; whatever is was named by mistake.
const LARGEST: u64 = 1 << 20;

/// Reads the configuration: `path`, else the one in the user's configuration folder.
///
/// # Errors
/// One sentence that says what stands in the way and what helps.
pub fn load(path: Option<&Path>) -> Result<Config, String> {
    let path = locate(path)?;
    let name = path.display().to_string();
    let bytes = read_file(&path)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..good).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        format!("{name}, line {line}: the file is not UTF-8; save it in that encoding")
    })?;
    of_text(&path, &text)
}

/// Reads this text as if it stood in the file at `path`.
///
/// # Errors
/// As [`load`].
pub fn of_text(path: &Path, text: &str) -> Result<Config, String> {
    let name = path.display().to_string();
    let environment = environment()?;
    let around = Surroundings {
        folder: path.parent().unwrap_or(Path::new("/")),
        state_dir: directories::ProjectDirs::from("", "", "askfirst").map(|dirs| {
            dirs.state_dir()
                .unwrap_or_else(|| dirs.data_local_dir())
                .to_owned()
        }),
        environment: &environment,
        file: &|path| limited(path).map_err(|error| plain(&error)),
    };
    config::read(&name, text, &around)
}

/// The absolute path of the configuration file, whether or not there is one.
///
/// # Errors
/// When the system knows no configuration folder for this user.
pub fn locate(path: Option<&Path>) -> Result<PathBuf, String> {
    let path = match path {
        Some(path) => path.to_owned(),
        None => directories::ProjectDirs::from("", "", "askfirst")
            .ok_or(
                "this user has no home folder to look for a configuration in; \
                 name the file with --config FILE",
            )?
            .config_dir()
            .join("config.toml"),
    };
    std::path::absolute(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let name = path.display();
    let bytes = limited(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!(
            "there is no configuration at {name}; make one with `askfirst setup`, \
             or start from config.example.toml"
        ),
        _ => format!("the configuration {name} cannot be read: {}", plain(&error)),
    })?;
    refuse_strangers(path)?;
    Ok(bytes)
}

/// Whoever may write the file can run commands as this user (`password_command`).
#[cfg(unix)]
fn refuse_strangers(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let name = path.display();
    let meta = std::fs::metadata(path)
        .map_err(|error| format!("the configuration {name} cannot be read: {}", plain(&error)))?;
    if meta.mode() & 0o022 != 0 {
        return Err(format!(
            "the configuration {name} may be written by others, who could make askfirst run \
             commands of theirs; mend it with: chmod go-w '{name}'"
        ));
    }
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != me && meta.uid() != 0 {
        return Err(format!(
            "the configuration {name} belongs to another user, who could make askfirst run \
             commands of theirs; make a copy of your own"
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_strangers(_: &Path) -> Result<(), String> {
    Ok(())
}

/// A small file's bytes; never waits on a pipe or a device.
fn limited(path: &Path) -> std::io::Result<Vec<u8>> {
    let meta = std::fs::metadata(path)?;
    if !meta.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    if meta.len() > LARGEST {
        return Err(std::io::Error::other("it is larger than a megabyte"));
    }
    std::fs::read(path)
}

/// The variables that are text; ours must be.
fn environment() -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => {
                found.insert(name, value);
            }
            (Ok(name), Err(_)) if name.starts_with(config::PREFIX) => {
                return Err(format!("the environment variable {name} is not UTF-8"));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// What went wrong without the operating system's number.
fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
