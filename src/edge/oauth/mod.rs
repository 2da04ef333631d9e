//! OAuth 2.0 (RFC 6749, 7636, 8252, 8628): tokens fetched, kept, and renewed ahead of time.
//!
//! The `oauth2` crate speaks the protocol; the requests are our own small HTTP, so that nothing of it
//! stays in memory between two renewals.

mod login;
mod store;

pub use login::{by_browser, by_device};
pub use store::Store;

use super::http::{self, Url, Way};
use super::secret::{self, SecretError};
use crate::config::providers::{self, Endpoints};
use crate::config::{Account, OAuth2, Secret};
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::basic::{BasicClient, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AuthType, AuthUrl, ClientId, ClientSecret, DeviceAuthorizationUrl, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, RefreshToken, RequestTokenError, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};

/// Renewed so long before it ends: a connection may take its time to log in.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// What is kept of a login.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    pub access: String,
    pub refresh: Option<String>,
    /// Of the access token; unknown counts as an hour.
    pub until: DateTime<Utc>,
}

/// Neither token.
impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens(until {})", self.until)
    }
}

/// The program as the authorisation server knows it.
#[derive(Clone, Debug)]
pub struct Client {
    pub id: String,
    secret: Option<SecretString>,
    auth_url: String,
    token_url: String,
    pub device_url: Option<String>,
    pub scopes: Vec<String>,
    ca: Option<Vec<u8>>,
}

/// Everything that is needed is set.
type Ready = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Our HTTP's trouble as the crate wants it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreached(String);

impl Client {
    /// As configured, with what is built in for the large providers.
    ///
    /// # Errors
    /// A sentence that names the missing key.
    pub fn of(account: &Account) -> Result<Self, String> {
        let host = &account.imap.host;
        let ca = account.imap.ca.clone();
        Self::new(&account.name, host, account.oauth2.as_ref(), ca)
    }

    /// The same before there is an account; `name` for sentences, `host` of its IMAP server.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn new(
        name: &str,
        host: &str,
        own: Option<&OAuth2>,
        ca: Option<Vec<u8>>,
    ) -> Result<Self, String> {
        let built_in = providers::of_host(host).and_then(|p| p.oauth);
        let missing = |key: &str| {
            format!(
                "the account “{name}” logs in by OAuth 2.0, but [accounts.oauth2] has no {key}; see \
                 docs/SETUP.md, “OAuth 2.0”"
            )
        };
        let given = |own: Option<&String>, built_in: Option<&str>| {
            own.cloned().or_else(|| built_in.map(str::to_owned))
        };
        let url = |text: String| safe(&text).map(|()| text);
        let of = |pick: fn(&Endpoints) -> &'static str| built_in.as_ref().map(pick);
        Ok(Self {
            id: own
                .and_then(|o| o.client_id.clone())
                .ok_or_else(|| missing("client_id"))?,
            secret: own
                .and_then(|o| o.client_secret_command.as_ref())
                .map(|command| {
                    let whom = format!("account “{name}” (client secret)");
                    secret::read(&Secret::Command(command.clone()), &whom)
                })
                .transpose()
                .map_err(|error| error.to_string())?,
            auth_url: given(own.and_then(|o| o.auth_url.as_ref()), of(|e| e.auth_url))
                .ok_or_else(|| missing("auth_url"))
                .and_then(url)?,
            token_url: given(own.and_then(|o| o.token_url.as_ref()), of(|e| e.token_url))
                .ok_or_else(|| missing("token_url"))
                .and_then(url)?,
            device_url: given(
                own.and_then(|o| o.device_url.as_ref()),
                built_in.and_then(|e| e.device_url),
            )
            .map(url)
            .transpose()?,
            scopes: match own.map(|o| o.scopes.clone()).filter(|s| !s.is_empty()) {
                Some(scopes) => scopes,
                None => built_in
                    .map(|e| e.scopes.iter().map(|s| (*s).to_owned()).collect())
                    .unwrap_or_default(),
            },
            ca,
        })
    }

    fn ready(&self) -> Result<Ready, String> {
        let odd =
            |error: oauth2::url::ParseError| format!("an address of the login is odd: {error}");
        let client = BasicClient::new(ClientId::new(self.id.clone()))
            .set_auth_uri(AuthUrl::new(self.auth_url.clone()).map_err(odd)?)
            .set_token_uri(TokenUrl::new(self.token_url.clone()).map_err(odd)?)
            // In the body, where every server looks; a program on a desktop has no real secret.
            .set_auth_type(AuthType::RequestBody);
        Ok(match &self.secret {
            Some(secret) => {
                client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            }
            None => client,
        })
    }

    fn device(&self) -> Result<DeviceAuthorizationUrl, String> {
        let url = self
            .device_url
            .clone()
            .ok_or("this provider offers no login by a code")?;
        DeviceAuthorizationUrl::new(url).map_err(|e| e.to_string())
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unreached> {
        let url = Url::parse(&request.uri().to_string()).map_err(Unreached)?;
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = value.to_str().unwrap_or_default().to_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let way = Way {
            ca: self.ca.clone(),
            ..Way::default()
        };
        let method = request.method().as_str();
        let answer =
            http::request(&url, method, &headers, request.body(), &way).map_err(Unreached)?;
        let mut response = oauth2::http::Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            response = response.header(name, value);
        }
        response
            .body(answer.body)
            .map_err(|error| Unreached(error.to_string()))
    }

    /// New tokens for an old refresh token, which the server may have replaced (RFC 6749 §6).
    fn renewed(&self, old: &Tokens) -> Result<Tokens, Failed> {
        let Some(refresh) = &old.refresh else {
            return Err(Failed::MustLogIn(
                "the login gave no lasting permission".to_owned(),
            ));
        };
        let refresh = RefreshToken::new(refresh.clone());
        let fresh = self
            .ready()
            .map_err(Failed::Later)?
            .exchange_refresh_token(&refresh)
            .request(&|request| self.ask(request));
        match fresh {
            Ok(fresh) => Ok(Tokens {
                refresh: fresh
                    .refresh_token()
                    .map(|r| r.secret().clone())
                    .or_else(|| old.refresh.clone()),
                ..tokens(&fresh)
            }),
            Err(RequestTokenError::ServerResponse(refused)) => {
                let why = match refused.error_description() {
                    Some(text) => format!("{} ({text})", refused.error()),
                    None => refused.error().to_string(),
                };
                Err(match refused.error() {
                    BasicErrorResponseType::InvalidGrant
                    | BasicErrorResponseType::UnauthorizedClient
                    | BasicErrorResponseType::InvalidClient => Failed::MustLogIn(why),
                    BasicErrorResponseType::Extension(word)
                        if ["interaction_required", "consent_required", "login_required"]
                            .contains(&word.as_str()) =>
                    {
                        Failed::MustLogIn(why)
                    }
                    _ => Failed::Later(why),
                })
            }
            Err(error) => Err(Failed::Later(told(error))),
        }
    }
}

