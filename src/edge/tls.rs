//! Connecting: name, TCP, TLS. What the IMAP and the SMTP edge have in common.

use super::Stop;
use native_tls::{Certificate, Protocol, TlsConnector};
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// A first try of every address, so that a dead IPv6 route costs little before IPv4 is tried.
const FIRST_TRY: Duration = Duration::from_secs(2);
/// The patient second try of every address.
const SECOND_TRY: Duration = Duration::from_secs(10);

/// Name and connection together.
const LONGEST: Duration = Duration::from_secs(45);

/// The system's authorities are read anew after this, so that an update of them reaches a daemon too.
const AUTHORITIES_HOLD: Duration = Duration::from_secs(24 * 60 * 60);

/// A connector, the further authorities it trusts, and when it was made.
type Made = (Option<Vec<u8>>, Instant, TlsConnector);

/// What checks a server's certificate: the system's authorities, and those of `ca` (PEM) besides.
/// TLS 1.2 at least (RFC 8996); name and dates are always checked.
///
/// All connections share one for each `ca`: reading the system's authorities takes longer than a
/// login, and each copy of them takes 1.7 MB.
///
/// # Errors
/// A sentence, when `ca` holds no certificate or TLS cannot be set up at all.
pub fn connector(ca: Option<&[u8]>) -> Result<TlsConnector, String> {
    static MADE: Mutex<Vec<Made>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.retain(|(_, since, _)| since.elapsed() < AUTHORITIES_HOLD);
    if let Some((_, _, connector)) = made.iter().find(|(known, _, _)| known.as_deref() == ca) {
        return Ok(connector.clone());
    }
    let connector = make_connector(ca)?;
    made.push((ca.map(<[u8]>::to_vec), Instant::now(), connector.clone()));
    Ok(connector)
}

fn make_connector(ca: Option<&[u8]>) -> Result<TlsConnector, String> {
    let mut builder = TlsConnector::builder();
    builder.min_protocol_version(Some(Protocol::Tlsv12));
    if let Some(pem) = ca {
        let certificates = Certificate::stack_from_pem(pem)
            .map_err(|e| format!("the ca_file holds no readable certificate: {e}"))?;
        if certificates.is_empty() {
            return Err("the ca_file holds no certificate in PEM form".to_owned());
        }
        for certificate in certificates {
            builder.add_root_certificate(certificate);
        }
    }
    builder
        .build()
        .map_err(|e| format!("TLS cannot be set up on this computer: {e}"))
}

/// Connects to the first address of `host` that answers, and tunes the socket.
///
/// # Errors
/// A sentence that names host and port and says what stood in the way.
pub fn connect(host: &str, port: u16) -> Result<TcpStream, String> {
    let addresses: Vec<SocketAddr> = (host, port)
        .to_socket_addrs()
        .map_err(|e| format!("{host} was not found: {e}; is the name right, is the network up?"))?
        .collect();
    let mut last = None;
    for patience in [FIRST_TRY, SECOND_TRY] {
        for address in &addresses {
            match TcpStream::connect_timeout(address, patience) {
                Ok(stream) => {
                    tune(&stream).map_err(|e| format!("{host}:{port} cannot be used: {e}"))?;
                    return Ok(stream);
                }
                Err(e) => last = Some(e),
            }
        }
        // Only silence is worth a second, longer try; a refusal is an answer.
        if last
            .as_ref()
            .is_some_and(|e| e.kind() != io::ErrorKind::TimedOut)
        {
            break;
        }
    }
    Err(match last {
        Some(e) => format!("{host}:{port} does not answer: {e}"),
        None => format!("{host} has no address"),
    })
}

/// The same, given up (`None`) when `stop` comes first.
///
/// Neither looking a name up nor connecting can be interrupted, so a thread of its own does it;
/// one that comes too late ends by itself and is listened to by nobody.
#[must_use]
pub fn connect_until(host: &str, port: u16, stop: &Stop) -> Option<Result<TcpStream, String>> {
    let (done, result) = mpsc::sync_channel(1);
    let name = host.to_owned();
    let connecting = std::thread::Builder::new()
        .name("connect".to_owned())
        .spawn(move || {
            let _ = done.send(connect(&name, port));
        });
    if let Err(e) = connecting {
        return Some(Err(format!("{host} cannot be connected to: {e}")));
    }
    let until = Instant::now() + LONGEST;
    loop {
        match result.recv_timeout(Duration::from_millis(50)) {
            Ok(result) => return Some(result),
            Err(_) if stop.is_stopped() => return None,
            Err(_) if Instant::now() > until => {
                return Some(Err(format!("{host}:{port} does not answer")));
            }
            Err(_) => {}
        }
    }
}

/// `TCP_NODELAY`, and a dead peer is noticed by the kernel within two minutes.
///
/// # Errors
/// When the socket is already gone. Options that a system lacks are passed over.
#[cfg(unix)]
pub fn tune(socket: &impl std::os::fd::AsFd) -> io::Result<()> {
    use rustix::net::sockopt;
    sockopt::set_tcp_nodelay(socket, true)?;
    sockopt::set_socket_keepalive(socket, true)?;
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        let _ = sockopt::set_tcp_keepidle(socket, Duration::from_secs(60));
        let _ = sockopt::set_tcp_keepintvl(socket, Duration::from_secs(15));
        let _ = sockopt::set_tcp_keepcnt(socket, 4);
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = sockopt::set_tcp_user_timeout(socket, 120_000);
    Ok(())
}

/// `TCP_NODELAY`; the time limits of every command notice a dead peer.
///
/// # Errors
/// When the socket is already gone.
#[cfg(not(unix))]
pub fn tune(socket: &TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)
}

/// A sentence for a handshake that failed.
#[must_use]
pub fn handshake_trouble(host: &str, error: &dyn std::fmt::Display) -> String {
    format!(
        "no safe connection to {host} (TLS): {error}; if its certificate comes from an authority \
         of your own, name that with ca_file"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_without_a_certificate_is_refused_in_a_sentence() {
        let error = connector(Some(b"no certificate")).unwrap_err();
        assert!(error.contains("ca_file"), "{error}");
        assert!(connector(None).is_ok());
    }

    #[test]
    fn a_closed_port_is_named() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let error = connect("127.0.0.1", port).unwrap_err();
        assert!(error.contains(&format!("127.0.0.1:{port}")), "{error}");
    }
}
