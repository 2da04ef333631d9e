//! From a connected socket to a logged-in session.

use super::options::Offer;
use super::reply::Reply;
use super::transport::{Patience, Socket, Transport, Watch};
use super::{Session, Smtp};
use crate::config::{Auth, Security};
use crate::edge::tls;
use crate::port::SendError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use std::net::Ipv4Addr;
use tokio::net::TcpStream;

/// Who we say we are. Neither this computer's name nor its address is anybody's business, and
/// submission servers know us by our login (RFC 5321 §4.1.4 allows an address literal).
const HELLO: ClientId = ClientId::Ipv4(Ipv4Addr::LOCALHOST);

impl Smtp {
    /// Greeting, TLS, EHLO and login.
    pub(super) async fn open(
        &self,
        socket: std::net::TcpStream,
        watch: &Watch,
    ) -> Result<Session, SendError> {
        let socket = socket
            .set_nonblocking(true)
            .and_then(|()| TcpStream::from_std(socket))
            .map_err(|e| self.unreachable(&format!("cannot be used: {e}")))?;
        let patience = self.patience;
        let socket = match self.security {
            Security::None => Socket::Plain(socket),
            Security::Tls => self.shake_hands(socket).await?,
            Security::Starttls => {
                let transport = Transport::new(Socket::Plain(socket), watch.clone(), patience);
                let socket = self.start_tls(transport, watch).await?;
                return self.log_in(socket.greeted(), watch).await;
            }
        };
        let mut transport = Transport::new(socket, watch.clone(), patience);
        self.greet(&mut transport, watch).await?;
        self.log_in(transport.greeted(), watch).await
    }

    async fn shake_hands(&self, socket: TcpStream) -> Result<Socket, SendError> {
        let tls = tokio_native_tls::TlsConnector::from(self.tls.clone());
        match tokio::time::timeout(self.patience.command, tls.connect(&self.host, socket)).await {
            Ok(Ok(stream)) => Ok(Socket::Tls(Box::new(stream))),
            Ok(Err(e)) => Err(SendError::Unreachable {
                why: tls::handshake_trouble(&self.host, &e),
                in_doubt: false,
            }),
            Err(_) => Err(self.unreachable("did not finish the TLS handshake in time")),
        }
    }

    async fn greet(&self, transport: &mut Transport, watch: &Watch) -> Result<(), SendError> {
        let reply = transport
            .hear()
            .await
            .map_err(|_| failure(&self.host, watch))?;
        self.expect(&reply, 220, "the greeting")
    }

    /// STARTTLS (RFC 3207), spoken here because lettre reads on past the 220 in plain text.
    async fn start_tls(
        &self,
        mut transport: Transport,
        watch: &Watch,
    ) -> Result<Transport, SendError> {
        self.greet(&mut transport, watch).await?;
        let lost = |_| failure(&self.host, watch);
        let hello = format!("EHLO {HELLO}\r\n");
        let reply = transport.say(&hello).await.map_err(lost)?;
        self.expect(&reply, 250, "EHLO")?;
        if !Offer::of(&reply).has("STARTTLS") {
            return Err(self.unreachable(
                "does not offer STARTTLS, and nothing is sent without TLS; \
                 is security = \"tls\" with port 465 meant?",
            ));
        }
        let reply = transport.say("STARTTLS\r\n").await.map_err(lost)?;
        self.expect(&reply, 220, "STARTTLS")?;
        let socket = transport.into_plain().map_err(lost)?;
        let socket = self.shake_hands(socket).await?;
        Ok(Transport::new(socket, watch.clone(), self.patience))
    }

    async fn log_in(&self, transport: Transport, watch: &Watch) -> Result<Session, SendError> {
        let lettre = AsyncSmtpConnection::connect_with_transport(Box::new(transport), &HELLO).await;
        let hello = heard(&self.host, watch)?;
        self.expect(&hello, 250, "EHLO")?;
        let lettre = lettre.map_err(|e| self.unreachable(&format!("answered EHLO oddly: {e}")))?;
        let mut session = Session {
            lettre,
            watch: watch.clone(),
            host: self.host.clone(),
            offer: Offer::of(&hello),
            patience: self.patience,
        };
        let result = self.authenticate(&mut session).await;
        if result.is_err() {
            session.leave().await;
        }
        result.map(|()| session)
    }

