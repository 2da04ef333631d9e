use super::*;
use crate::desk::request::Decision;
use crate::mail::Address;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// A daemon that answers every request with what `answer` makes of it, until `test` is done.
fn with_daemon(answer: fn(Request) -> Reply, test: fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_owned();
    runtime().block_on(async {
        let control = Control::listen(&state).await.unwrap();
        let (to, mut asked) = mpsc::channel::<Asked>(4);
        let served = tokio::spawn(control.serve(to));
        let here = state.clone();
        let client = tokio::task::spawn_blocking(move || test(&here));
        tokio::pin!(client);
        loop {
            tokio::select! {
                heard = asked.recv() => {
                    let asked = heard.expect("the server is there");
                    let _ = asked.reply.send(answer(asked.request));
                }
                done = &mut client => break done.unwrap(),
            }
        }
        drop(asked);
        served.await.unwrap();
    });
    assert!(!state.join(FILE).exists(), "the file went with the daemon");
}

#[test]
fn decision_reaches_the_daemon_and_its_reply_comes_back() {
    with_daemon(
        |request| match request {
            Request::Decide { id, decision } => {
                Reply::Done(serde_json::json!({ "id": id, "was": decision }))
            }
            other => Reply::Refused(format!("{other:?}")),
        },
        |state| {
            let request = Request::Decide {
                id: "7kqx".to_owned(),
                decision: Decision::Answer {
                    address: Address::new("rachel@example.org").unwrap(),
                    yes: true,
                },
            };
            let Some(Reply::Done(value)) = ask(state, &request).unwrap() else {
                panic!("not done")
            };
            assert_eq!(value["id"], "7kqx");
            assert_eq!(value["was"]["answer"]["yes"], true);
            let refused = ask(state, &Request::Reload).unwrap();
            assert_eq!(refused, Some(Reply::Refused("Reload".to_owned())));
        },
    );
}

#[cfg(unix)]
#[test]
fn port_and_token_are_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    with_daemon(
        |_| Reply::Refused(String::new()),
        |state| {
            let mode = state.join(FILE).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        },
    );
}

#[test]
fn stranger_without_the_token_is_shown_the_door() {
    with_daemon(
        |request| panic!("a stranger was heard: {request:?}"),
        |state| {
            let place = read_place(&state.join(FILE)).unwrap();
            let long = "x".repeat(1 << 20);
            for line in [
                r#"{"token":"","request":"reload"}"#,
                r#"{"token":"0","request":"reload"}"#,
                r#"{"request":"reload"}"#,
                "GET / HTTP/1.1",
                "",
                &long,
            ] {
                let mut stream = TcpStream::connect(("127.0.0.1", place.port)).unwrap();
                let mut heard = String::new();
                BufReader::new(&stream).read_line(&mut heard).unwrap();
                let _ = stream.write_all(format!("{line}\n").as_bytes());
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest);
                assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
            }
        },
    );
}

#[test]
fn file_left_behind_counts_as_nobody() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(ask(folder.path(), &Request::Status), Ok(None));

    // A port where nobody listens any more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let place = format!("{{\"port\":{port},\"token\":\"t\"}}");
    std::fs::write(folder.path().join(FILE), &place).unwrap();
    assert_eq!(ask(folder.path(), &Request::Status), Ok(None));

    std::fs::write(folder.path().join(FILE), "torn {").unwrap();
    assert_eq!(ask(folder.path(), &Request::Status), Ok(None));
}

#[test]
fn somebody_else_on_the_port_never_sees_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let other = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"220 mail.example.org ESMTP\r\n").unwrap();
        let mut heard = String::new();
        let _ = stream.read_to_string(&mut heard);
        heard
    });
    let place = format!("{{\"port\":{port},\"token\":\"very secret\"}}");
    std::fs::write(folder.path().join(FILE), place).unwrap();
    assert_eq!(ask(folder.path(), &Request::Status), Ok(None));
    assert_eq!(other.join().unwrap(), "");
}
