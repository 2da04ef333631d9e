"""The demo's servers, as Python's own imaplib and smtplib see them.

clients.py IMAP_PORT SMTP_PORT: exits 0 and prints "all well" if everything was as it should be.
"""

import imaplib
import re
import smtplib
import socket
import sys
import time

USER, PASSWORD = "alex@rivera.example", "quill & \"ink\" \\ {5}"
OTHER, OTHER_PASSWORD = "rachel@winters.example", "lantern"
imap_port, smtp_port = int(sys.argv[1]), int(sys.argv[2])

DRAFT = (
    b"From: Alex Rivera <alex@rivera.example>\r\n"
    b"To: =?UTF-8?Q?Zo=C3=AB?= Lind <zoe@lind.example>,\r\n jordan@okafor.example\r\n"
    b"Subject: Rachel <> Jordan\r\n"
    b"Date: Tue, 03 Feb 2026 09:30:00 +0100\r\n"
    b"Message-ID: <d1@rivera.example>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=\"b1\"\r\n"
    b"\r\n"
    b"--b1\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n"
    b"\r\n"
    b"A line with na\xc3\xafve words.\r\n"
    b"--b1\r\n"
    b"Content-Type: application/pdf; name=\"plan.pdf\"\r\n"
    b"Content-Disposition: attachment; filename=\"plan.pdf\"\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"\r\n"
    b"JVBERi0=\r\n"
    b"--b1--\r\n"
)
NOTE = b"From: a@b.example\r\nSubject: note\r\n\r\nshort\r\n"


def ok(answer):
    status, data = answer
    assert status == "OK", answer
    return data


def is_refused(answer):
    assert answer[0] == "NO", answer


def same(seen, expected):
    assert seen == expected, f"{seen!r} where {expected!r} was expected"


def client(user=USER, password=PASSWORD):
    m = imaplib.IMAP4("127.0.0.1", imap_port)
    ok(m.login(user, password))
    return m


def logins():
    m = imaplib.IMAP4("127.0.0.1", imap_port)
    for word in ("IDLE", "UIDPLUS", "MOVE", "SPECIAL-USE", "CONDSTORE", "LITERAL+"):
        assert word in m.capabilities, word
    try:
        m.login(USER, "wrong")
        raise AssertionError("a wrong password was let in")
    except imaplib.IMAP4.error as why:
        assert "AUTHENTICATIONFAILED" in str(why), why
    try:
        m.select()
        raise AssertionError("SELECT without login")
    except imaplib.IMAP4.error:
        pass
    ok(m.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode()))
    ok(m.logout() and ("OK", None))
    m = imaplib.IMAP4("127.0.0.1", imap_port)
    words = iter([USER, PASSWORD])
    ok(m.authenticate("LOGIN", lambda _: next(words).encode()))
    same(ok(m.noop())[-1], b"done")
    m.logout()


def folders(m):
    names = {line.split(b' "/" ')[1]: line for line in ok(m.list())}
    assert b"\\Drafts" in names[b'"Drafts"'], names
    assert b"\\Sent" in names[b'"Sent"'], names
    same(len(ok(m.list('""', "%"))), 6)
    ok(m.create("Askfirst/Held"))
    is_refused(m.create("Askfirst/Held"))
    ok(m.create('"Askfirst/Send now"'))
    top = [line for line in ok(m.list('""', "%")) if b"Askfirst" in line]
    assert len(top) == 1 and b"\\Noselect" in top[0] and b"\\HasChildren" in top[0], top
    same(len(ok(m.list('"Askfirst/"', "%"))), 2)
    same(ok(m.lsub('""', "Askfirst/*")), [None])
    ok(m.subscribe("Askfirst/Held"))
    same(len(ok(m.lsub('""', "Askfirst/*"))), 1)
    ok(m.rename("Askfirst", "Elsewhere"))
    same(len(ok(m.list('""', "Elsewhere/*"))), 2)
    ok(m.rename("Elsewhere", "Askfirst"))
    is_refused(m.delete("INBOX"))
    ok(m.delete('"Askfirst/Send now"'))
    is_refused(m.select("Nowhere"))
    same(m.state, "AUTH")
    ok(m.namespace())


