//! As much of a name server and a web server as a domain needs to tell where its mail is.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, UdpSocket};

pub struct NameServer {
    pub address: SocketAddr,
}

impl NameServer {
    /// Answers with these services (name, target, port), and with 127.0.0.1 for every address; to
    /// everything else with nothing.
    pub fn start(services: &[(&str, &str, u16)]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let address = socket.local_addr().expect("its address");
        let services: Vec<(String, String, u16)> = services
            .iter()
            .map(|(name, target, port)| ((*name).to_owned(), (*target).to_owned(), *port))
            .collect();
        std::thread::spawn(move || {
            let mut question = [0; 512];
            while let Ok((n, from)) = socket.recv_from(&mut question) {
                let _ = socket.send_to(&reply(&question[..n], &services), from);
            }
        });
        Self { address }
    }
}

fn reply(question: &[u8], services: &[(String, String, u16)]) -> Vec<u8> {
    let mut name = String::new();
    let mut at = 12;
    while question[at] != 0 {
        let end = at + 1 + usize::from(question[at]);
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&String::from_utf8_lossy(&question[at + 1..end]));
        at = end;
    }
    let kind = question[at + 2];
    let mut records: Vec<Vec<u8>> = Vec::new();
    for (service, target, port) in services {
        if kind == 33 && *service == name {
            let mut data = vec![0, 1, 0, 1];
            data.extend(port.to_be_bytes());
            for label in target.split('.') {
                data.push(u8::try_from(label.len()).expect("short"));
                data.extend(label.as_bytes());
            }
            data.push(0);
            records.push(data);
        }
    }
    if kind == 1 && name == "localhost" {
        records.push(vec![127, 0, 0, 1]);
    }
    let mut bytes = question.to_vec();
    bytes[2] = 0x81;
    bytes[7] = u8::try_from(records.len()).expect("few");
    for data in records {
        bytes.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 9]);
        bytes.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        bytes.extend(data);
    }
    bytes
}

/// Serves one page under every path; its place.
pub fn page(text: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}
