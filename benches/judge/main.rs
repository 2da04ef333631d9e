//! Learns the judge's weights, validates them, measures them over labelled mail, and times the judge.
//!
//! `cargo bench --bench judge -- learn|validate|evaluate FILE…|speed`; docs/JUDGE.md says more.

mod evaluate;
mod labelled;
mod learn;
mod letters;
mod names;
mod speed;
mod trees;
mod validate;

use std::path::Path;

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let letters = root.join("tests/mail/judge");
    match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["learn"] => validate::learn(&letters, &root.join("src/detect/learnt")),
        ["validate"] => validate::validate(&letters),
        ["letters"] => evaluate::letters(&letters),
        ["evaluate", files @ ..] if !files.is_empty() => {
            for file in files {
                evaluate::file(Path::new(file));
            }
        }
        [] | ["speed"] => speed::run(&letters),
        _ => {
            eprintln!(
                "usage: cargo bench --bench judge -- learn | validate | letters | evaluate FILE… | speed"
            );
            std::process::exit(2);
        }
    }
}