    async fn authenticate(&self, session: &mut Session) -> Result<(), SendError> {
        let mechanisms: &[Mechanism] = match self.auth {
            Auth::Password => &[Mechanism::Plain, Mechanism::Login],
            Auth::Oauth2 => &[Mechanism::Xoauth2],
        };
        let info = session.lettre.server_info();
        if info.get_auth_mechanism(mechanisms).is_none() {
            // A relay on this very computer may know its user without a login.
            if self.security == Security::None && !session.offer.has("AUTH") {
                return Ok(());
            }
            return Err(SendError::Login {
                reply: format!(
                    "{} offers no way to log in that fits {}",
                    self.host,
                    match self.auth {
                        Auth::Password => "auth = \"password\" (PLAIN or LOGIN)",
                        Auth::Oauth2 => "auth = \"oauth2\" (XOAUTH2)",
                    }
                ),
            });
        }
        let credentials = Credentials::new(
            self.username.clone(),
            self.secret.expose_secret().to_owned(),
        );
        let result = session.lettre.auth(mechanisms, &credentials).await;
        let reply = session.heard()?;
        match reply.code {
            235 if result.is_ok() => Ok(()),
            // A refused token is told in a further challenge, which lettre does not expect.
            334 => Err(SendError::Login {
                reply: match self.auth {
                    Auth::Oauth2 => "the access token was not accepted".to_owned(),
                    Auth::Password => "the login was asked for in an unknown way".to_owned(),
                },
            }),
            _ if reply.is_temporary() => Err(SendError::Later {
                reply: reply.to_string(),
            }),
            _ if reply.is_permanent() => Err(SendError::Login {
                reply: reply.to_string(),
            }),
            _ => Err(self.unreachable(&format!("answered the login with “{reply}”"))),
        }
    }

    /// Before any message is spoken of, every no is for now.
    fn expect(&self, reply: &Reply, code: u16, what: &str) -> Result<(), SendError> {
        if reply.code == code {
            Ok(())
        } else if reply.is_temporary() || reply.is_permanent() {
            Err(SendError::Later {
                reply: reply.to_string(),
            })
        } else {
            Err(self.unreachable(&format!("answered “{reply}” where {code} was due ({what})")))
        }
    }

    fn unreachable(&self, what: &str) -> SendError {
        SendError::Unreachable {
            why: format!("{} {what}", self.host),
            in_doubt: false,
        }
    }
}

impl Session {
    /// The reply to what lettre said last.
    pub(super) fn heard(&self) -> Result<Reply, SendError> {
        heard(&self.host, &self.watch)
    }

    /// QUIT, with little patience. The reply, if one came.
    pub(super) async fn leave(&mut self) -> Option<Reply> {
        use lettre::transport::smtp::commands::Quit;
        let Patience { parting, .. } = self.patience;
        let _ = tokio::time::timeout(parting, self.lettre.command(Quit)).await;
        self.watch.reply()
    }
}

fn heard(host: &str, watch: &Watch) -> Result<Reply, SendError> {
    match (watch.trouble(), watch.reply()) {
        (None, Some(reply)) => Ok(reply),
        _ => Err(failure(host, watch)),
    }
}

/// What it means that the conversation ended here.
pub(super) fn failure(host: &str, watch: &Watch) -> SendError {
    let in_doubt = watch.is_handed_over();
    if let (Some(reply), false) = (watch.unasked(), in_doubt) {
        if reply.is_temporary() {
            return SendError::Later {
                reply: reply.to_string(),
            };
        }
        if reply.is_permanent() {
            return SendError::Refused {
                code: reply.code,
                reply: reply.to_string(),
                recipient: None,
            };
        }
    }
    let why = watch
        .trouble()
        .unwrap_or_else(|| "ended the conversation".to_owned());
    SendError::Unreachable {
        why: format!("{host} {why}"),
        in_doubt,
    }
}
