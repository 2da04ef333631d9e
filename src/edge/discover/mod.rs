//! Where the servers of an address are: asked of the domain itself, each way with a time limit.

pub mod autoconfig;
pub mod dns;

use super::http;
use crate::config::Security;
use crate::config::providers::{self, Provider};
use crate::mail::Address;
use dns::Resolver;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// For one way of finding out.
const PATIENCE: Duration = Duration::from_secs(6);
/// For all of them together.
const LONGEST: Duration = Duration::from_secs(10);
/// For a port that may not be there.
const KNOCK: Duration = Duration::from_secs(3);

/// A server's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
    pub security: Security,
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let security = match self.security {
            Security::Tls => "TLS",
            Security::Starttls => "STARTTLS",
            Security::None => "not encrypted",
        };
        write!(f, "{}:{} ({security})", self.host, self.port)
    }
}

/// What was found, and how, in words for the user.
#[derive(Clone, Debug)]
pub struct Found {
    pub imap: Endpoint,
    pub smtp: Endpoint,
    /// Where it is not the address.
    pub username: Option<String>,
    pub provider: Option<&'static Provider>,
    pub oauth_only: bool,
    pub how: String,
}

/// Whom to ask.
#[derive(Clone, Debug)]
pub struct Places {
    pub resolver: Resolver,
    /// Look names up there, too, instead of by the system.
    pub only_resolver: bool,
    /// An autoconfiguration file named by hand.
    pub autoconfig: Option<String>,
    pub ca: Option<Vec<u8>>,
}

/// All ways at once; the best that found something counts. `None` when none did.
#[must_use]
pub fn discover(address: &Address, places: &Places) -> Option<Found> {
    if let (Some(provider), None) = (providers::of_domain(address.domain()), &places.autoconfig) {
        return Some(of_provider(
            provider,
            format!("askfirst knows {}", provider.name),
        ));
    }
    // In the order in which they are believed.
    let ways: [fn(&Address, &Places) -> Option<Found>; 4] =
        [by_autoconfig, by_srv, by_mx, by_common_names];
    let (tell, told) = mpsc::channel();
    for (rank, way) in ways.into_iter().enumerate() {
        let (tell, address, places) = (tell.clone(), address.clone(), places.clone());
        // Left to itself when its time is up: looking up a name cannot be interrupted.
        std::thread::spawn(move || {
            let _ = tell.send((rank, way(&address, &places)));
        });
    }
    drop(tell);
    let until = Instant::now() + LONGEST;
    let mut heard: [Option<Option<Found>>; 4] = [None, None, None, None];
    loop {
        // The best is known as soon as all that would be believed before it have said nothing.
        for way in &mut heard {
            match way {
                Some(None) => {}
                Some(found) => return found.take(),
                None => break,
            }
        }
        match told.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok((rank, found)) => {
                if let Some(way) = heard.get_mut(rank) {
                    *way = Some(found);
                }
            }
            Err(_) => return heard.into_iter().flatten().flatten().next(),
        }
    }
}

fn of_provider(provider: &'static Provider, how: String) -> Found {
    let endpoint = |(host, port, security): (&str, u16, Security)| Endpoint {
        host: host.to_owned(),
        port,
        security,
    };
    Found {
        imap: endpoint(provider.imap),
        smtp: endpoint(provider.smtp),
        username: None,
        provider: Some(provider),
        oauth_only: provider.login == providers::Login::Oauth,
        how,
    }
}

/// The file where the domain keeps it (<https://wiki.mozilla.org/Thunderbird:Autoconfiguration>).
fn by_autoconfig(address: &Address, places: &Places) -> Option<Found> {
    let domain = address.domain();
    let urls = match &places.autoconfig {
        Some(url) => vec![url.clone()],
        None => vec![
            format!("https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={address}"),
            format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"),
            format!("http://autoconfig.{domain}/mail/config-v1.1.xml"),
        ],
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = urls
            .iter()
            .map(|url| scope.spawn(move || autoconfig_at(url, address, places)))
            .collect();
        running
            .into_iter()
            .find_map(|way| way.join().ok().flatten())
    })
}

