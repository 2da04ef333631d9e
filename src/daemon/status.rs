//! What `status` tells of a running daemon.

use super::{Daemon, send::Way};
use crate::edge::gateway::Look;
use crate::introduction::State;
use serde_json::{Value, json};
use std::sync::PoisonError;

impl Daemon {
    pub(super) fn status(&self) -> Value {
        let gateway = self.gateway_look();
        let closed = match &gateway {
            Some(Look::Failed(why)) => Some(format!("The gateway is not open: {why}")),
            _ => None,
        };
        let state = match &gateway {
            None => "off",
            Some(Look::Listening) => "listening",
            Some(Look::Opening) => "off",
            Some(Look::Failed(_)) => "failed",
        };
        let mut accounts: Vec<Value> = self
            .desk
            .config
            .accounts
            .iter()
            .map(|account| {
                let look = self.posts.get(&account.name).map(|post| {
                    post.look.lock().unwrap_or_else(PoisonError::into_inner).clone()
                });
                // One that was changed just now begins in a moment.
                let look = look.unwrap_or_default();
                let way = self.ways.get(&account.name).map_or(Way::Untried, |way| {
                    *way.lock().unwrap_or_else(PoisonError::into_inner)
                });
                let imap = match look {
                    _ if look.connected => "connected",
                    _ if look.failed => "failed",
                    _ => "connecting",
                };
                json!({
                    "name": account.name,
                    "imap": imap,
                    "smtp": match way { Way::Untried => "untried", Way::Good => "ok", Way::Failed => "failed" },
                    "gateway": state,
                    "indexed": look.indexed,
                    "to_index": look.to_index,
                    "leader": self.desk.leads(&account.name),
                    "trouble": look.trouble.or_else(|| closed.clone()),
                })
            })
            .collect();
        if let Some(damage) = &self.damage {
            let still = self.desk.config.accounts.iter().map(|account| {
                json!({
                    "name": account.name, "imap": "off", "smtp": "untried", "gateway": state,
                    "indexed": 0, "to_index": 0, "leader": false, "trouble": damage,
                })
            });
            accounts = still.collect();
        }
        let listed = self.desk.books.listed(false);
        json!({
            "running": true,
            "version": env!("CARGO_PKG_VERSION"),
            "since": self.since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            "accounts": accounts,
            "waiting": listed.len(),
            "attention": listed.iter().filter(|i| i.state == State::Attention).count(),
        })
    }
}
