//! SRV, MX and address records, asked of the system's name servers (RFC 1035, RFC 2782).
//!
//! The system's own resolver (`getaddrinfo`) knows addresses only. What is learnt here is shown to the
//! user before it is used, and a server still has to prove its name by its certificate.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// For one question to one name server.
const PATIENCE: Duration = Duration::from_secs(2);
const A: u16 = 1;
const MX: u16 = 15;
const SRV: u16 = 33;

/// One place of a service, best first in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub priority: u16,
    pub weight: u16,
    pub port: u16,
    pub target: String,
}

/// Whom to ask.
#[derive(Clone, Debug)]
pub struct Resolver {
    servers: Vec<SocketAddr>,
}

impl Resolver {
    /// The name servers of this system; none are known on Windows, and then nothing is found.
    #[must_use]
    pub fn of_system() -> Self {
        let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
        Self {
            servers: name_servers(&text),
        }
    }

    /// This one alone.
    #[must_use]
    pub fn at(server: SocketAddr) -> Self {
        Self {
            servers: vec![server],
        }
    }

    /// Where a service of a domain is, best first; empty where there is none, or nobody answers.
    #[must_use]
    pub fn srv(&self, name: &str) -> Vec<Service> {
        let mut found: Vec<Service> = self
            .ask(name, SRV)
            .into_iter()
            .filter_map(|record| match record {
                Record::Srv(service) => Some(service),
                _ => None,
            })
            .collect();
        found.sort_by(|a, b| {
            a.priority
                .cmp(&b.priority)
                .then(b.weight.cmp(&a.weight))
                .then(a.target.cmp(&b.target))
        });
        found
    }

    /// The mail exchangers of a domain, best first.
    #[must_use]
    pub fn mx(&self, domain: &str) -> Vec<String> {
        let mut found: Vec<(u16, String)> = self
            .ask(domain, MX)
            .into_iter()
            .filter_map(|record| match record {
                Record::Mx(preference, host) => Some((preference, host)),
                _ => None,
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, host)| host).collect()
    }

    /// The IPv4 addresses of a host.
    #[must_use]
    pub fn addresses(&self, host: &str) -> Vec<IpAddr> {
        self.ask(host, A)
            .into_iter()
            .filter_map(|record| match record {
                Record::A(address) => Some(IpAddr::V4(address)),
                _ => None,
            })
            .collect()
    }

    fn ask(&self, name: &str, kind: u16) -> Vec<Record> {
        let mut id = [0; 2];
        if getrandom::fill(&mut id).is_err() {
            return Vec::new();
        }
        let Some(question) = question(u16::from_be_bytes(id), name, kind) else {
            return Vec::new();
        };
        for server in &self.servers {
            let reply = by_udp(*server, &question).and_then(|reply| {
                // Cut off (TC): the whole comes by TCP.
                match reply.get(2).is_some_and(|flags| flags & 0x02 != 0) {
                    true => by_tcp(*server, &question),
                    false => Ok(reply),
                }
            });
            if let Ok(reply) = reply {
                return answers(&question, &reply, kind).unwrap_or_default();
            }
        }
        Vec::new()
    }
}

fn name_servers(text: &str) -> Vec<SocketAddr> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"))
        .filter_map(|rest| rest.trim().parse::<IpAddr>().ok())
        .map(|ip| SocketAddr::new(ip, 53))
        .take(3)
        .collect()
}

fn by_udp(server: SocketAddr, question: &[u8]) -> std::io::Result<Vec<u8>> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => SocketAddr::from(([0, 0, 0, 0], 0)),
        SocketAddr::V6(_) => SocketAddr::from(([0u16; 8], 0)),
    };
    let socket = UdpSocket::bind(any)?;
    // Only what comes from there is heard.
    socket.connect(server)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send(question)?;
    let mut reply = vec![0; 4096];
    let length = socket.recv(&mut reply)?;
    reply.truncate(length);
    Ok(reply)
}

fn by_tcp(server: SocketAddr, question: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let length = u16::try_from(question.len()).map_err(std::io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), question].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut reply)?;
    Ok(reply)
}

/// `None` for what is no name.
fn question(id: u16, name: &str, kind: u16) -> Option<Vec<u8>> {
    let mut bytes = id.to_be_bytes().to_vec();
    // Recursion desired; one question.
    bytes.extend([0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len())
            .ok()
            .filter(|n| (1..=63).contains(n))?;
        bytes.push(length);
        bytes.extend(label.to_ascii_lowercase().as_bytes());
    }
    bytes.push(0);
    bytes.extend(kind.to_be_bytes());
    bytes.extend([0, 1]);
    (bytes.len() <= 12 + 255 + 4).then_some(bytes)
}

