//! As much HTTP/1.1 (RFC 9112) as setting up an account and renewing a token takes: one request,
//! one answer, the connection closed. Nothing of it stays in memory.

use super::tls;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// For one step of a conversation.
const PATIENCE: Duration = Duration::from_secs(10);
/// Nothing that is asked for is longer.
const LONGEST: usize = 1 << 20;

/// Names and values, in their order.
type Fields = Vec<(String, String)>;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Fields,
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header field of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

/// How a request is made.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// Further trusted authorities, PEM.
    pub ca: Option<Vec<u8>>,
    /// Connect there instead of looking the host's name up.
    pub addresses: Vec<IpAddr>,
    /// Give up at this time at the latest.
    pub until: Option<Instant>,
}

/// A URL in its parts: `https` or not, host, port, path with query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    pub secure: bool,
    pub host: String,
    pub port: u16,
    pub path: String,
}

impl Url {
    /// # Errors
    /// A sentence, for what is no http or https URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        let odd = || format!("“{text}” is no address of a web page (https://…)");
        let (secure, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(odd()),
        };
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(odd());
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (place, path) = rest.split_at(end);
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !host.ends_with(':') && !port.contains(']') => {
                (host, port.parse().map_err(|_| odd())?)
            }
            _ => (place, if secure { 443 } else { 80 }),
        };
        let host = host.trim_matches(['[', ']']);
        if host.is_empty() || host.contains('@') {
            return Err(odd());
        }
        Ok(Self {
            secure,
            host: host.to_ascii_lowercase(),
            port,
            path: match path.starts_with('/') {
                true => path.to_owned(),
                false => format!("/{path}"),
            },
        })
    }
}

/// GET, with up to three redirections, which never lead from https to http.
///
/// # Errors
/// A sentence that names the host.
pub fn get(url: &str, way: &Way) -> Result<Answer, String> {
    let mut url = Url::parse(url)?;
    for _ in 0..4 {
        let answer = request(&url, "GET", &[("Accept", "*/*")], b"", way)?;
        if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
            return Ok(answer);
        }
        let to = answer.header("Location").unwrap_or_default();
        let next = match to.starts_with('/') {
            true => Url {
                path: to.to_owned(),
                ..url.clone()
            },
            false => Url::parse(to)?,
        };
        if url.secure && !next.secure {
            return Err(format!("{} leads on to an unsafe page", url.host));
        }
        url = next;
    }
    Err(format!("{} leads in circles", url.host))
}

/// One request.
///
/// # Errors
/// A sentence that names the host, and never what was sent.
pub fn request(
    url: &Url,
    method: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    way: &Way,
) -> Result<Answer, String> {
    let failed = |why: String| format!("{}:{}: {why}", url.host, url.port);
    let socket = connect(url, way)?;
    let patience = way.until.map_or(PATIENCE, |until| {
        PATIENCE.min(until.saturating_duration_since(Instant::now()))
    });
    let patience = patience.max(Duration::from_millis(1));
    socket
        .set_read_timeout(Some(patience))
        .and_then(|()| socket.set_write_timeout(Some(patience)))
        .map_err(|e| failed(e.to_string()))?;
    let mut head = format!(
        "{method} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nUser-Agent: askfirst\r\n",
        url.path,
        host_field(url)
    );
    for (name, value) in headers {
        if value.contains(['\r', '\n']) {
            return Err(failed("a header field would hold a line end".to_owned()));
        }
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let sent = [head.as_bytes(), body].concat();
    let until = way.until;
    if url.secure {
        let connector = tls::connector(way.ca.as_deref())?;
        let mut stream = connector
            .connect(&url.host, socket)
            .map_err(|e| tls::handshake_trouble(&url.host, &e))?;
        exchange(&mut stream, &sent, until).map_err(failed)
    } else {
        let mut stream = socket;
        exchange(&mut stream, &sent, until).map_err(failed)
    }
}

fn host_field(url: &Url) -> String {
    let host = match url.host.contains(':') {
        true => format!("[{}]", url.host),
        false => url.host.clone(),
    };
    match (url.secure, url.port) {
        (true, 443) | (false, 80) => host,
        (_, port) => format!("{host}:{port}"),
    }
}

fn connect(url: &Url, way: &Way) -> Result<TcpStream, String> {
    let Some(address) = way.addresses.first() else {
        return tls::connect(&url.host, url.port);
    };
    let to = SocketAddr::new(*address, url.port);
    TcpStream::connect_timeout(&to, Duration::from_secs(3))
        .map_err(|e| format!("{}:{} does not answer: {e}", url.host, url.port))
}

fn exchange(
    stream: &mut (impl Read + Write),
    sent: &[u8],
    until: Option<Instant>,
) -> Result<Answer, String> {
    stream
        .write_all(sent)
        .and_then(|()| stream.flush())
        .map_err(|e| format!("the request was not taken: {e}"))?;
    let mut bytes = Vec::new();
    let mut block = [0; 8192];
    loop {
        match stream.read(&mut block) {
            Ok(0) => break,
            Ok(n) => bytes.extend_from_slice(block.get(..n).unwrap_or_default()),
            // Many servers close TLS without a farewell; whether all came is counted below.
            Err(_) if is_whole(&bytes) => break,
            Err(e) => return Err(format!("the answer was cut off: {e}")),
        }
        if is_whole(&bytes) {
            break;
        }
        if bytes.len() > LONGEST {
            return Err("the answer is too long".to_owned());
        }
        if until.is_some_and(|until| Instant::now() > until) {
            return Err("it did not answer in time".to_owned());
        }
    }
    understood(&bytes).ok_or_else(|| "it did not answer as a web server does".to_owned())
}

/// Status, header fields, and where the body begins.
fn head(bytes: &[u8]) -> Option<(u16, Fields, usize)> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let mut lines = text.split("\r\n");
    let status = lines
        .next()?
        .strip_prefix("HTTP/1.")?
        .get(2..5)?
        .parse()
        .ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    Some((status, headers, end + 4))
}

