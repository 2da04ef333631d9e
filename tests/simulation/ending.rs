//! What must be true of the mailbox at every moment, and of everything at the end.

use super::oracle::{Verdict, body};
use super::run::Run;
use askfirst::introduction::State;

impl Run {
    /// I17, I18: the newest version of what the user has written stands somewhere in the mailbox.
    pub fn conserved(&mut self) -> Verdict {
        for (folder, bytes, deleted) in &self.oracle.bystanders {
            let mut stands = false;
            self.server.each(|f, m| {
                stands |= f == *folder && m.flags.deleted == *deleted && m.bytes == *bytes;
            });
            if !stands {
                return Err(format!(
                    "I19: a mail of the user's in {folder} is not as it was"
                ));
            }
        }
        for (n, story) in self.oracle.stories.iter().enumerate() {
            if !story.written || story.destroyed || story.is_out() {
                continue;
            }
            let newest = body(story.newest());
            let mut standing = 0;
            self.server.each(|_, message| {
                standing += usize::from(!message.flags.deleted && body(&message.bytes) == newest);
            });
            if standing == 0 {
                return Err(format!("I18: no copy of draft {n} stands in the mailbox"));
            }
        }
        Ok(())
    }
}

/// Faults have stopped long ago: nothing is forgotten, nothing lies twice.
pub fn judge(run: &mut Run) -> Verdict {
    one(run)?;
    if run.other.is_some() {
        run.swap();
        one(run)?;
    }
    copies(run)
}

/// What one machine has in its books.
fn one(run: &Run) -> Verdict {
    let Some(p) = &run.process else {
        return Err("the daemon does not run at the end".to_owned());
    };
    if run.other.is_some() && !p.desk.acts("work") {
        return Ok(());
    }
    for i in p.desk.books.introductions.values() {
        let waits = match i.state {
            State::Attention => true,
            State::Held => i.placed && !i.confirmed,
            State::Asking => i.due().is_some(),
            State::Releasing => false,
            _ => true,
        };
        if !waits {
            return Err(format!(
                "I23: {} is {:?} and waits for nobody",
                i.id, i.state
            ));
        }
    }
    for said in run.oracle.stories.iter().flat_map(|s| &s.said) {
        let known = p.desk.books.introductions.get(&said.introduction);
        let waits = known.is_some_and(|i| i.state.is_open() || i.state == State::Expired);
        if waits && said.stood.is_some() && said.heard.is_none() && !run.forgets {
            return Err(format!("I23: {said:?} was never heard"));
        }
    }
    if let Some(item) = p.desk.books.items.values().next() {
        return Err(format!(
            "I23: {} ({}) is never done",
            item.id,
            super::story::errand(item)
        ));
    }
    Ok(())
}

fn told_of_what_is_left_alone(run: &Run) -> bool {
    let words = "Left alone: a message in Askfirst/Held";
    let mut told = false;
    run.server.each(|folder, m| {
        told |= folder == "INBOX" && String::from_utf8_lossy(&m.bytes).contains(words);
    });
    told
}

fn copies(run: &Run) -> Verdict {
    for (n, story) in run.oracle.stories.iter().enumerate() {
        let left_alone = story.zombie || story.saved_again && story.is_out();
        if !story.written || story.destroyed || left_alone {
            continue;
        }
        let mut standing = Vec::new();
        run.server.each(|folder, message| {
            let newest = body(&message.bytes) == body(story.newest());
            // An older version that was declined before the newer one came lies in Closed.
            let older = !newest && folder == "Askfirst/Closed";
            if !message.flags.deleted && story.is(&message.bytes) && !older {
                standing.push(folder.to_owned());
            }
        });
        // What the user threw away beside another copy is no concern of ours.
        if standing.iter().any(|f| f != "Trash") {
            standing.retain(|f| f != "Trash");
        }
        if run.forgets && !standing.is_empty() {
            continue;
        }
        // The machine that was taking it was switched off within that: the other one knows nothing of it,
        // leaves both alone, and says so.
        let taken_halfway = ["Askfirst/Held", "Drafts"];
        if run.trial == 2 && standing == taken_halfway && told_of_what_is_left_alone(run) {
            continue;
        }
        if standing.len() != 1 {
            return Err(format!("I18: draft {n} stands in {standing:?} at the end"));
        }
    }
    Ok(())
}
