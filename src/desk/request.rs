//! What a person asks of the daemon on the command line.

use crate::mail::Address;
use serde::{Deserialize, Serialize};

/// One request over the control connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    Status,
    Decide {
        id: String,
        decision: Decision,
    },
    Grant {
        address: Address,
        about: Option<Address>,
    },
    Refuse {
        address: Address,
        about: Option<Address>,
    },
    Revoke {
        address: Address,
        about: Option<Address>,
    },
    Forget {
        address: Address,
    },
    Reload,
}

/// What the introducer decides about one introduction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Ask,
    Release,
    Cancel,
    Answer { address: Address, yes: bool },
    Remind,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Done; what there is to tell about it.
    Done(serde_json::Value),
    /// Not done: a sentence that says why and what helps.
    Refused(String),
}