def messages(m):
    same(ok(m.select("Drafts")), [b"0"])
    ok(m.append("Drafts", r"(\Draft \Seen)", '"03-Feb-2026 09:30:00 +0100"', DRAFT))
    code = m.untagged_responses.get("APPENDUID")
    same(code[-1].split()[-1], b"1")
    is_refused(m.append("Nowhere", None, None, DRAFT))
    ok(m.append("Drafts", "($Later)", None, NOTE))
    ok(m.noop())
    same(m.untagged_responses["EXISTS"][-1], b"2")
    seen = ok(m.fetch("1", "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])"))
    same(seen[0][1], DRAFT)
    head = seen[0][0]
    assert b"UID 1" in head and b"\\Draft" in head, head
    assert f"RFC822.SIZE {len(DRAFT)}".encode() in head, head
    assert b'INTERNALDATE "03-Feb-2026 09:30:00 +0100"' in head, head

    def body(section, message="1"):
        return ok(m.fetch(message, f"(BODY.PEEK[{section}])"))[0][1]

    same(body("HEADER"), DRAFT[: DRAFT.index(b"\r\n\r\n") + 4])
    same(body("TEXT"), DRAFT[DRAFT.index(b"\r\n\r\n") + 4 :])
    same(body("HEADER.FIELDS (SUBJECT X-None MESSAGE-ID)"),
         b"Subject: Rachel <> Jordan\r\nMessage-ID: <d1@rivera.example>\r\n\r\n")
    assert b"Subject" not in body("HEADER.FIELDS.NOT (Subject)")
    same(body("1"), b"A line with na\xc3\xafve words.")
    same(body("2"), b"JVBERi0=")
    assert body("2.MIME").startswith(b"Content-Type: application/pdf")
    same(body("1", "2"), b"short\r\n")
    same(ok(m.fetch("1", "(BODY.PEEK[]<6.4>)"))[0][1], DRAFT[6:10])
    same(ok(m.fetch("1", "(BODY.PEEK[]<999999.4>)"))[0][1], b"")
    envelope = ok(m.fetch("1", "(ENVELOPE)"))[0]
    assert b'"Rachel <> Jordan"' in envelope and b'"zoe" "lind.example"' in envelope, envelope
    structure = ok(m.fetch("1", "(BODYSTRUCTURE)"))[0]
    assert b'"application" "pdf"' in structure.lower() and b'"attachment"' in structure.lower(), structure
    assert b'"mixed"' in structure.lower(), structure
    ok(m.fetch("1:*", "FULL"))
    # PEEK has marked nothing; a plain BODY[] does.
    assert b"\\Seen" not in ok(m.fetch("2", "(FLAGS)"))[0]
    ok(m.fetch("2", "(BODY[])"))
    assert b"\\Seen" in ok(m.fetch("2", "(FLAGS)"))[0]


def searches(m):
    def found(*keys):
        return ok(m.uid("SEARCH", *keys))[0]

    same(found("ALL"), b"1 2")
    same(found("DRAFT"), b"1")
    same(found("NOT", "DRAFT"), b"2")
    same(found("KEYWORD", "$Later"), b"2")
    same(found("HEADER", "Message-ID", "<d1@rivera.example>"), b"1")
    same(found("HEADER", "Message-ID", '""'), b"1")
    same(found("SUBJECT", '"rachel <>"'), b"1")
    same(found("FROM", "rivera"), b"1")
    same(found("OR", "FROM", "rivera", "SUBJECT", "note"), b"1 2")
    same(found("SINCE", "03-Feb-2026", "BEFORE", "04-Feb-2026"), b"1")
    same(found("SENTON", "03-Feb-2026"), b"1")
    same(found("BODY", "short"), b"2")
    same(found("TEXT", "JORDAN"), b"1")
    same(found("UID", "2:*"), b"2")
    same(found("LARGER", "100"), b"1")
    same(found("(OR SEEN DELETED)", "UNFLAGGED"), b"1 2")
    same(found("TO", "nobody"), b"")
    m.literal = "Zoë".encode()
    same(ok(m.uid("SEARCH", "CHARSET", "UTF-8", "TO"))[0], b"1")
    m.literal = "naïve".encode()
    same(ok(m.uid("SEARCH", "CHARSET", "UTF-8", "BODY"))[0], b"1")
    same(ok(m.search(None, "2"))[0], b"2")


def changes(m):
    other = client()
    ok(other.select("Drafts"))
    seen = ok(m.uid("STORE", "1", "+FLAGS", r"(\Flagged)"))[0]
    assert b"\\Flagged" in seen and b"\\Draft" in seen, seen
    ok(other.noop())
    assert b"\\Flagged" in other.untagged_responses["FETCH"][-1]
    ok(m.store("1", "-FLAGS.SILENT", r"(\Flagged)"))
    ok(m.store("1", "FLAGS", r"(\Seen \Draft)"))
    assert b"\\Flagged" not in ok(m.fetch("1", "(FLAGS)"))[0]
    ok(m.uid("COPY", "1", "Askfirst/Held"))
    same(m.response("COPYUID")[1][-1].split()[1:], [b"1", b"1"])
    is_refused(m.uid("COPY", "1", "Nowhere"))
    ok(m.uid("MOVE", "2", "Trash"))
    same(m.response("COPYUID")[1][-1].split()[1:], [b"2", b"1"])
    same(ok(m.uid("SEARCH", "ALL"))[0], b"1")
    ok(other.noop())
    same(other.untagged_responses["EXPUNGE"], [b"2"])
    for n in range(3):
        ok(m.append("Drafts", r"(\Deleted)", None, NOTE))
    ok(m.uid("EXPUNGE", "3,5"))
    same(ok(m.uid("SEARCH", "ALL"))[0], b"1 4")
    m.response("EXPUNGE")
    same(ok(m.expunge()), [b"2"])
    same(ok(m.uid("SEARCH", "ALL"))[0], b"1")
    status = ok(m.status("Trash", "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)"))[0]
    assert b"MESSAGES 1" in status and b"UIDNEXT 2" in status, status
    ok(m.select("Trash", readonly=True))
    is_refused(m.store("1", "+FLAGS", r"(\Deleted)"))
    ok(m.unselect())
    other.logout()


