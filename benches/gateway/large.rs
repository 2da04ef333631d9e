//! Large mail: its time beside direct, and the memory that it takes.

use super::load::{Client, Target, message};
use super::program::Program;
use super::{median, ms};

pub fn measure(targets: &[Target], program: &Program) {
    println!("\nlarge mail");
    let size = 25 << 20;
    let text = message(size);
    let before = program.memory("VmRSS");
    let mut direct = 0.0;
    for target in targets {
        let times = (0..7).map(|_| {
            let mut client = Client::connect(target).expect("a client");
            let time = client.send(&["rachel@north.example"], &text).expect("sent");
            client.quit().expect("goodbye");
            time
        });
        let time = ms(median(times.collect()));
        if target.name == "direct" {
            direct = time;
        }
        println!(
            "  25 MiB   {:<8} {time:>7.1} ms  {:.2} times direct",
            target.name,
            time / direct
        );
    }
    println!(
        "  memory   gateway  {} kB before, at most {} kB during it",
        before,
        program.memory("VmHWM")
    );
    let Some(gateway) = targets.iter().find(|t| t.name == "gateway") else {
        return;
    };
    for (size, to) in [(150usize << 20, 1), (25 << 20, 2), (150 << 20, 2)] {
        let people: Vec<String> = (0..to).map(|n| format!("p{n}@north.example")).collect();
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        let text = message(size);
        let mut client = Client::connect(gateway).expect("a client");
        let time = client.send(&people, &text).expect("sent");
        client.quit().expect("goodbye");
        println!(
            "  {:>3} MiB to {to}: {:.0} ms; at most {} kB ({} kB above the beginning)",
            size >> 20,
            ms(time),
            program.memory("VmHWM"),
            program.memory("VmHWM").saturating_sub(before)
        );
    }
}