fn field<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.as_str())
}

/// Whether nothing more is to come, as far as the head tells.
fn is_whole(bytes: &[u8]) -> bool {
    let Some((_, headers, body)) = head(bytes) else {
        return false;
    };
    let rest = bytes.get(body..).unwrap_or_default();
    if field(&headers, "Transfer-Encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked")) {
        return unchunked(rest).is_some();
    }
    field(&headers, "Content-Length")
        .and_then(|v| v.parse::<usize>().ok())
        .is_some_and(|length| rest.len() >= length)
}

fn understood(bytes: &[u8]) -> Option<Answer> {
    let (status, headers, body) = head(bytes)?;
    let rest = bytes.get(body..)?;
    let length = field(&headers, "Content-Length").and_then(|v| v.parse::<usize>().ok());
    let body = if field(&headers, "Transfer-Encoding")
        .is_some_and(|v| v.eq_ignore_ascii_case("chunked"))
    {
        unchunked(rest)?
    } else {
        match length {
            Some(length) => rest.get(..length)?.to_vec(),
            None => rest.to_vec(),
        }
    };
    Some(Answer {
        status,
        headers,
        body,
    })
}

/// The chunks together (RFC 9112 §7.1); `None` while the last is missing.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|w| w == b"\r\n")?;
        let line = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end + 2..)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let url = Url::parse("https://Login.example.org/a?b=c#d").unwrap();
        assert_eq!((url.host.as_str(), url.port), ("login.example.org", 443));
        assert_eq!(url.path, "/a?b=c");
        let url = Url::parse("http://[::1]:8080").unwrap();
        assert_eq!((url.host.as_str(), url.port), ("::1", 8080));
        assert_eq!(url.path, "/");
        for odd in [
            "ftp://x",
            "https://",
            "https://a b/",
            "https://u@h/",
            "https://h:x/",
        ] {
            assert!(Url::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn answers_are_read_by_length_by_chunks_and_to_the_end() {
        let body =
            |text: &str| understood(text.as_bytes()).map(|a| String::from_utf8(a.body).unwrap());
        let plain = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        assert_eq!(body(plain).unwrap(), "hi");
        assert!(is_whole(plain.as_bytes()));
        assert!(!is_whole(&plain.as_bytes()[..plain.len() - 1]));
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x\r\n ho\r\n0\r\n\r\n";
        assert_eq!(body(chunks).unwrap(), "hi ho");
        assert!(body(&chunks[..chunks.len() - 8]).is_none());
        assert_eq!(body("HTTP/1.0 200 OK\r\n\r\nall").unwrap(), "all");
        assert!(body("220 smtp.example ESMTP\r\n\r\n").is_none());
        assert!(body("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi").is_none());
    }
}