def condstore(m):
    ok(m.select("Askfirst/Held"))
    before = int(re.search(rb"MODSEQ \((\d+)\)", ok(m.fetch("1", "(MODSEQ)"))[0]).group(1))
    ok(m.store("1", "+FLAGS", r"(\Flagged)"))
    after = int(re.search(rb"MODSEQ \((\d+)\)", ok(m.fetch("1", "(MODSEQ)"))[0]).group(1))
    assert after > before, (before, after)
    same(ok(m.uid("FETCH", "1:*", f"(FLAGS) (CHANGEDSINCE {after})")), [None])
    ok(m.uid("STORE", "1", f"(UNCHANGEDSINCE {before})", "+FLAGS", r"(\Deleted)"))
    assert m.response("MODIFIED")[1][-1] == b"1"
    assert b"\\Deleted" not in ok(m.fetch("1", "(FLAGS)"))[0]
    ok(m.close())


class Raw:
    """A socket, for what imaplib cannot say."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", imap_port), 10)
        self.file = self.socket.makefile("rb")
        self.line()

    def line(self):
        return self.file.readline().decode().rstrip("\r\n")

    def say(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def until(self, start):
        lines = [self.line()]
        while not lines[-1].startswith(start):
            assert lines[-1] != "", lines
            lines.append(self.line())
        return lines


def idle(m):
    raw = Raw()
    password = PASSWORD.encode()
    # Every literal in its own packets, one octet at a time.
    for octet in b"a1 LOGIN {19}\r\n":
        raw.say(bytes([octet]))
    same(raw.line(), "+ go on")
    raw.say(USER.encode() + b" {%d+}\r\n" % len(password) + password + b"\r\n")
    assert raw.line().startswith("a1 OK"), "login with literals"
    raw.say('a2 LIST (SPECIAL-USE) "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES))\r\n')
    lines = raw.until("a2 ")
    same(sum(line.startswith("* LIST") for line in lines), 5)
    same(sum(line.startswith("* STATUS") for line in lines), 5)
    raw.say("a3 SELECT INBOX\r\na4 IDLE\r\n")
    same(raw.until("+ ")[-1], "+ idling")
    began = time.monotonic()
    ok(m.append("INBOX", None, None, NOTE))
    same(raw.line(), "* 1 EXISTS")
    ok(m.select("INBOX"))
    ok(m.store("1", "+FLAGS", r"(\Answered)"))
    same(raw.line(), r"* 1 FETCH (UID 1 FLAGS (\Answered))")
    ok(m.store("1", "+FLAGS.SILENT", r"(\Deleted)"))
    assert "\\Deleted" in raw.line()
    ok(m.expunge())
    same(raw.line(), "* 1 EXPUNGE")
    assert time.monotonic() - began < 2, "pushes came late"
    raw.say("DONE\r\n")
    assert raw.line().startswith("a4 OK")
    raw.say("a5 NONSENSE\r\na6 FETCH 1 (\r\n")
    assert raw.line().startswith("a5 BAD")
    assert raw.line().startswith("a6 BAD")
    raw.say("a7 LOGOUT\r\n")
    assert raw.line().startswith("* BYE")


def strangers():
    raw = Raw()
    raw.say("a1 LOGIN {999999999}\r\n")
    assert raw.line().startswith("a1 NO [TOOBIG]")
    raw.say('a2 LIST "" "*"\r\n')
    assert raw.line().startswith("a2 BAD")


def mail():
    s = smtplib.SMTP("127.0.0.1", smtp_port)
    s.ehlo()
    for word in ("size", "8bitmime", "smtputf8", "pipelining"):
        assert s.has_extn(word), word
    try:
        s.sendmail(USER, [OTHER], DRAFT)
        raise AssertionError("mail without login")
    except smtplib.SMTPSenderRefused as why:
        same(why.smtp_code, 530)
    s.login(USER, PASSWORD)
    try:
        s.sendmail(USER, ["nobody@nowhere.example"], DRAFT)
        raise AssertionError("mail to nobody")
    except smtplib.SMTPRecipientsRefused:
        pass
    s.sendmail(USER, [OTHER], DRAFT + b".\r\n..two\r\n", ["BODY=8BITMIME"])
    s.quit()
    m = client(OTHER, OTHER_PASSWORD)
    ok(m.select())
    seen = ok(m.fetch("1", "(BODY.PEEK[])"))[0][1]
    assert seen.endswith(b"\r\n" + DRAFT + b".\r\n..two\r\n"), seen
    added = seen[: -len(DRAFT + b".\r\n..two\r\n")].decode()
    same([line.split(":")[0] for line in added.splitlines() if line[0] != "\t"],
         ["Return-Path", "Received", "Authentication-Results"])
    m.logout()


logins()
m = client()
folders(m)
messages(m)
searches(m)
changes(m)
condstore(m)
idle(m)
m.logout()
strangers()
mail()
print("all well")
