//! An authorisation server (RFC 6749, 7636, 8628) that rotates its refresh tokens, and tells Dovecot
//! whose an access token is.

use base64::Engine as _;
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Books {
    email: String,
    /// Of the last authorisation.
    challenge: String,
    number: u32,
    access: Option<String>,
    refresh: Option<String>,
    renewals: u32,
    refused: u32,
    polls: u32,
}

pub struct Authority {
    pub port: u16,
    books: Arc<Mutex<Books>>,
}

impl Authority {
    pub fn start(email: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let books = Arc::new(Mutex::new(Books {
            email: email.to_owned(),
            ..Books::default()
        }));
        let kept = books.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let books = kept.clone();
                std::thread::spawn(move || serve(stream, &books));
            }
        });
        Self { port, books }
    }

    pub fn renewals(&self) -> u32 {
        self.books.lock().expect("books").renewals
    }

    /// Access tokens that Dovecot asked about and that were not good.
    pub fn refused(&self) -> u32 {
        self.books.lock().expect("books").refused
    }

    /// The user has taken the permission back.
    pub fn revoke(&self) {
        let mut books = self.books.lock().expect("books");
        books.access = None;
        books.refresh = None;
    }

    /// As if the hour were nearly over.
    pub fn age(&self, file: &Path) {
        let text = std::fs::read_to_string(file).expect("kept tokens");
        let mut tokens: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        tokens["until"] = (chrono::Utc::now() + chrono::TimeDelta::minutes(2))
            .to_rfc3339()
            .into();
        std::fs::write(file, tokens.to_string()).expect("written");
    }

    /// What a browser does with an address: follow it back to the program.
    pub fn visit(&self, url: &str) {
        let mut place = url.to_owned();
        for _ in 0..3 {
            let answer = get(&place);
            let Some((_, to)) = answer.split_once("Location: ") else {
                return;
            };
            place = to.split("\r\n").next().unwrap_or_default().to_owned();
        }
        panic!("in circles: {place}");
    }
}

fn get(url: &str) -> String {
    let rest = url.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).expect("a server");
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("asked");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

fn serve(mut stream: TcpStream, books: &Mutex<Books>) {
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    let (head, body) = loop {
        let Ok(n) = stream.read(&mut block) else {
            return;
        };
        if n == 0 {
            return;
        }
        bytes.extend_from_slice(&block[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|l| {
                    l.to_lowercase()
                        .strip_prefix("content-length:")
                        .map(str::to_owned)
                })
                .and_then(|l| l.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if body.len() >= length {
                break (head.to_owned(), body.to_owned());
            }
        }
    };
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut books = books.lock().expect("books");
    let (status, more, answer) = match path {
        "/authorize" => books.authorize(&fields(query)),
        "/token" => books.token(&fields(&body)),
        "/device" => (
            "200 OK",
            String::new(),
            "{\"device_code\":\"d\",\"user_code\":\"ABCD-EFGH\",\"interval\":1,\"expires_in\":60,\
             \"verification_uri\":\"http://127.0.0.1/device\"}"
                .to_owned(),
        ),
        "/tokeninfo" => books.whose(&fields(query)),
        _ => ("404 Not Found", String::new(), String::new()),
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\n{more}Content-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{answer}",
        answer.len()
    );
}

type Answer = (&'static str, String, String);

fn no(error: &str) -> Answer {
    (
        "400 Bad Request",
        String::new(),
        format!("{{\"error\":\"{error}\"}}"),
    )
}

impl Books {
    fn authorize(&mut self, asked: &BTreeMap<String, String>) -> Answer {
        assert_eq!(asked["client_id"], "the-client");
        assert_eq!(asked["code_challenge_method"], "S256");
        self.challenge = asked["code_challenge"].clone();
        let (to, state) = (&asked["redirect_uri"], &asked["state"]);
        (
            "302 Found",
            format!("Location: {to}?code=the-code&state={state}\r\n"),
            String::new(),
        )
    }

    fn token(&mut self, asked: &BTreeMap<String, String>) -> Answer {
        match asked["grant_type"].as_str() {
            "authorization_code" => {
                let hash = sha2::Sha256::digest(asked["code_verifier"].as_bytes());
                let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash);
                if challenge != self.challenge || asked["code"] != "the-code" {
                    return no("invalid_grant");
                }
            }
            "refresh_token" => {
                // Each counts once.
                if self.refresh.as_ref() != Some(&asked["refresh_token"]) {
                    return no("invalid_grant");
                }
                self.renewals += 1;
            }
            _ => {
                self.polls += 1;
                if self.polls < 2 {
                    return no("authorization_pending");
                }
            }
        }
        self.number += 1;
        let (access, refresh) = (
            format!("access-{}", self.number),
            format!("refresh-{}", self.number),
        );
        let answer = format!(
            "{{\"access_token\":\"{access}\",\"refresh_token\":\"{refresh}\",\"token_type\":\"Bearer\",\
             \"expires_in\":3600}}"
        );
        (self.access, self.refresh) = (Some(access), Some(refresh));
        ("200 OK", String::new(), answer)
    }

    fn whose(&mut self, asked: &BTreeMap<String, String>) -> Answer {
        if self.access.is_some() && self.access.as_ref() == asked.get("access_token") {
            let answer = format!("{{\"email\":\"{}\",\"expires_in\":3600}}", self.email);
            return ("200 OK", String::new(), answer);
        }
        self.refused += 1;
        (
            "401 Unauthorized",
            String::new(),
            "{\"error\":\"invalid_token\"}".to_owned(),
        )
    }
}

fn fields(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), plain(value)))
        .collect()
}

fn plain(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(b) = rest.next() {
        bytes.push(match b {
            b'+' => b' ',
            b'%' => {
                let hex = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                u8::from_str_radix(&String::from_utf8_lossy(&hex), 16).unwrap_or(b'?')
            }
            b => b,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
