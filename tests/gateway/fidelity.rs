//! Two thousand messages of every odd kind: at the real server they are what they were.

use crate::client::stuffed;
use crate::real::Real;
use crate::{BOTH, House, ONE};

/// A small generator of its own (splitmix64), so that a seed says it all.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }
    fn pick<'a>(&mut self, all: &[&'a [u8]]) -> &'a [u8] {
        all[self.below(all.len())]
    }
}

/// Lines that have broken some mail system.
const ODD: &[&[u8]] = &[
    b"",
    b".",
    b"..",
    "...".as_bytes(),
    b". ",
    b" .",
    b"From here on",
    b">From there",
    b"--",
    b"-- ",
    b"\t",
    b"   trailing   ",
    b"\0",
    b"a\0b",
    b"\x80\xff\xfe",
    "Gr\u{fc}\u{df}e, \u{1f642}".as_bytes(),
    b"=20=\x0c",
    b"QUIT",
    b"DATA",
    b"RSET",
    b"MAIL FROM:<eve@evil.example>",
    b"\x1b[31m",
    b"begin 644 x",
    b".QUIT",
    b"{\"json\": 1}",
    b"\x7f\x01\x02",
    b"+",
    b"a=b",
];
const HEADS: &[&[u8]] = &[
    b"Subject: plain",
    b"Subject: =?utf-8?B?R3LDvMOfZQ==?=",
    "Subject: ra\u{77}".as_bytes(),
    b"X-Empty:",
    b"X-Long: a\r\n b\r\n\tc",
    b"Subject:",
    b"MIME-Version: 1.0",
    b"Content-Type: multipart/signed; boundary=x",
    b"DKIM-Signature: v=1; a=rsa-sha256; b=abc\r\n def",
    b"To: a@b.example, c@d.example",
    b"Cc: undisclosed-recipients:;",
    b"Received: from a by b",
    b"Bcc: hidden@x.example",
    b"Date: not a date",
    b"From : spaced@x.example",
    b"no colon in this line",
    b"Message-ID: <x@y>",
    b"In-Reply-To: <a@b> <c@d>",
    "X-8bit: \u{e4}\u{f6}".as_bytes(),
    b"Content-Transfer-Encoding: 8bit",
];

fn message(chance: &mut Chance) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..chance.below(8) {
        out.extend_from_slice(chance.pick(HEADS));
        out.extend_from_slice(b"\r\n");
    }
    if chance.below(12) > 0 {
        out.extend_from_slice(b"\r\n");
    }
    for _ in 0..chance.below(40) {
        match chance.below(6) {
            0 => {
                let long = [1usize, 77, 998, 999, 1000, 2048, 4097, 20_000][chance.below(8)];
                let byte = [b'x', b'.', 0xe4, b' '][chance.below(4)];
                out.extend(std::iter::repeat_n(byte, long));
            }
            1 => {
                for _ in 0..chance.below(120) {
                    let byte = u8::try_from(chance.below(256)).unwrap();
                    if byte != b'\r' && byte != b'\n' {
                        out.push(byte);
                    }
                }
            }
            _ => out.extend_from_slice(chance.pick(ODD)),
        }
        out.extend_from_slice(b"\r\n");
    }
    if chance.below(60) == 0 {
        // Larger than what is kept in memory.
        for _ in 0..20_000 {
            out.extend_from_slice(
                b".All work and no play makes a dull mail, over and over again.\r\n",
            );
        }
    }
    out
}

#[test]
fn two_thousand_messages_of_every_odd_kind_arrive_as_they_were() {
    let seed = 0x5eed;
    let mut chance = Chance(seed);
    let real = Real::start();
    let house = House::before(&real);
    house.desk.watched.lock().unwrap().ready = true;
    let mut client = house.client();
    for number in 0..2000 {
        let message = message(&mut chance);
        let to = if chance.below(3) == 0 { BOTH } else { ONE };
        client.address(to);
        let stream = stuffed(&message);
        // In splinters of all sizes, so that every line end falls between two reads sometime.
        let splinter = [1usize, 2, 3, 7, 64, 1460, 8192, usize::MAX][chance.below(8)]
            .max(stream.len() / 40)
            .max(1);
        for piece in stream.chunks(splinter) {
            client.write(piece);
        }
        let reply = client.reply();
        assert!(
            reply.starts_with("250 2.0.0 real"),
            "message {number} of seed {seed:#x}: {reply}"
        );
        let got = real.got();
        let wanted = if message.is_empty() || message.ends_with(b"\r\n") {
            message
        } else {
            [message, b"\r\n".to_vec()].concat()
        };
        assert!(
            got.last().unwrap().message == wanted,
            "message {number} of seed {seed:#x} has changed"
        );
        real.forget();
    }
}
