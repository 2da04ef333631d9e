//! A door in front of Dovecot that opens TLS and writes down who said what when. What it costs
//! counts against whoever is measured through it.

use super::dovecot::Dovecot;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The beginning of a piece as it passed.
#[derive(Clone, Debug)]
pub struct Passed {
    pub at: Instant,
    pub connection: usize,
    pub to_server: bool,
    pub text: String,
}

#[derive(Clone, Default)]
struct Log(Arc<(Mutex<Vec<Passed>>, Condvar)>);

pub struct Proxy {
    pub port: u16,
    log: Log,
    _runtime: tokio::runtime::Runtime,
}

impl Proxy {
    pub fn start(server: &Dovecot) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let acceptor = acceptor(server.path());
        let log = Log::default();
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let port = listener.local_addr().expect("an address").port();
        runtime.spawn(serve(listener, acceptor, server.imap_port, log.clone()));
        Self {
            port,
            log,
            _runtime: runtime,
        }
    }

    /// How much has passed until now.
    pub fn here(&self) -> usize {
        self.log.lock().len()
    }

    pub fn since(&self, from: usize) -> Vec<Passed> {
        self.log.lock()[from..].to_vec()
    }

    /// Waits until what passed since `from` holds what is looked for.
    pub fn wait<T>(&self, from: usize, look: impl Fn(&[Passed]) -> Option<T>) -> T {
        let until = Instant::now() + Duration::from_secs(60);
        let mut passed = self.log.lock();
        loop {
            if let Some(found) = look(&passed[from..]) {
                return found;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let seen: Vec<_> = passed[from..].iter().map(|p| &p.text).collect();
                panic!("waited in vain; passed: {seen:#?}");
            }
            let (waiting, changed) = &*self.log.0;
            let _ = waiting;
            passed = changed
                .wait_timeout(passed, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until nothing has passed for this long.
    pub fn rest(&self, quiet: Duration) {
        loop {
            let last = self.log.lock().last().map(|p| p.at);
            let Some(age) = last.map(|at| at.elapsed()) else {
                return;
            };
            if age >= quiet {
                return;
            }
            std::thread::sleep(quiet - age);
        }
    }
}

impl Log {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Passed>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, connection: usize, to_server: bool, bytes: &[u8]) {
        let at = Instant::now();
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned();
        self.lock().push(Passed {
            at,
            connection,
            to_server,
            text,
        });
        self.0.1.notify_all();
    }
}

fn acceptor(dir: &Path) -> tokio_native_tls::TlsAcceptor {
    let read = |name: &str| std::fs::read(dir.join(name)).expect("a certificate");
    let identity = native_tls::Identity::from_pkcs8(&read("server.pem"), &read("server.key"))
        .expect("an identity");
    native_tls::TlsAcceptor::new(identity)
        .expect("an acceptor")
        .into()
}

async fn serve(
    listener: TcpListener,
    acceptor: tokio_native_tls::TlsAcceptor,
    imap_port: u16,
    log: Log,
) {
    let mut connection = 0;
    while let Ok((client, _)) = listener.accept().await {
        connection += 1;
        let (acceptor, log) = (acceptor.clone(), log.clone());
        tokio::spawn(async move {
            let _ = client.set_nodelay(true);
            // A client that gives up in between is its own affair.
            let (Ok(client), Ok(server)) = tokio::join!(
                acceptor.accept(client),
                TcpStream::connect(("127.0.0.1", imap_port))
            ) else {
                return;
            };
            let _ = server.set_nodelay(true);
            let (from_client, to_client) = tokio::io::split(client);
            let (from_server, to_server) = tokio::io::split(server);
            tokio::select! {
                () = pass(from_client, to_server, connection, true, &log) => {}
                () = pass(from_server, to_client, connection, false, &log) => {}
            }
        });
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    connection: usize,
    to_server: bool,
    log: &Log,
) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        log.note(connection, to_server, &piece[..read]);
        if to.write_all(&piece[..read]).await.is_err() || to.flush().await.is_err() {
            return;
        }
    }
}