#[derive(Debug, PartialEq, Eq)]
enum Record {
    A(Ipv4Addr),
    Mx(u16, String),
    Srv(Service),
}

/// The records of `kind` in the answer to `question`; `None` for what is no answer to it.
fn answers(question: &[u8], reply: &[u8], kind: u16) -> Option<Vec<Record>> {
    let number = |at: usize| -> Option<u16> {
        Some(u16::from_be_bytes([*reply.get(at)?, *reply.get(at + 1)?]))
    };
    let is_reply = reply.get(2)? & 0x80 != 0;
    let same = reply.get(..2)? == question.get(..2)?
        && reply
            .get(12..question.len())?
            .eq_ignore_ascii_case(question.get(12..)?);
    if !is_reply || !same || reply.get(3)? & 0x0f != 0 {
        return None;
    }
    let mut at = question.len();
    let mut found = Vec::new();
    for _ in 0..number(6)? {
        at = name(reply, at)?.1;
        let (is, length) = (number(at)?, usize::from(number(at + 8)?));
        let data = at + 10;
        if is == kind {
            match kind {
                A if length == 4 => {
                    let octets: [u8; 4] = reply.get(data..data + 4)?.try_into().ok()?;
                    found.push(Record::A(octets.into()));
                }
                MX => found.push(Record::Mx(number(data)?, name(reply, data + 2)?.0)),
                SRV => found.push(Record::Srv(Service {
                    priority: number(data)?,
                    weight: number(data + 2)?,
                    port: number(data + 4)?,
                    target: name(reply, data + 6)?.0,
                })),
                _ => {}
            }
        }
        at = data + length;
    }
    Some(found)
}

/// A name, perhaps by pointers (RFC 1035 §4.1.4), and where the reading goes on.
fn name(reply: &[u8], from: usize) -> Option<(String, usize)> {
    let (mut at, mut after, mut text) = (from, None, String::new());
    // A pointer that leads in a circle ends here.
    for _ in 0..64 {
        let length = usize::from(*reply.get(at)?);
        match length {
            0 => return Some((text, after.unwrap_or(at + 1))),
            1..=63 => {
                let label = reply.get(at + 1..at + 1 + length)?;
                // A host's name, or the underscore of a service; nothing else is of use.
                if !label
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b))
                {
                    return None;
                }
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&String::from_utf8_lossy(label).to_ascii_lowercase());
                at += 1 + length;
            }
            _ if length & 0xc0 == 0xc0 => {
                after = after.or(Some(at + 2));
                at = (length & 0x3f) << 8 | usize::from(*reply.get(at + 1)?);
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(question: &[u8], records: &[&[u8]]) -> Vec<u8> {
        let mut bytes = question.to_vec();
        bytes[2] = 0x81;
        bytes[3] = 0x80;
        bytes[7] = u8::try_from(records.len()).unwrap();
        for record in records {
            // The name by a pointer to the question's.
            bytes.extend([0xc0, 12]);
            bytes.extend(*record);
        }
        bytes
    }

    #[test]
    fn services_come_best_first_and_their_names_by_pointers_too() {
        let asked = question(7, "_imaps._tcp.example.org", SRV).unwrap();
        // "imap" + pointer to "example.org" within the question.
        let second: &[u8] = &[
            0, 33, 0, 1, 0, 0, 0, 9, 0, 13, 0, 10, 0, 1, 3, 225, 4, b'i', b'm', b'a', b'p', 0xc0,
            24,
        ];
        let none: &[u8] = &[0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 127, 0, 0, 1];
        let got = answers(&asked, &reply(&asked, &[none, second]), SRV).unwrap();
        assert_eq!(
            got,
            [Record::Srv(Service {
                priority: 10,
                weight: 1,
                port: 993,
                target: "imap.example.org".to_owned()
            })]
        );
    }

    #[test]
    fn answers_to_other_questions_and_circles_are_no_answers() {
        let asked = question(7, "example.org", MX).unwrap();
        let other = question(8, "example.org", MX).unwrap();
        assert!(answers(&asked, &reply(&other, &[]), MX).is_none());
        let circle: &[u8] = &[0, 15, 0, 1, 0, 0, 0, 9, 0, 4, 0, 1, 0xc0, 43];
        assert!(answers(&asked, &reply(&asked, &[circle]), MX).is_none());
        for cut in 0..asked.len() {
            let _ = answers(&asked, &asked[..cut], MX);
        }
        assert!(question(1, "a..b", A).is_none());
        assert!(question(1, &"a".repeat(64), A).is_none());
    }

    #[test]
    fn name_servers_are_read_from_the_system() {
        let servers = name_servers("# x\nnameserver 192.0.2.1\nsearch a\nnameserver ::1\n");
        assert_eq!(servers.len(), 2);
        assert_eq!(servers[0].to_string(), "192.0.2.1:53");
    }
}
