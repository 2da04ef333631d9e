//! Messages from files: `.eml`, mbox, Maildir, standard input. One at a time, whatever the size of the box.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// No message that people send is larger; what is, was named by mistake.
const LARGEST: u64 = 256 << 20;

/// One message and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// `-` for standard input.
    pub path: PathBuf,
    /// From 0 within an mbox; 0 elsewhere.
    pub index: usize,
    pub bytes: Vec<u8>,
}

/// Hands every message at `path` to `each`, in order.
///
/// # Errors
/// A sentence, when something cannot be read; what stood before it has been handed over.
pub fn read(path: &Path, each: &mut dyn FnMut(Stored)) -> Result<(), String> {
    let told = |error: io::Error| format!("{} cannot be read: {error}", path.display());
    if path == Path::new("-") {
        return stream(path, BufReader::new(io::stdin().lock()), each).map_err(told);
    }
    if path.is_dir() {
        return maildir(path, each);
    }
    let file = File::open(path).map_err(told)?;
    stream(path, BufReader::with_capacity(1 << 16, file), each).map_err(told)
}

/// One message, or an mbox: that begins with a `From ` line.
fn stream(path: &Path, mut reader: impl BufRead, each: &mut dyn FnMut(Stored)) -> io::Result<()> {
    // More than one read may be needed for five bytes of a pipe.
    let mut start = Vec::new();
    reader.by_ref().take(5).read_to_end(&mut start)?;
    let is_mbox = start == b"From ";
    let whole = io::Cursor::new(start).chain(reader);
    if is_mbox {
        return mbox(path, whole, each);
    }
    let mut bytes = Vec::new();
    limited(whole, &mut bytes)?;
    let is_empty_box = bytes.is_empty() && path.extension().is_some_and(|e| e == "mbox");
    if !is_empty_box {
        each(Stored {
            path: path.to_owned(),
            index: 0,
            bytes,
        });
    }
    Ok(())
}

fn limited(reader: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    if reader.take(LARGEST + 1).read_to_end(bytes)? as u64 > LARGEST {
        return Err(too_large());
    }
    Ok(())
}

fn too_large() -> io::Error {
    io::Error::other(format!(
        "a message in it is larger than {} MiB",
        LARGEST >> 20
    ))
}

/// RFC 4155, with the quoting undone that its mboxrd variant defines.
fn mbox(path: &Path, mut reader: impl BufRead, each: &mut dyn FnMut(Stored)) -> io::Result<()> {
    let mut index = 0;
    let mut bytes = Vec::new();
    let mut line = Vec::new();
    let mut started = false;
    let mut after_blank = true;
    // A separator counts when the line after it shows that a header begins.
    let mut separator: Option<Vec<u8>> = None;
    loop {
        line.clear();
        let end = reader.by_ref().take(LARGEST).read_until(b'\n', &mut line)? == 0;
        if let Some(held) = separator.take() {
            if !started || end || begins_header(&line) {
                if started {
                    each(stored(path, index, &mut bytes));
                    index += 1;
                }
                started = true;
            } else {
                bytes.extend_from_slice(&held);
            }
        }
        if end {
            break;
        }
        if after_blank && line.starts_with(b"From ") && (!started || is_separator(&line)) {
            after_blank = false;
            separator = Some(std::mem::take(&mut line));
            continue;
        }
        after_blank = matches!(&line[..], b"\n" | b"\r\n");
        let arrows = line.iter().take_while(|b| **b == b'>').count();
        let quoted = arrows > 0 && line.get(arrows..).is_some_and(|l| l.starts_with(b"From "));
        bytes.extend_from_slice(line.get(usize::from(quoted)..).unwrap_or_default());
        if bytes.len() as u64 > LARGEST {
            return Err(too_large());
        }
    }
    if started {
        each(stored(path, index, &mut bytes));
    }
    Ok(())
}

/// The blank line before the next separator belongs to the box, not to the message.
fn stored(path: &Path, index: usize, bytes: &mut Vec<u8>) -> Stored {
    let mut bytes = std::mem::take(bytes);
    if bytes.ends_with(b"\r\n\r\n") {
        bytes.truncate(bytes.len() - 2);
    } else if bytes.ends_with(b"\n\n") {
        bytes.truncate(bytes.len() - 1);
    }
    Stored {
        path: path.to_owned(),
        index,
        bytes,
    }
}

