//! The first login: in the browser with PKCE on a loopback redirect (RFC 8252), or by a code that is
//! typed in elsewhere (RFC 8628).

use super::{Client, Tokens, tokens, told};
use oauth2::basic::BasicErrorResponseType;
use oauth2::{
    AuthorizationCode, CsrfToken, PkceCodeChallenge, RedirectUrl, RequestTokenError, Scope,
    StandardDeviceAuthorizationResponse,
};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// A person needs time: a password, a second factor, a consent.
const PATIENCE: Duration = Duration::from_secs(600);

/// Waits for the browser to come back with a code. `show` is handed the address to open.
///
/// # Errors
/// A sentence.
pub fn by_browser(client: &Client, show: impl FnOnce(&str)) -> Result<Tokens, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    let port = listener.local_addr().map_err(|e| e.to_string())?.port();
    // Microsoft knows “localhost” with any port; Google and others the address (RFC 8252 §7.3).
    let host = match client.auth_url.contains("microsoftonline.com") {
        true => "localhost",
        false => "127.0.0.1",
    };
    let redirect = RedirectUrl::new(format!("http://{host}:{port}/")).map_err(|e| e.to_string())?;
    let ready = client.ready()?.set_redirect_uri(redirect);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut asked = ready
        .authorize_url(CsrfToken::new_random)
        .add_scopes(client.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(challenge);
    if client.auth_url.contains("google.com") {
        // A lasting permission is given only to who asks for it so.
        asked = asked
            .add_extra_param("access_type", "offline")
            .add_extra_param("prompt", "consent");
    }
    let (url, state) = asked.url();
    show(url.as_str());
    let code = come_back(&listener, state.secret())?;
    let got = ready
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(verifier)
        .request(&|request| client.ask(request))
        .map_err(refused)?;
    Ok(tokens(&got))
}

/// `show` is handed the page and the code to type in there.
///
/// # Errors
/// A sentence.
pub fn by_device(client: &Client, show: impl FnOnce(&str, &str)) -> Result<Tokens, String> {
    let ready = client
        .ready()?
        .set_device_authorization_url(client.device()?);
    let details: StandardDeviceAuthorizationResponse = ready
        .exchange_device_code()
        .add_scopes(client.scopes.iter().cloned().map(Scope::new))
        .request(&|request| client.ask(request))
        .map_err(refused)?;
    show(details.verification_uri(), details.user_code().secret());
    let got = ready
        .exchange_device_access_token(&details)
        .request(
            &|request| client.ask(request),
            std::thread::sleep,
            Some(PATIENCE),
        )
        .map_err(|error| match &error {
            RequestTokenError::ServerResponse(refusal) => match refusal.error_description() {
                Some(text) => format!("the login was refused: {text}"),
                None => format!("the login was refused: {}", refusal.error()),
            },
            _ => told(error),
        })?;
    Ok(tokens(&got))
}

fn refused<E: std::error::Error + 'static>(
    error: RequestTokenError<E, oauth2::StandardErrorResponse<BasicErrorResponseType>>,
) -> String {
    match &error {
        RequestTokenError::ServerResponse(refusal) => match refusal.error_description() {
            Some(text) => format!("the login was refused: {} ({text})", refusal.error()),
            None => format!("the login was refused: {}", refusal.error()),
        },
        _ => told(error),
    }
}

/// The code that the browser brings to us, if it brings our state along.
fn come_back(listener: &TcpListener, state: &str) -> Result<String, String> {
    listener.set_nonblocking(true).map_err(|e| e.to_string())?;
    let until = Instant::now() + PATIENCE;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                if let Some(result) = visit(stream, state) {
                    return result;
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if Instant::now() > until {
                    return Err("nobody came back from the browser within ten minutes".to_owned());
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// One request of the browser; `None` for what is not the answer (a favicon, a curious program).
fn visit(stream: TcpStream, state: &str) -> Option<Result<String, String>> {
    stream.set_nonblocking(false).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut line = String::new();
    let mut reader = BufReader::new(std::io::Read::take(&stream, 16 * 1024));
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let url = oauth2::url::Url::parse(&format!("http://localhost{path}")).ok()?;
    let value = |name: &str| {
        let mut pairs = url.query_pairs();
        pairs.find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
    };
    let result = match (value("state"), value("code"), value("error")) {
        (Some(given), Some(code), _) if given == state => Some(Ok(code)),
        (Some(given), None, Some(error)) if given == state => {
            let why = value("error_description").unwrap_or(error);
            Some(Err(format!("the login was refused: {why}")))
        }
        _ => None,
    };
    let words = match &result {
        Some(Ok(_)) => "askfirst has what it needs. You can close this page.",
        Some(Err(_)) => "The login was refused; the terminal says more. You can close this page.",
        None => "This is not the answer that askfirst waits for.",
    };
    let mut stream = &stream;
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{words}",
        words.len()
    );
    result
}
