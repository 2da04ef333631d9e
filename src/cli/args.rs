//! The commands and their arguments.

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  askfirst demo                         see it work, with no account and no network
  askfirst setup                        point it at your mail account, step by step
  askfirst run                          start the daemon in this terminal
  askfirst list                         what waits, and for whom
  askfirst release 7kqx                 send this one now, without asking
  askfirst check --json letter.eml      would this be held, and why

An ID is the eight characters that `list` shows, or as many of them as are unique.
Exit codes: 0 done, 1 could not be done, 2 wrong usage or input.";

/// Asks both people before your introduction mail leaves.
#[derive(Debug, Parser)]
#[command(name = "askfirst", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Args {
    /// The configuration file [default: askfirst/config.toml in your configuration folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// See it work: a whole world in one process, from draft to release
    Demo(Demo),
    /// Point askfirst at your mail account, step by step; run again to change it
    #[command(after_help = SETUP_HELP)]
    Setup(Box<Setup>),
    /// The daemon, in the foreground; logs to stderr
    #[command(
        after_help = "RUST_LOG=askfirst=debug shows more. SIGTERM ends it cleanly, SIGHUP reads \
                            the configuration again."
    )]
    Run {
        /// Log to this file instead of standard error; at a megabyte it is put aside as FILE.1
        #[arg(long, value_name = "FILE")]
        log_file: Option<PathBuf>,
    },
    /// Start with your login: install or ask about the service
    Service {
        #[command(subcommand)]
        action: Service,
    },
    /// Is it running, is each account connected, what waits for whom
    Status(Json),
    /// The introductions, newest first
    List {
        /// Those that are over, too
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        form: Json,
    },
    /// One introduction: text, people, why it was held, its whole history
    Show {
        id: String,
        #[command(flatten)]
        form: Json,
    },
    /// Ask the people of a held introduction now (confirms it and ends its grace)
    Ask {
        /// As `list` shows it, or its first characters
        id: String,
    },
    /// Send an introduction now, whatever the answers
    Release {
        /// As `list` shows it, or its first characters
        id: String,
    },
    /// Call an introduction back into Drafts
    Cancel {
        /// As `list` shows it, or its first characters
        id: String,
    },
    /// Answer for somebody who told you in person
    #[command(after_help = "Example:\n  askfirst answer 7kqx rachel@example.org yes")]
    Answer {
        id: String,
        address: String,
        answer: Word,
    },
    /// Send the one reminder to those who have not answered
    Remind {
        /// As `list` shows it, or its first characters
        id: String,
    },
    /// Judge messages without touching anything; works with no configuration
    #[command(after_help = CHECK_HELP)]
    Check(Check),
    /// Are these two acquainted, and what shows it
    Knows {
        address: String,
        other: String,
        #[command(flatten)]
        form: Json,
    },
    /// Standing consents and refusals
    Consent {
        #[command(subcommand)]
        action: Consent,
    },
    /// Read the mailbox for who knows whom, with a progress bar
    Index {
        /// Forget what was read and begin anew
        #[arg(long)]
        rebuild: bool,
    },
    /// Play an introduction through with your real account; nothing is sent, all is put back
    Try(Try),
    /// Before uninstalling: decide what is open, then remove service, secrets and state
    Leave(Leave),
    /// Erase what is stored about a person
    Forget {
        address: String,
        /// Do not ask first
        #[arg(long)]
        yes: bool,
    },
    /// Have the running daemon read its configuration again
    Reload,
    /// Check configuration, folders, logins and state; each finding with its mend
    #[command(
        after_help = "The exit code is 0 when nothing is wrong (notes are nothing wrong), else 1."
    )]
    Doctor(Doctor),
    /// Send a message through the gateway, as a sendmail program does
    #[command(
        disable_help_flag = true,
        after_help = "Options: -t, -i, -oi, -f ADDRESS, -bs, -N, -R, -V, --. Exit codes are those of sysexits: \
                      75 means try again later; nothing is kept."
    )]
    Sendmail {
        /// Options and recipients
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "OPTION|RECIPIENT"
        )]
        arguments: Vec<String>,
    },
    /// What asks the system keyring for us, and can be ended when it hangs
    #[command(hide = true, name = "keyring-helper")]
    KeyringHelper { verb: String, entry: String },
    /// Print the completions of a shell
    #[command(
        after_help = "Example:\n  askfirst completions bash > ~/.local/share/bash-completion/completions/askfirst"
    )]
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    #[command(after_help = "Example:\n  askfirst man > askfirst.1")]
    Man,
}

const SETUP_HELP: &str = "\
Asks for what it needs. Whatever is given here is not asked; with --non-interactive nothing is, and
what is missing is found (servers) or takes its default.

Examples:
  askfirst setup
  askfirst setup --renew work
  askfirst setup --non-interactive --email alex@example.org \\
      --password-command 'pass show mail/work' --service
  printf %s \"$PASSWORD\" | askfirst setup --non-interactive --email alex@example.org \\
      --password-stdin --imap imap.example.org:993 --smtp smtp.example.org:587/starttls";