/// `From sender Tue Nov 24 02:13:49 2026`, `From - …` or a bare `From `: not a sentence that
/// begins so and that a careless program left unquoted.
fn is_separator(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let rest = text.get(5..).unwrap_or_default().trim();
    let has_time = rest
        .split([' ', '\t'])
        .any(|word| word.contains(':') && word.bytes().all(|b| b.is_ascii_digit() || b == b':'));
    rest.is_empty() || rest == "-" || has_time
}

/// A field name and its colon (RFC 5322 §2.2), or a header that is empty.
fn begins_header(line: &[u8]) -> bool {
    let name = line.split(|b| *b == b':').next().unwrap_or_default();
    let is_field =
        name.len() < line.len() && !name.is_empty() && name.iter().all(|b| b.is_ascii_graphic());
    is_field || matches!(line, b"\n" | b"\r\n") || line.starts_with(b">From ")
}

/// `cur` and `new` together, by file name.
fn maildir(path: &Path, each: &mut dyn FnMut(Stored)) -> Result<(), String> {
    let mut files = Vec::new();
    let mut is_maildir = false;
    for part in ["cur", "new"] {
        let folder = path.join(part);
        if !folder.is_dir() {
            continue;
        }
        is_maildir = true;
        let told = |error: io::Error| format!("{} cannot be read: {error}", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(told)? {
            let entry = entry.map_err(told)?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !hidden && entry.path().is_file() {
                files.push((entry.file_name(), entry.path()));
            }
        }
    }
    if !is_maildir {
        return Err(format!(
            "{} is a folder but no Maildir: there is neither “cur” nor “new” in it; \
             name the files themselves",
            path.display()
        ));
    }
    files.sort();
    for (_, path) in files {
        let told = |error: io::Error| format!("{} cannot be read: {error}", path.display());
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(told)?;
        limited(file, &mut bytes).map_err(told)?;
        each(Stored {
            path,
            index: 0,
            bytes,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        stream(Path::new("box"), text.as_bytes(), &mut |stored| {
            assert_eq!(stored.index, all.len());
            all.push(String::from_utf8(stored.bytes).unwrap());
        })
        .unwrap();
        all
    }

    #[test]
    fn mbox_is_split_at_its_separators_and_unquoted() {
        let text = "\
From rachel@example.org Tue Nov 24 02:13:49 2026
Subject: one

>From where I sit,
>>From there too.
> From nowhere

From - Tue Nov 24 02:14:00 2026
Subject: two

end
";
        assert_eq!(
            split(text),
            [
                "Subject: one\n\nFrom where I sit,\n>From there too.\n> From nowhere\n",
                "Subject: two\n\nend\n",
            ]
        );
    }

    #[test]
    fn sentence_that_begins_with_from_is_no_separator() {
        let text = "\
From x Tue Nov 24 02:13:49 2026\r
Subject: one\r
\r
Hello\r
\r
From here on it is easy: just go.\r
\r
From 10:30 on we are open.\r
Come along\r
";
        assert_eq!(split(text).len(), 1);
        assert!(split(text)[0].contains("\r\nFrom 10:30 on"));
    }

    #[test]
    fn last_message_may_be_cut_short_anywhere() {
        assert_eq!(split("From x Tue Nov 24 02:13:49 2026\n"), [""]);
        assert_eq!(split("From "), [""]);
        assert_eq!(split("From\n"), ["From\n"]);
        assert_eq!(split(""), [""]);
        let two = "From a 1:1:1\nA: b\n\nFrom c 1:1:1\n";
        assert_eq!(split(two), ["A: b\n", ""]);
    }

    #[test]
    fn single_message_is_left_as_it_is() {
        let text = "Subject: one\n\n>From me\n\nFrom you 10:00\nX: y\n";
        assert_eq!(split(text), [text]);
    }

    #[test]
    fn maildir_is_read_by_file_name_whichever_folder_a_file_lies_in() {
        let folder = tempfile::tempdir().unwrap();
        for (place, text) in [
            ("new/3.x", "three"),
            ("cur/1.x:2,S", "one"),
            ("new/2.x", "two"),
            ("cur/.hidden", "no"),
            ("tmp/0.x", "no"),
        ] {
            let path = folder.path().join(place);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut seen = Vec::new();
        read(folder.path(), &mut |stored| {
            assert_eq!(stored.index, 0);
            seen.push(String::from_utf8(stored.bytes).unwrap());
        })
        .unwrap();
        assert_eq!(seen, ["one", "two", "three"]);

        let why = read(&folder.path().join("cur"), &mut |_| ()).unwrap_err();
        assert!(why.contains("Maildir"), "{why}");
        let why = read(&folder.path().join("nowhere"), &mut |_| ()).unwrap_err();
        assert!(why.contains("nowhere"), "{why}");
    }
}
