//! How a run is told when a promise was broken.

use super::process::Job;
use askfirst::ledger::{Entry, Errand, Item};

pub fn errand(item: &Item) -> String {
    match &item.errand {
        Errand::Send {
            letter, reminder, ..
        } => {
            let what = if *reminder { "reminder" } else { "ask" };
            format!("{what} to {} <{}>", letter.to, letter.message_id.as_str())
        }
        Errand::Tell { letter, .. } => format!("note “{}”", letter.subject),
        Errand::FileLetter { .. } => "the ask's copy".to_owned(),
        Errand::Courtesy { .. } => "courtesies".to_owned(),
        other => format!("{other:?}"),
    }
}

pub fn job(job: &Job) -> String {
    match job {
        Job::Deed(item, _) => format!("deed {} {}", item.id, errand(item)),
        Job::Question(question) => format!("{question:?}"),
        Job::Read(place) => format!("read {place:?}"),
    }
}

pub fn entry(entry: &Entry) -> String {
    let items = |items: &[Item]| {
        let items: Vec<String> = items
            .iter()
            .map(|i| format!("{} {}", i.id, errand(i)))
            .collect();
        items.join("; ")
    };
    match entry {
        Entry::Step {
            introduction: i,
            event,
            items: todo,
        } => {
            let answers: Vec<_> = i.parties.iter().map(|p| p.answer).collect();
            let event = event.as_ref().map(|e| {
                let text = format!("{e:?}");
                text.chars().take(60).collect::<String>()
            });
            format!(
                "{} is {:?} {:?} release {:?} answers {answers:?} by {event:?}; to do: {}",
                i.id,
                i.state,
                i.reason,
                i.release,
                items(todo)
            )
        }
        Entry::Todo { items: todo } => format!("to do: {}", items(todo)),
        other => {
            let text = format!("{other:?}");
            text.chars().take(120).collect()
        }
    }
}
