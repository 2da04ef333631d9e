//! Whose process is at the other end of a loopback connection.

use std::net::SocketAddr;

/// Whether a process of this user made the connection. `None` where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub fn is_own(_peer: SocketAddr, _local: SocketAddr) -> Option<bool> {
    None
}

/// Whether a process of this user made the connection. `None` where the system does not tell.
///
/// The kernel is asked for this one socket (sock_diag, see `man 7 sock_diag`), which takes the same
/// time however many there are; where that is closed, its table of all of them is read.
#[cfg(target_os = "linux")]
pub fn is_own(peer: SocketAddr, local: SocketAddr) -> Option<bool> {
    let me = rustix::process::geteuid().as_raw();
    let uid = diag::uid_of(peer, local).or_else(|| table::uid_of(peer, local))?;
    Some(uid == me)
}

#[cfg(target_os = "linux")]
mod diag {
    use rustix::net::netlink::{self, SocketAddrNetlink};
    use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
    use std::cell::OnceCell;
    use std::net::{IpAddr, SocketAddr};
    use std::os::fd::OwnedFd;
    use std::rc::Rc;

    const SOCK_DIAG_BY_FAMILY: u16 = 20;
    const NLM_F_REQUEST: u16 = 1;
    const HEADER: usize = 16;
    const REQUEST: usize = 56;
    const UID_AT: usize = HEADER + 64;
    const PORTS_AT: usize = HEADER + 4;
    const NO_COOKIE: [u8; 8] = [0xff; 8];

    thread_local! {
        /// Opened once for each thread that asks.
        static SOCKET: OnceCell<Option<Rc<OwnedFd>>> = const { OnceCell::new() };
    }

    fn open() -> Option<Rc<OwnedFd>> {
        let (family, kind) = (AddressFamily::NETLINK, SocketType::DGRAM);
        let protocol = Some(netlink::SOCK_DIAG);
        let socket = rustix::net::socket_with(family, kind, SocketFlags::CLOEXEC, protocol);
        socket.ok().map(Rc::new)
    }

    /// `inet_diag_req_v2` out, `inet_diag_msg` back.
    pub fn uid_of(peer: SocketAddr, local: SocketAddr) -> Option<u32> {
        let mut request = Vec::with_capacity(HEADER + REQUEST);
        let length = u32::try_from(HEADER + REQUEST).ok()?;
        request.extend_from_slice(&length.to_ne_bytes());
        request.extend_from_slice(&SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        request.extend_from_slice(&NLM_F_REQUEST.to_ne_bytes());
        request.extend_from_slice(&[0; 8]);
        let family: u8 = if peer.is_ipv4() { 2 } else { 10 };
        request.extend_from_slice(&[family, 6, 0, 0]);
        // All states.
        request.extend_from_slice(&u32::MAX.to_ne_bytes());
        request.extend_from_slice(&peer.port().to_be_bytes());
        request.extend_from_slice(&local.port().to_be_bytes());
        for address in [peer.ip(), local.ip()] {
            let mut bytes = [0; 16];
            match address {
                IpAddr::V4(v4) => bytes[..4].copy_from_slice(&v4.octets()),
                IpAddr::V6(v6) => bytes = v6.octets(),
            }
            request.extend_from_slice(&bytes);
        }
        request.extend_from_slice(&0u32.to_ne_bytes());
        request.extend_from_slice(&NO_COOKIE);
        let socket = SOCKET.with(|socket| socket.get_or_init(open).clone())?;
        let kernel = SocketAddrNetlink::new(0, 0);
        rustix::net::sendto(socket.as_ref(), &request, SendFlags::empty(), &kernel).ok()?;
        let mut reply = [0; 512];
        let (n, _) =
            rustix::net::recv(socket.as_ref(), &mut reply[..], RecvFlags::DONTWAIT).ok()?;
        let reply = reply.get(..n)?;
        let kind = u16::from_ne_bytes(reply.get(4..6)?.try_into().ok()?);
        let ports = [peer.port().to_be_bytes(), local.port().to_be_bytes()].concat();
        if kind != SOCK_DIAG_BY_FAMILY || reply.get(PORTS_AT..PORTS_AT + 4)? != ports {
            return None;
        }
        let uid = reply.get(UID_AT..UID_AT + 4)?;
        Some(u32::from_ne_bytes(uid.try_into().ok()?))
    }
}

#[cfg(target_os = "linux")]
mod table {
    use std::net::{IpAddr, SocketAddr};

    /// Out of `/proc/net/tcp` or `/proc/net/tcp6`.
    pub fn uid_of(peer: SocketAddr, local: SocketAddr) -> Option<u32> {
        let file = if peer.is_ipv4() {
            "/proc/net/tcp"
        } else {
            "/proc/net/tcp6"
        };
        find(&std::fs::read_to_string(file).ok()?, peer, local)
    }

    pub fn find(table: &str, peer: SocketAddr, local: SocketAddr) -> Option<u32> {
        let (peer, local) = (written(peer), written(local));
        table.lines().skip(1).find_map(|line| {
            let mut fields = line.split_whitespace().skip(1);
            (fields.next()? == peer && fields.next()? == local)
                .then(|| fields.nth(4)?.parse().ok())?
        })
    }

    /// The kernel writes an address as the words that it holds in memory.
    fn written(address: SocketAddr) -> String {
        let words = match address.ip() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        };
        let ip: String = words
            .chunks(4)
            .filter_map(|w| Some(format!("{:08X}", u32::from_ne_bytes(w.try_into().ok()?))))
            .collect();
        format!("{ip}:{:04X}", address.port())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn f93_a_connection_of_ours_is_known_as_ours_by_either_way() {
        for place in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(place) else {
                continue;
            };
            let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (served, peer) = listener.accept().unwrap();
            let local = served.local_addr().unwrap();
            assert_eq!(is_own(peer, local), Some(true), "{place}");
            let me = rustix::process::geteuid().as_raw();
            assert_eq!(table::uid_of(peer, local), Some(me), "{place}");
            if let Some(uid) = diag::uid_of(peer, local) {
                assert_eq!(uid, me);
            }
            drop(client);
        }
    }

    #[test]
    fn f93_another_users_connection_is_known_as_theirs() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:D431 0100007F:0633 01 00000000:00000000 00:00000000 00000000  1007        0 12345 1\n";
        let peer = "127.0.0.1:54321".parse().unwrap();
        let local = "127.0.0.1:1587".parse().unwrap();
        assert_eq!(table::find(table, peer, local), Some(1007));
        assert_eq!(table::find(table, local, peer), None);
    }
}
