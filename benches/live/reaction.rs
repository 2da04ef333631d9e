//! From the server's EXISTS to the draft standing in Held, with `settle = "0s"`.

use super::client::Client;
use super::dovecot::Dovecot;
use super::letters;
use super::program::Program;
use super::proxy::{Passed, Proxy};
use super::{ms, spread};
use std::time::{Duration, Instant};

const LIMIT_MS: f64 = 10.0;
const USER: &str = "alex@hub.example";
const BARE: &str = "bare@hub.example";

pub fn measure(server: &Dovecot) {
    let ours = askfirst(server);
    let bare = blind_mover(server);
    let (text, median) = spread(ours);
    println!(
        "from EXISTS to Held: {text}; {:.2} of the limit of {LIMIT_MS} ms",
        median / LIMIT_MS
    );
    let (text, blind) = spread(bare);
    println!(
        "a bare client that moves blindly: {text}; ours takes {:.1} times as long",
        median / blind
    );
}

fn askfirst(server: &Dovecot) -> Vec<Duration> {
    for letter in letters::correspondence() {
        server.deliver(USER, "INBOX", &letter);
    }
    let proxy = Proxy::start(server);
    let program = Program::new(USER);
    let _running = program.spawn("run", server, proxy.port);
    proxy.wait(0, |passed| {
        let idle = |p: &Passed| p.to_server && p.text.trim_end().ends_with(" IDLE");
        passed.iter().any(idle).then_some(())
    });
    proxy.rest(Duration::from_secs(2));
    let mut client = Client::log_in(server, server.imaps_port, USER);
    let mut times = Vec::new();
    for draft in letters::introductions() {
        let from = proxy.here();
        client.append("Drafts", &draft);
        let (exists, held) = proxy.wait(from, from_exists_to_held);
        times.push(held - exists);
        if std::env::var_os("SHOW").is_some() {
            show(&proxy.since(from), exists, held);
        }
        // The note, its filing and all that follows are over before the next one comes.
        proxy.rest(Duration::from_millis(1500));
    }
    if std::env::var_os("SHOW").is_some() {
        println!("{}", program.log());
    }
    times
}

/// The server's first EXISTS (or the STATUS that says the same of a folder that is not selected),
/// and its OK to the MOVE into Held.
fn from_exists_to_held(passed: &[Passed]) -> Option<(Instant, Instant)> {
    let told = |text: &str| text.contains(" EXISTS\r\n") || text.starts_with("* STATUS Drafts ");
    let said = |p: &&Passed| !p.to_server && told(&p.text);
    let exists = passed.iter().find(said)?;
    let moving = |p: &&Passed| p.to_server && p.text.contains("UID MOVE");
    let moving = passed.iter().find(moving)?;
    let tag = moving.text.split(' ').next()?;
    let done = format!("{tag} OK");
    let held = passed
        .iter()
        .find(|p| p.connection == moving.connection && !p.to_server && p.text.contains(&done))?;
    Some((exists.at, held.at))
}

fn show(passed: &[Passed], exists: Instant, held: Instant) {
    println!("a draft: {:.1} ms", ms(held - exists));
    for p in passed.iter().filter(|p| p.at >= exists && p.at <= held) {
        let arrow = if p.to_server { '>' } else { '<' };
        let line: String = p
            .text
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(150)
            .collect();
        println!(
            "  {:6.2} #{} {arrow} {line}",
            ms(p.at - exists),
            p.connection
        );
    }
}

/// Moves whatever comes, without a look at it, and remembers nothing.
fn blind_mover(server: &Dovecot) -> Vec<Duration> {
    let proxy = Proxy::start(server);
    let mut author = Client::log_in(server, server.imaps_port, BARE);
    author.run("CREATE Held");
    let mut mover = Client::log_in(server, proxy.port, BARE);
    mover.run("SELECT Drafts");
    let mut times = Vec::new();
    for draft in letters::introductions() {
        let from = proxy.here();
        std::thread::scope(|threads| {
            threads.spawn(|| {
                mover.idle_until_exists();
                mover.run("UID MOVE 1:* Held");
            });
            proxy.wait(from, |passed| {
                passed
                    .iter()
                    .find(|p| p.to_server && p.text.contains(" IDLE"))
                    .map(drop)
            });
            author.append("Drafts", &draft);
        });
        let (exists, held) = proxy.wait(from, from_exists_to_held);
        times.push(held - exists);
        proxy.rest(Duration::from_millis(200));
    }
    times
}
