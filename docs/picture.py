#!/usr/bin/env python3
"""Records what a command prints on a terminal as an SVG picture.

    docs/picture.py docs/demo.svg target/release/askfirst demo

Only what this program prints is understood: lines, colours, bold and faint. A line that is written
over (a progress bar) shows as it was last.
"""

import html
import os
import pty
import re
import select
import subprocess
import sys

COLUMNS, SIZE, LEADING = 84, 14, 19
COLOURS = {"31": "#f07178", "32": "#a5d6a7", "33": "#ffcb6b", "34": "#82aaff", "35": "#c792ea", "36": "#89ddff"}


def record(command):
    """The bytes that the command writes to its terminal."""
    ours, theirs = pty.openpty()
    environment = dict(os.environ, TERM="xterm-256color", COLUMNS=str(COLUMNS))
    environment.pop("NO_COLOR", None)
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    said = b""
    while True:
        ready, _, _ = select.select([ours], [], [], 60)
        if not ready:
            child.kill()
            sys.exit("the command was silent for a minute")
        try:
            block = os.read(ours, 65536)
        except OSError:  # how Linux tells that the other end is closed
            break
        if not block:
            break
        said += block
    if child.wait() != 0:
        sys.exit(f"the command ended with {child.returncode}")
    return said.decode()


def spans(line):
    """(classes, text) of one line."""
    style = []
    for part in re.split(r"(\x1b\[[0-9;]*[A-Za-z])", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if code:
            for number in code.group(1).split(";"):
                style = [] if number in ("", "0") else style + [number]
        elif part and not part.startswith("\x1b"):
            yield tuple(style), part


def picture(text, title):
    lines = [line.split("\r")[-1].rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    width, height = int(COLUMNS * SIZE * 0.602) + 40, len(lines) * LEADING + 44
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="#1b2027"/>',
        f'<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="{SIZE}" fill="#d8dee9">',
    ]
    for number, line in enumerate(lines):
        parts = []
        for style, words in spans(line):
            look = ""
            if "1" in style:
                look += ' font-weight="bold"'
            if "2" in style:
                look += ' fill="#8a94a3"'
            for code in style:
                if code in COLOURS:
                    look += f' fill="{COLOURS[code]}"'
            parts.append(f"<tspan{look}>{html.escape(words, quote=False)}</tspan>")
        if parts:
            y = 30 + number * LEADING
            out.append(f'<text x="20" y="{y}" xml:space="preserve">{"".join(parts)}</text>')
    return "\n".join(out + ["</g>", "</svg>", ""])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    path, command = sys.argv[1], sys.argv[2:]
    shown = " ".join([os.path.basename(command[0])] + command[1:])
    drawn = picture(f"\x1b[2m$ \x1b[0m\x1b[1m{shown}\x1b[0m\n" + record(command), f"What {shown} shows")
    with open(path, "w", encoding="utf-8") as file:
        file.write(drawn)


main()