enum Failed {
    /// Only the user can mend it.
    MustLogIn(String),
    Later(String),
}

/// A sentence for what stood in the way; never what was sent.
fn told<E: std::error::Error + 'static, T: oauth2::ErrorResponse + 'static>(
    error: RequestTokenError<E, T>,
) -> String {
    match error {
        RequestTokenError::ServerResponse(_) => "the server refused".to_owned(),
        RequestTokenError::Request(why) => why.to_string(),
        RequestTokenError::Parse(..) => "the server's answer could not be read".to_owned(),
        RequestTokenError::Other(why) => why,
    }
}

fn tokens(response: &BasicTokenResponse) -> Tokens {
    let lasts = response
        .expires_in()
        .and_then(|lasts| TimeDelta::from_std(lasts).ok())
        .unwrap_or(TimeDelta::hours(1));
    Tokens {
        access: response.access_token().secret().clone(),
        refresh: response.refresh_token().map(|r| r.secret().clone()),
        until: Utc::now() + lasts,
    }
}

/// A login is only spoken of over TLS, or to this computer itself.
fn safe(url: &str) -> Result<(), String> {
    let parts = Url::parse(url)?;
    let loopback = ["localhost", "127.0.0.1", "::1"].contains(&parts.host.as_str());
    if parts.secure || loopback {
        return Ok(());
    }
    Err(format!("{url} must begin with https://"))
}

/// One login's tokens as they were last seen; a login that hangs holds up no other.
type Known = Arc<Mutex<Option<Tokens>>>;

/// The tokens in memory, so that the keyring is not asked at each connection.
static KNOWN: Mutex<Vec<(Store, Known)>> = Mutex::new(Vec::new());

fn known(store: &Store) -> Known {
    let mut all = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = all.iter().find(|(s, _)| s == store) {
        return known.clone();
    }
    let new = Arc::default();
    all.push((store.clone(), Arc::clone(&new)));
    new
}

/// An access token that holds for some minutes yet. `refused` is one that a server did not take.
///
/// # Errors
/// As [`SecretError`]; `Renew` when only a new login helps.
pub fn access_token(
    account: &Account,
    store: &Store,
    refused: Option<&SecretString>,
) -> Result<SecretString, SecretError> {
    // Held while it is renewed: a second renewal with the same old token would end the login.
    let known = known(store);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let usable = |tokens: &Tokens| {
        tokens.until > Utc::now() + AHEAD
            && refused.is_none_or(|refused| refused.expose_secret() != tokens.access)
    };
    if let Some(tokens) = known.as_ref().filter(|tokens| usable(tokens)) {
        return Ok(SecretString::from(tokens.access.as_str()));
    }
    let unreadable = |why: String| {
        SecretError::Unreadable(format!(
            "no access token for account “{}”: {why}",
            account.name
        ))
    };
    // Another process may have renewed it, or be at it.
    let _alone = store.alone();
    let mut tokens = store.read(&account.name)?;
    if !usable(&tokens) {
        let client = Client::of(account).map_err(unreadable)?;
        tokens = match client.renewed(&tokens) {
            Ok(tokens) => tokens,
            Err(Failed::Later(why)) => return Err(unreadable(why)),
            Err(Failed::MustLogIn(why)) => {
                return Err(SecretError::Renew(account.name.clone(), why));
            }
        };
        // Kept before it is used: the old one may be worth nothing any more.
        store.write(&tokens).map_err(unreadable)?;
        tracing::info!(account = account.name, "a new access token was fetched");
    }
    let access = SecretString::from(tokens.access.as_str());
    *known = Some(tokens);
    Ok(access)
}
