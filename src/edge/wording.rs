//! The user's own wording of letters: a folder of templates.

use crate::letter::Templates;
use std::collections::BTreeMap;
use std::path::Path;

/// The built-in texts, and those of the folder over them.
///
/// # Errors
/// A sentence naming file and line, when one of them is broken; then nothing is sent with it.
pub fn templates(dir: Option<&Path>) -> Result<Templates, String> {
    let Some(dir) = dir else {
        return Ok(Templates::built_in());
    };
    let failed = |e: std::io::Error| {
        format!(
            "Could not read the templates in {} (`template_dir`): {e}.",
            dir.display()
        )
    };
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default()
            .to_owned();
        if path.extension().is_some_and(|e| e == "txt") {
            let text = std::fs::read_to_string(&path)
                .map_err(|e| format!("Could not read the template {}: {e}.", path.display()))?;
            files.insert(name, text);
        }
    }
    Templates::with_overrides(&files)
}
