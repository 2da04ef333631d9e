//! Stands between the program and a real server: passes everything on, counts it, and loses the connection
//! where the test says, to the octet.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    ToServer,
    ToClient,
}

/// Where the connection is lost, counted from when the cut is made ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Behind so many line ends.
    Line(usize),
    /// In the middle of this line.
    WithinLine(usize),
    /// Behind so many octets.
    Octet(usize),
}

/// How new connections are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Pass,
    /// Closed at once.
    Close,
    /// One line, and closed.
    Farewell(&'static str),
    /// Taken, and never a word.
    Silence,
    /// Passed on, and lost behind so many lines from the server.
    Short(usize),
}

/// What has passed since the proxy was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    pub lines_up: usize,
    pub lines_down: usize,
    pub octets_up: usize,
    pub octets_down: usize,
}

#[derive(Debug)]
struct State {
    manner: Manner,
    cut: Option<(Way, At)>,
    passed: Passed,
    connections: Vec<Instant>,
    commands: Vec<Instant>,
    open: Vec<TcpStream>,
}

/// A port in front of another one; a clone is the same.
#[derive(Clone)]
pub struct Proxy {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    pub fn before(target: u16) -> Self {
        let ear = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let proxy = Self {
            port: ear.local_addr().expect("its number").port(),
            state: Arc::new(Mutex::new(State {
                manner: Manner::Pass,
                cut: None,
                passed: Passed::default(),
                connections: Vec::new(),
                commands: Vec::new(),
                open: Vec::new(),
            })),
        };
        let own = proxy.clone();
        std::thread::spawn(move || {
            for client in ear.incoming().flatten() {
                own.meet(client, target);
            }
        });
        proxy
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on.
    pub fn behave(&self, manner: Manner) {
        self.state().manner = manner;
    }

    /// The connection on which this comes to pass is lost.
    pub fn cut(&self, way: Way, at: At) {
        self.state().cut = Some((way, at));
    }

    /// Whether the cut has not come to pass yet.
    pub fn waits_to_cut(&self) -> bool {
        self.state().cut.is_some()
    }

    /// Whether the cut has not come to pass yet; it is given up.
    pub fn give_up_cut(&self) -> bool {
        self.state().cut.take().is_some()
    }

    /// All connections are lost now.
    pub fn sever(&self) {
        for socket in self.state().open.drain(..) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// What has passed since the last such question.
    pub fn passed(&self) -> Passed {
        std::mem::take(&mut self.state().passed)
    }

    /// What was counted so far is forgotten.
    pub fn count_anew(&self) {
        let mut state = self.state();
        state.connections.clear();
        state.commands.clear();
    }

    /// The most connections and the most lines to the server within any such time.
    pub fn busiest(&self, within: Duration) -> (usize, usize) {
        let state = self.state();
        let most = |moments: &[Instant]| {
            let inside = |from: &Instant| {
                let in_time = moments
                    .iter()
                    .filter(|m| **m >= *from && **m - *from < within);
                in_time.count()
            };
            moments.iter().map(inside).max().unwrap_or(0)
        };
        (most(&state.connections), most(&state.commands))
    }

    fn meet(&self, mut client: TcpStream, target: u16) {
        let manner = {
            let mut state = self.state();
            state.connections.push(Instant::now());
            state.manner
        };
        match manner {
            Manner::Close => return,
            Manner::Farewell(line) => {
                let _ = client.write_all(line.as_bytes());
                return;
            }
            Manner::Silence => {
                self.state().open.extend(client.try_clone());
                std::thread::spawn(move || std::io::copy(&mut client, &mut std::io::sink()));
                return;
            }
            Manner::Pass | Manner::Short(_) => {}
        }
        let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else {
            return;
        };
        let _ = client.set_nodelay(true);
        let _ = server.set_nodelay(true);
        self.state()
            .open
            .extend(client.try_clone().into_iter().chain(server.try_clone()));
        for way in [Way::ToServer, Way::ToClient] {
            let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else {
                return;
            };
            let own = self.clone();
            std::thread::spawn(move || match way {
                Way::ToServer => own.pass(from, to, way, manner),
                Way::ToClient => own.pass(to, from, way, manner),
            });
        }
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream, way: Way, manner: Manner) {
        let mut block = vec![0; 16 * 1024];
        let mut lines = 0;
        while let Ok(n @ 1..) = from.read(&mut block) {
            let bytes = &block[..n];
            let mut end = self.note(way, bytes);
            if let (Manner::Short(most), Way::ToClient) = (manner, way) {
                lines += count(bytes);
                end = end.or_else(|| (lines > most).then_some(n));
            }
            if to.write_all(&bytes[..end.unwrap_or(n)]).is_err() || end.is_some() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }

    /// Counts it; how much of it is passed on before the connection is lost.
    fn note(&self, way: Way, bytes: &[u8]) -> Option<usize> {
        let mut state = self.state();
        let lines = count(bytes);
        match way {
            Way::ToServer => {
                state.passed.lines_up += lines;
                state.passed.octets_up += bytes.len();
                let now = Instant::now();
                state.commands.extend(std::iter::repeat_n(now, lines));
            }
            Way::ToClient => {
                state.passed.lines_down += lines;
                state.passed.octets_down += bytes.len();
            }
        }
        let (wanted, at) = state.cut.filter(|(wanted, _)| *wanted == way)?;
        let (at, left) = match at {
            At::Octet(n) if n <= bytes.len() => (Some(n), At::Octet(0)),
            At::Octet(n) => (None, At::Octet(n - bytes.len())),
            At::Line(n) => (end_of(bytes, n), At::Line(n.saturating_sub(lines))),
            At::WithinLine(n) => {
                let end = end_of(bytes, n);
                let start = end_of(bytes, n.saturating_sub(1)).unwrap_or(0);
                let middle = end.map(|end| start + (end - start) / 2);
                (middle, At::WithinLine(n.saturating_sub(lines)))
            }
        };
        state.cut = at.is_none().then_some((wanted, left));
        at
    }
}

fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

/// Behind the `n`th line end.
fn end_of(bytes: &[u8], n: usize) -> Option<usize> {
    if n == 0 {
        return Some(0);
    }
    let mut ends = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n');
    ends.nth(n - 1).map(|(at, _)| at + 1)
}
