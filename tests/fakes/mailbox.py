"""A mail server of this process on loopback: takes letters, or says what a test told it to say."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast


@dataclass
class Mailbox:
    """`letters` are those taken. `answers` replaces the answer to a command ("RCPT", "DATA", "END", "AUTH"); `cut` ends
    the line, without a word, after the letter was taken. `tls` offers STARTTLS."""

    letters: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    tls: ssl.SSLContext | None = None
    at_letter: Callable[[], None] = lambda: None
    port: int = 0

    @property
    def ids(self) -> set[str]:
        """The identities of the letters: a mailbox shows each once."""
        return {str(letter["Message-ID"]) for letter in self.letters}

    def to(self) -> list[str]:
        return [str(letter["To"]) for letter in self.letters]


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box = cast(Any, self.server).box
        self._say("220 kotak surat uji")
        while line := self.rfile.readline():
            command = line.decode().strip()
            word = command.upper().partition(" ")[0]
            box.commands.append(command)
            if word in box.answers:
                self._say(box.answers[word])
            elif word == "EHLO":
                self._say("250-kotak surat uji", *(["250-STARTTLS"] if box.tls else []), "250 AUTH PLAIN")
            elif word == "STARTTLS":
                self._say("220 silakan")
                self._wrap(box.tls)
            elif word == "AUTH":
                self._say("235 masuk")
            elif word == "DATA":
                if not self._take(box):
                    return None
            elif word == "QUIT":
                return self._say("221 selamat jalan")
            else:
                self._say("250 baik")
        return None

    def _take(self, box: Mailbox) -> bool:
        self._say("354 tulis")
        body = b""
        while not body.endswith(b"\r\n.\r\n"):
            body += self.rfile.readline()
        if "END" in box.answers:
            self._say(box.answers["END"])
            return True
        box.letters.append(cast(EmailMessage, message_from_bytes(body[:-5], policy=default)))
        box.at_letter()
        if box.cut:
            return False
        self._say("250 diterima")
        return True

    def _wrap(self, tls: ssl.SSLContext) -> None:
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    box: Mailbox

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is none of the server's concern."""


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.box = Mailbox(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.box
        server.shutdown()
        thread.join(5)
