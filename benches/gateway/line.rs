//! Over a line with 50 ms round trip and TLS: what a client waits for, with and without the gateway.

use super::dovecot::Dovecot;
use super::load::{Client, Target, message};
use super::program::{Program, Tls};
use super::{median, ms};
use base64::Engine as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const ONE_WAY: Duration = Duration::from_millis(25);
const TIMES: usize = 7;

pub fn measure(server: &Dovecot) {
    let inner = real_server(server);
    let port = delayed(inner);
    let dir = tempfile::tempdir().expect("a folder");
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, &server.ca).expect("written");
    let direct = median((0..TIMES).map(|_| direct(port, server)).collect());
    let program = Program::start(server, 0, Some(&Tls { port, ca }));
    let target = Target::with_login("gateway", program.port, &program.user);
    let text = message(5_000);
    let once = || {
        let begun = Instant::now();
        let mut client = Client::connect(&target).expect("a client");
        client.send(&["rachel@north.example"], &text).expect("sent");
        client.quit().expect("goodbye");
        begun.elapsed()
    };
    // The first finds no conversation that was used before; it is opened while the client logs in.
    let first = once();
    let gateway = median((0..TIMES).map(|_| once()).collect());
    println!(
        "\n50 ms and TLS: direct {:.0} ms, through the gateway {:.0} ms ({:.2} of direct; the first {:.0} ms)",
        ms(direct),
        ms(gateway),
        ms(gateway) / ms(direct),
        ms(first)
    );
}

/// What a client does without the gateway: TLS, login, one mail.
fn direct(port: u16, server: &Dovecot) -> Duration {
    let ca = native_tls::Certificate::from_pem(&server.ca).expect("a certificate");
    let connector = native_tls::TlsConnector::builder()
        .add_root_certificate(ca)
        .build()
        .expect("TLS");
    let begun = Instant::now();
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.set_nodelay(true).expect("tuned");
    let mut stream = connector.connect("localhost", stream).expect("TLS");
    let login = base64::engine::general_purpose::STANDARD.encode("\0alex\0secret");
    hear(&mut stream);
    for line in [
        "EHLO client.example".to_owned(),
        format!("AUTH PLAIN {login}"),
        "MAIL FROM:<alex@hub.example>".to_owned(),
        "RCPT TO:<rachel@north.example>".to_owned(),
        "DATA".to_owned(),
    ] {
        stream
            .write_all(format!("{line}\r\n").as_bytes())
            .expect("said");
        hear(&mut stream);
    }
    stream.write_all(&message(5_000)).expect("said");
    hear(&mut stream);
    stream.write_all(b"QUIT\r\n").expect("said");
    hear(&mut stream);
    begun.elapsed()
}

/// One reply.
fn hear(stream: &mut impl Read) {
    let mut heard = Vec::new();
    let mut block = [0; 4096];
    loop {
        let n = stream.read(&mut block).expect("a reply");
        assert!(n > 0, "it closed");
        heard.extend_from_slice(&block[..n]);
        let last = heard[..heard.len() - 1]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        if heard.ends_with(b"\n") && heard.get(last + 3) != Some(&b'-') {
            return;
        }
    }
}

/// A submission server behind TLS that takes everything.
fn real_server(server: &Dovecot) -> u16 {
    let read = |name: &str| std::fs::read(server.path().join(name)).expect(name);
    let identity = native_tls::Identity::from_pkcs8(&read("server.pem"), &read("server.key"))
        .expect("an identity");
    let acceptor = native_tls::TlsAcceptor::new(identity).expect("TLS");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let acceptor = acceptor.clone();
            std::thread::spawn(move || {
                let _ = stream.set_nodelay(true);
                if let Ok(mut stream) = acceptor.accept(stream) {
                    let _ = serve(&mut stream);
                }
            });
        }
    });
    port
}

fn serve(stream: &mut (impl Read + Write)) -> std::io::Result<()> {
    stream.write_all(b"220 real.example\r\n")?;
    let (mut input, mut block, mut in_body) = (Vec::new(), [0; 16 << 10], false);
    loop {
        let n = stream.read(&mut block)?;
        if n == 0 {
            return Ok(());
        }
        input.extend_from_slice(&block[..n]);
        let mut out = Vec::new();
        loop {
            if in_body {
                let Some(end) = input.windows(5).position(|w| w == b"\r\n.\r\n") else {
                    break;
                };
                input.drain(..end + 5);
                in_body = false;
                out.extend_from_slice(b"250 2.0.0 taken\r\n");
                continue;
            }
            let Some(end) = input.iter().position(|b| *b == b'\n') else {
                break;
            };
            let line: Vec<u8> = input.drain(..=end).collect();
            match line.get(..4).unwrap_or_default() {
                b"EHLO" => out.extend_from_slice(
                    b"250-real.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
                ),
                b"AUTH" => out.extend_from_slice(b"235 2.7.0 welcome\r\n"),
                b"DATA" => {
                    in_body = true;
                    out.extend_from_slice(b"354 go on\r\n");
                }
                b"QUIT" => return stream.write_all(b"221 bye\r\n"),
                _ => out.extend_from_slice(b"250 2.0.0 ok\r\n"),
            }
        }
        stream.write_all(&out)?;
    }
}

/// A relay that lets every byte arrive half a round trip later; connecting takes one.
fn delayed(to: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            std::thread::spawn(move || {
                // The handshake of TCP, which the loopback does in no time.
                std::thread::sleep(ONE_WAY * 2);
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else {
                    return;
                };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let (Ok(c), Ok(s)) = (client.try_clone(), server.try_clone()) else {
                    return;
                };
                std::thread::spawn(move || pass(c, s));
                pass(server, client);
            });
        }
    });
    port
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let (tell, told) = channel::<(Instant, Vec<u8>)>();
    let writing = std::thread::spawn(move || {
        for (due, bytes) in told {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                return;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    let mut block = [0; 64 << 10];
    while let Ok(n) = from.read(&mut block) {
        if n == 0
            || tell
                .send((Instant::now() + ONE_WAY, block[..n].to_vec()))
                .is_err()
        {
            break;
        }
    }
    drop(tell);
    let _ = writing.join();
}
