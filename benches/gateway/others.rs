//! The sink, and what else could stand before it: haproxy and nginx, where they are installed.

use super::dovecot::free_port;
use super::load::Target;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Others {
    /// Postfix's smtp-sink.
    pub sink: u16,
    haproxy: Option<u16>,
    nginx: Option<u16>,
    children: Vec<Child>,
    _dir: tempfile::TempDir,
}

impl Others {
    pub fn start() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let mut it = Self {
            sink: free_port(),
            haproxy: None,
            nginx: None,
            children: Vec::new(),
            _dir: dir,
        };
        let place = format!("127.0.0.1:{}", it.sink);
        let mut sink = Command::new("/usr/sbin/smtp-sink");
        sink.args(["-a", "-u", "postfix", "-m", "1000", &place, "1000"]);
        let port = it.sink;
        assert!(it.spawn(&mut sink, port), "smtp-sink");
        it.start_haproxy();
        it.start_nginx();
        it
    }

    pub fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        targets.extend(self.haproxy.map(|port| Target::new("haproxy", port)));
        targets.extend(self.nginx.map(|port| Target::new("nginx", port)));
        targets
    }

    fn spawn(&mut self, command: &mut Command, port: u16) -> bool {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else { return false };
        self.children.push(child);
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    fn start_haproxy(&mut self) {
        let port = free_port();
        let path = self._dir.path().join("haproxy.cfg");
        let text = format!(
            "global\n  nbthread 1\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
             listen smtp\n  bind 127.0.0.1:{port}\n  server sink 127.0.0.1:{}\n",
            self.sink
        );
        std::fs::write(&path, text).expect("written");
        let mut command = Command::new("/usr/sbin/haproxy");
        if self.spawn(command.arg("-db").arg("-f").arg(path), port) {
            self.haproxy = Some(port);
        } else {
            println!("haproxy does not take part: it is not installed");
        }
    }

    fn start_nginx(&mut self) {
        let port = free_port();
        let door = auth_server(self.sink);
        let dir = self._dir.path().display().to_string();
        let path = self._dir.path().join("nginx.conf");
        let module = "/usr/lib/nginx/modules/ngx_mail_module.so";
        // With its usual buffer of 4 kB a message goes out in two writes, and without TCP_NODELAY (which its mail
        // module does not set towards the server) the second waits 40 ms for the first.
        let text = format!(
            "load_module {module};\ndaemon off;\nworker_processes 1;\npid {dir}/nginx.pid;\nerror_log {dir}/nginx.log;\n\
             events {{ worker_connections 4096; }}\nmail {{\n  server_name localhost;\n  auth_http 127.0.0.1:{door}/;\n  \
             proxy_pass_error_message on;\n  server {{\n    listen 127.0.0.1:{port};\n    protocol smtp;\n    smtp_auth none;\n    \
             xclient off;\n    smtp_client_buffer 64k;\n    proxy_buffer 64k;\n  }}\n}}\n"
        );
        std::fs::write(&path, text).expect("written");
        let mut command = Command::new("/usr/sbin/nginx");
        if self.spawn(command.arg("-c").arg(path), port) {
            self.nginx = Some(port);
        } else {
            println!("nginx does not take part: it is not installed, or without its mail module");
        }
    }
}

/// What nginx asks where to go.
fn auth_server(sink: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut block = [0; 4096];
            let _ = stream.read(&mut block);
            let reply = format!(
                "HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: {sink}\r\n\r\n"
            );
            let _ = stream.write_all(reply.as_bytes());
        }
    });
    port
}

impl Drop for Others {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}