fn autoconfig_at(url: &str, address: &Address, places: &Places) -> Option<Found> {
    let parts = http::Url::parse(url).ok()?;
    let addresses = match places.only_resolver {
        true => places.resolver.addresses(&parts.host),
        false => Vec::new(),
    };
    if places.only_resolver
        && addresses.is_empty()
        && parts.host.parse::<std::net::IpAddr>().is_err()
    {
        return None;
    }
    let way = http::Way {
        ca: places.ca.clone(),
        addresses,
        until: Some(Instant::now() + PATIENCE),
    };
    let answer = http::get(url, &way).ok().filter(|a| a.status == 200)?;
    let servers = autoconfig::read(&String::from_utf8_lossy(&answer.body), address)?;
    // Anybody on the way could have written what came in the clear: it may only name the domain's own.
    let own =
        |host: &str| host == address.domain() || host.ends_with(&format!(".{}", address.domain()));
    let by_hand = places.autoconfig.is_some();
    let believed = parts.secure || by_hand || (own(&servers.imap.host) && own(&servers.smtp.host));
    if !believed {
        return None;
    }
    Some(Found {
        provider: providers::of_host(&servers.imap.host),
        imap: servers.imap,
        smtp: servers.smtp,
        username: servers.username.filter(|name| *name != address.to_string()),
        oauth_only: servers.oauth_only,
        how: format!("{} says so (autoconfiguration)", parts.host),
    })
}

/// RFC 6186, RFC 8314: TLS from the first byte before STARTTLS.
fn by_srv(address: &Address, places: &Places) -> Option<Found> {
    let place = |ways: [(&str, Security); 2]| {
        ways.into_iter().find_map(|(service, security)| {
            let name = format!("{service}._tcp.{}", address.domain());
            let best = places.resolver.srv(&name).into_iter().next()?;
            // An empty target says that there is no such service.
            (!best.target.is_empty() && best.port != 0).then_some(Endpoint {
                host: best.target,
                port: best.port,
                security,
            })
        })
    };
    let imap = place([("_imaps", Security::Tls), ("_imap", Security::Starttls)])?;
    let smtp = place([
        ("_submissions", Security::Tls),
        ("_submission", Security::Starttls),
    ])?;
    Some(Found {
        provider: providers::of_host(&imap.host),
        imap,
        smtp,
        username: None,
        oauth_only: false,
        how: format!("the domain {} says so (DNS)", address.domain()),
    })
}

/// Who takes the domain's mail in is mostly who keeps it.
fn by_mx(address: &Address, places: &Places) -> Option<Found> {
    let first = places.resolver.mx(address.domain()).into_iter().next()?;
    let provider = providers::of_exchanger(&first)?;
    Some(of_provider(
        provider,
        format!("{} keeps the mail of {}", provider.name, address.domain()),
    ))
}

fn by_common_names(address: &Address, places: &Places) -> Option<Found> {
    let domain = address.domain();
    let knock = |names: &[&str], ports: [(u16, Security); 2]| {
        let all: Vec<Endpoint> = ports
            .iter()
            .flat_map(|(port, security)| {
                names.iter().map(move |name| Endpoint {
                    host: match *name {
                        "" => domain.to_owned(),
                        name => format!("{name}.{domain}"),
                    },
                    port: *port,
                    security: *security,
                })
            })
            .collect();
        std::thread::scope(|scope| {
            let running: Vec<_> = all
                .iter()
                .map(|endpoint| scope.spawn(move || answers(endpoint, places)))
                .collect();
            let open: Vec<bool> = running
                .into_iter()
                .map(|knock| knock.join().unwrap_or(false))
                .collect();
            all.iter()
                .zip(open)
                .find_map(|(endpoint, open)| open.then(|| endpoint.clone()))
        })
    };
    let imap = knock(
        &["imap", "mail", ""],
        [(993, Security::Tls), (143, Security::Starttls)],
    )?;
    let smtp = knock(
        &["smtp", "mail", "submission", ""],
        [(465, Security::Tls), (587, Security::Starttls)],
    )?;
    Some(Found {
        provider: None,
        imap,
        smtp,
        username: None,
        oauth_only: false,
        how: "servers with the usual names answer".to_owned(),
    })
}

fn answers(endpoint: &Endpoint, places: &Places) -> bool {
    let addresses: Vec<SocketAddr> = if places.only_resolver {
        let found = places.resolver.addresses(&endpoint.host);
        let with_port = |ip| SocketAddr::new(ip, endpoint.port);
        found.into_iter().map(with_port).collect()
    } else {
        match (endpoint.host.as_str(), endpoint.port).to_socket_addrs() {
            Ok(found) => found.take(2).collect(),
            Err(_) => return false,
        }
    };
    addresses
        .iter()
        .any(|address| TcpStream::connect_timeout(address, KNOCK).is_ok())
}
