//! Ten thousand connections, and those of another user of this computer.

use crate::client::Client;
use crate::real::Real;
use crate::{House, ONE, mail};
use std::collections::VecDeque;
use std::io::Read as _;
use std::net::TcpStream;
use std::process::Command;
use std::time::Instant;

/// Descriptors that this process may have, after asking for as many as it may ask for.
#[cfg(unix)]
fn descriptors() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(allowed).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
fn descriptors() -> usize {
    1024
}

/// Whether the other side still holds it.
fn is_open(stream: &mut TcpStream) -> bool {
    let mut block = [0; 512];
    loop {
        match stream.read(&mut block) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(e) => return e.kind() == std::io::ErrorKind::WouldBlock,
        }
    }
}

#[test]
fn f93_of_ten_thousand_connections_few_are_kept_and_the_user_is_served() {
    let real = Real::start();
    let house = House::before(&real);
    // Both ends are in this process, and the other end holds at most a few hundred.
    let kept = descriptors().saturating_sub(600).min(10_000);
    let mut crowd = VecDeque::new();
    let begun = Instant::now();
    for number in 1..=10_000 {
        let stream = TcpStream::connect(("127.0.0.1", house.port)).unwrap();
        stream.set_nonblocking(true).unwrap();
        crowd.push_back(stream);
        if crowd.len() > kept {
            crowd.pop_front();
        }
        if number % 2_500 == 0 {
            // In the middle of it all.
            let mut user = house.client();
            let subject = format!("mail {number}");
            assert!(
                user.send(ONE, &mail(ONE, &subject, "hello\n"))
                    .starts_with("250 ")
            );
            user.say("QUIT", "221");
        }
    }
    println!(
        "10,000 connections in {:?}, {} of them kept by us",
        begun.elapsed(),
        crowd.len()
    );
    assert_eq!(real.got().len(), 4);
    let left = crate::eventually("the crowd sent away", || {
        let left = crowd
            .iter_mut()
            .filter_map(|s| is_open(s).then_some(()))
            .count();
        (left <= 128).then_some(left)
    });
    println!("{left} are still open");
    let mut user = house.client();
    assert!(
        user.send(ONE, &mail(ONE, "after", "hello\n"))
            .starts_with("250 ")
    );
}

/// What a program of this user is told when it connects; `None` where nobody else can be had.
#[cfg(target_os = "linux")]
fn greeting_of(port: u16, user: &str) -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can try it as another user");
        return None;
    }
    let script = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port}; IFS= read -r -t 20 line <&3; printf '%s' \"$line\""
    );
    let output = Command::new("setpriv")
        .args([
            &format!("--reuid={user}"),
            "--clear-groups",
            "bash",
            "-c",
            &script,
        ])
        .output();
    match output {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(error) => {
            eprintln!("skipped: there is no setpriv here: {error}");
            None
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn f93_another_user_of_this_computer_is_turned_away() {
    let real = Real::start();
    let house = House::before(&real);
    let Some(theirs) = greeting_of(house.port, "65534") else {
        return;
    };
    assert!(theirs.starts_with("554 5.7.1"), "{theirs}");
    let ours = greeting_of(house.port, "0").unwrap();
    assert!(ours.starts_with("220 "), "{ours}");
    drop(Client::connect(house.port));
}
