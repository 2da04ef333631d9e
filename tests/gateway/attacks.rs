//! Whoever should not get in, and whatever should not get through.

use crate::client::Client;
use crate::real::Real;
use crate::{House, ONE, mail};
use std::time::{Duration, Instant};

#[test]
fn x1_x2_no_message_is_smuggled_behind_another() {
    let real = Real::start();
    let house = House::before(&real);
    let evil = "MAIL FROM:<eve@evil.example>\r\nRCPT TO:<sam@west.example>\r\nDATA\r\nSubject: evil\r\n\r\nx\r\n.\r\n";
    let ends = [
        "\n.\n",
        "\n.\r\n",
        "\r.\r",
        "\r.\r\n",
        "\r\n.\n",
        "\r\n.\r",
        "\n\n.\r\n",
        "\r\r\n.\r\n",
        "\r\n.\r\r\n",
        "\n.\r",
        "\r.\n",
        "\r\n\n.\r\n",
        "\r\n\r.\r\n",
        "\r\n.\n\r\n",
        "\n\r.\r\n",
        "\r\0\n.\r\n",
        "\r\n\0.\n",
        "\r\n.\0\n",
        "\n.\0\r\n",
        "\r\n.\r\0\n",
    ];
    for end in ends {
        let mut client = house.client();
        client.address(ONE);
        client.try_write(format!("Subject: x\r\n\r\none{end}{evil}").as_bytes());
        let reply = client.reply();
        assert!(reply.starts_with("554 5.6.0"), "{end:?}: {reply}");
        assert!(client.is_over());
    }
    assert!(real.got().is_empty(), "{:?}", real.got());
    // NUL and dots of all kinds are text.
    let mut client = house.client();
    client.address(ONE);
    client.write(b"\r\n\0.\r\n..\r\n. \r\n.\0\r\n.\r\n");
    assert!(client.reply().starts_with("250 "));
    assert_eq!(
        real.got().pop().unwrap().message,
        b"\r\n\0.\r\n.\r\n \r\n\0\r\n"
    );
}

#[test]
fn f93_strangers_cannot_keep_the_user_out() {
    let real = Real::start();
    let house = House::before(&real);
    let begun = Instant::now();
    let crowd: Vec<Client> = (0..400)
        .map(|_| Client::connect_silently(house.port))
        .collect();
    let mut client = house.client();
    assert!(
        client
            .send(ONE, &mail(ONE, "hello", "hello\n"))
            .starts_with("250 ")
    );
    assert!(begun.elapsed() < Duration::from_secs(20));
    drop(crowd);
}

#[test]
fn f93_a_wrong_password_waits_and_is_counted() {
    let real = Real::start();
    let house = House::before(&real);
    let mut client = Client::connect(house.port);
    client.say("EHLO x.example", "250");
    let begun = Instant::now();
    client.say("AUTH PLAIN AGFsZXhAaHViLmV4YW1wbGUAd3Jvbmc=", "535 5.7.8");
    assert!(begun.elapsed() > Duration::from_millis(900));
    client.say("MAIL FROM:<alex@hub.example>", "530");
    // The address of nobody here, with the right password.
    client.say("AUTH PLAIN AGV2ZUBldmlsLmV4YW1wbGUAbG9jYWwgc2VjcmV0", "535");
    client.say("AUTH PLAIN AGFsZXhAaHViLmV4YW1wbGUAd3Jvbmc=", "535");
    assert!(client.reply().starts_with("421 "));
    assert!(client.is_over());
}

#[test]
fn f93_a_browser_and_a_tls_client_are_sent_away() {
    let real = Real::start();
    let house = House::before(&real);
    for hello in [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".as_slice(),
        b"POST / HTTP/1.1\r\n\r\nMAIL FROM:<a@b.example>\r\n",
        b"\x16\x03\x01\x00\x2e\x01\x00\x00\x2a\x03\x03\n",
    ] {
        let mut client = Client::connect(house.port);
        client.try_write(hello);
        assert!(client.reply().starts_with("221 "));
        assert!(client.is_over());
    }
}

#[test]
fn f94_lines_without_end_are_ended() {
    let real = Real::start();
    let house = House::before(&real);
    let mut client = house.client();
    client.try_write(&vec![b'x'; 200_000]);
    assert!(client.reply().starts_with("500 5.5.2"));
    assert!(client.is_over());
}
