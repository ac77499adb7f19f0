"""A notice as a letter: plain text, recognisable as a machine's, easy to stop, the same identity at every try."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from aggregator.contract import Notice, NotifyContext, Permanent

# What can be delivered with plain SMTP: no quoting, no letters beyond ASCII, no address literal.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
_MAILBOX = re.compile(rf"{_LOCAL}@{_DOMAIN}\Z")
_LONGEST = 254
_LONGEST_SUBJECT = 150


def mailbox(typed: str) -> str:
    """An address as it is kept, its domain in small letters; raises Permanent when it is none."""
    text = typed.strip()
    if len(text) > _LONGEST or not _MAILBOX.match(text):
        raise Permanent("Itu bukan alamat surel. Contoh: rina@dinas.go.id")
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def letter(notice: Notice, to: str, ctx: NotifyContext) -> EmailMessage:
    """The message. Its Message-ID depends on the notice's key and the address alone: mailboxes that got it already
    throw a second copy away."""
    sender = mailbox(ctx.settings.get("sender", ""))
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _one_line(notice.title)[:_LONGEST_SUBJECT]
    message["From"] = Address("Sahut", addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(ctx.now)
    message["Message-ID"] = f"<{sha256(f'{notice.key} {to}'.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"
    message["List-Unsubscribe"] = f"<{notice.stop_link}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "id"
    if notice.urgent:
        message["Importance"] = "high"
    message.set_content(f"{notice.text}\n\n-- \nAtur pemberitahuan Anda: {notice.stop_link}\n")
    return message


def _one_line(text: str) -> str:
    """A header takes no line break."""
    return " ".join(text.split())