/// What can be given instead of being asked for.
#[derive(Debug, Default, clap::Args)]
pub struct Setup {
    /// Ask nothing; test the logins, write the configuration, or say what is missing
    #[arg(long)]
    pub non_interactive: bool,
    /// The account's mail address
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// A short name for the account [default: the address]
    #[arg(long)]
    pub name: Option<String>,
    /// Your name as it stands in your letters
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// Where to read mail: HOST, HOST:PORT or HOST:PORT/tls, /starttls, /none
    #[arg(long, value_name = "SERVER")]
    pub imap: Option<String>,
    /// Where to send mail, written likewise; or `drafts`: you press Send yourself
    #[arg(long, value_name = "SERVER")]
    pub smtp: Option<String>,
    /// The login name, where it is not the address
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// A command whose first line of output is the password
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["password_file", "password_stdin"])]
    pub password_command: Option<String>,
    /// A file that only you can read, with the password
    #[arg(long, value_name = "FILE", conflicts_with = "password_stdin")]
    pub password_file: Option<PathBuf>,
    /// Read the password from standard input, and keep it in the system keyring (or a file)
    #[arg(long)]
    pub password_stdin: bool,
    /// Where a password that was typed or read is kept [default: the keyring where there is one]
    #[arg(long, value_enum)]
    pub keep_password: Option<Keep>,
    /// A further trusted certificate authority, PEM
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Log in through the browser (OAuth 2.0), with this client id
    #[arg(long, value_name = "CLIENT_ID")]
    pub oauth_client_id: Option<String>,
    /// OAuth 2.0 on a machine without a browser: a code to type in elsewhere
    #[arg(long)]
    pub oauth_device: bool,
    /// Log in anew for this account: a new password, or a new OAuth 2.0 login
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "email")]
    pub renew: Option<String>,
    /// Take the servers from this autoconfiguration file
    #[arg(long, value_name = "URL")]
    pub autoconfig: Option<String>,
    /// Ask this name server (ADDRESS:PORT) instead of the system's
    #[arg(long, value_name = "ADDRESS", hide = true)]
    pub resolver: Option<std::net::SocketAddr>,
    /// Set up the gateway for your mail client
    #[arg(long)]
    pub gateway: bool,
    /// Do not log in to try the servers
    #[arg(long)]
    pub no_test: bool,
    /// Read the mailbox for who knows whom at once
    #[arg(long)]
    pub index: bool,
    /// Start askfirst with every login
    #[arg(long)]
    pub service: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Keep {
    Keyring,
    File,
}

const CHECK_HELP: &str = "\
PATH is a message file (.eml), an mbox, a Maildir folder, or - for standard input.

Examples:
  askfirst check draft.eml
  askfirst check ~/Mail/Sent            what would it have held of all you sent
  askfirst check --explain draft.eml    every sign, and what it weighs
  askfirst check --json ~/Mail/Sent > verdicts.jsonl
  askfirst check --reply answer.eml     what would this reply count as

Of a single message everything is shown; of an mbox or a folder, what would be held, and a summary.
The exit code is 0 whatever the verdict, and 2 if something could not be read.";

#[derive(Debug, clap::Args)]
pub struct Json {
    /// JSON for programs instead of text for people
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Doctor {
    #[command(flatten)]
    pub form: Json,
    /// The findings for a bug report: no name, address, host or path of yours in them
    #[arg(long, conflicts_with = "json")]
    pub report: bool,
}

#[derive(Debug, clap::Args)]
pub struct Try {
    /// With this account [default: the first]
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Leave {
    /// Ask nothing: what is open goes back into Drafts; service, secrets and state are removed
    #[arg(long)]
    pub yes: bool,
    /// With --yes: also the empty folders below Askfirst in the mailbox
    #[arg(long)]
    pub folders: bool,
    /// With --yes: also the configuration file
    #[arg(long)]
    pub configuration: bool,
}

#[derive(Debug, clap::Args)]
pub struct Demo {
    /// Leave the world open for your own mail client
    #[arg(long)]
    pub keep: bool,
}

#[derive(Debug, clap::Args)]
pub struct Check {
    #[command(flatten)]
    pub form: Json,
    /// Read each message as an answer to an ask
    #[arg(long)]
    pub reply: bool,
    /// Show every sign of each message and what it weighs
    #[arg(long, conflicts_with_all = ["reply", "json"])]
    pub explain: bool,
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Word {
    Yes,
    No,
}

#[derive(Debug, Subcommand)]
pub enum Consent {
    /// What stands
    List(Json),
    /// They are fine with being introduced (to one person, with --about)
    Grant(About),
    /// They are not to be asked again (about one person, with --about)
    Refuse(About),
    /// Nothing stands about them any more
    Revoke(About),
}

#[derive(Debug, clap::Args)]
pub struct About {
    pub address: String,
    /// Only for introductions to this person
    #[arg(long, value_name = "ADDRESS")]
    pub about: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Service {
    /// Write the service and start it with every login
    Install,
    /// Stop it and take it away
    Uninstall,
    /// Start it now
    Start,
    /// Stop it until the next login
    Stop,
    /// Is it installed, is it running
    Status,
    /// Print the systemd unit of /usr/bin/askfirst, for packagers
    Unit,
}

/// The whole command line as clap knows it, for completions and the manual page.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}
