"""Complaints as older versions print them: /pengaduan, ten cards, each with a dialog that holds text and answers.

Read by ids, attributes and words, which all themes share, and not by their classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from aggregator.contract import Message, ThreadRef, Unreadable

from .dates import read_moment
from .parse import STATUSES, ComplaintPage, Said, answers_to, complaint, complaint_id
from .text import visible

_DIALOG = re.compile(r"pengaduan(\d+)\Z")
_TARGET = re.compile(r"#pengaduan(\d+)\Z")
_SAID = re.compile(r"(Pengaduan|Ditanggapi) oleh (.*) \| ([^|]+)\Z", re.DOTALL)
_PAGES = re.compile(r"\s*Halaman\s+\d+\s+dari\s+(\d+)")
_PAGE_LINK = re.compile(r"/pengaduan/(\d+)\Z")
_ANSWERS = re.compile(r"\s*(\d+) Tanggapan\s*\Z")
_STATUS = re.compile(r"status([123])\Z")
_OWN_FORM = re.compile(r"newpengaduan|pengaduan/kirim")


def read_html(soup: BeautifulSoup, url: str, zone: ZoneInfo) -> ComplaintPage | None:
    """One page; None when it is no list of complaints (an empty list is one)."""
    cards = dict(_numbered(soup, _TARGET, "data-target", "data-bs-target"))
    dialogs = dict(_numbered(soup, _DIALOG, "id"))
    if not cards and not dialogs and not _OWN_FORM.search(str(soup)):
        return None
    records: list[Message | Unreadable] = []
    for number in dict.fromkeys([*dialogs, *cards]):
        records += _thread(number, dialogs.get(number), cards.get(number), url, zone)
    return ComplaintPage(tuple(records), _last(soup))


def _numbered(soup: BeautifulSoup, pattern: re.Pattern[str], *attributes: str) -> Iterator[tuple[str, Tag]]:
    for attribute in attributes:
        for tag in soup.select(f"[{attribute}]"):
            if found := pattern.match(str(tag[attribute])):
                yield found[1], tag


def _thread(
    number: str, dialog: Tag | None, card: Tag | None, url: str, zone: ZoneInfo
) -> Iterator[Message | Unreadable]:
    one = complaint_id(number)
    said = [_said(lead) for lead in _leads(dialog)] if dialog is not None else []
    asked = [one for kind, one in said if kind == "Pengaduan"]
    answers = [one for kind, one in said if kind == "Ditanggapi"]
    thread = ThreadRef(external_id=one, url=url)
    if dialog is None or len(asked) != 1 or asked[0] is None:
        yield Unreadable(reason="complaint without author, time or text", external_id=one)
    else:
        title = dialog.find("h4")
        message = complaint(
            number, asked[0], title=visible(title, without="i") if title else "", status=_status(card),
            url=url, zone=zone, media=_photos(dialog, url),
        )  # fmt: skip
        thread = message.thread
        yield message
    good = [one for one in answers if one is not None]
    yield from answers_to(thread, good, zone)
    for _ in range(max(_announced(card), len(answers)) - len(good)):
        yield Unreadable(reason="answer without author, time or text")


def _leads(dialog: Tag) -> Iterator[Tag]:
    """The paragraphs that say who speaks: the first of their block, so that no citizen's text passes for one."""
    for lead in dialog.find_all("p"):
        if lead.find_previous_sibling("p") is None and _SAID.match(visible(lead)):
            yield lead


def _said(lead: Tag) -> tuple[str, Said | None]:
    """Who, when, and the paragraph after it; esensi opens it with a quotation mark that it never closes."""
    found = _SAID.match(visible(lead))
    assert found is not None  # the caller chose it by this pattern
    body = lead.find_next_sibling("p")
    try:
        if body is None:
            return found[1], None
        return found[1], Said(found[2].strip(), visible(body).removeprefix('"').strip(), read_moment(found[3]))
    except ValueError:
        return found[1], None


def _status(card: Tag | None) -> int | None:
    """natra tells it by a class of the card, all themes by a label."""
    if card is None:
        return None
    for name in card.get_attribute_list("class"):
        if found := _STATUS.match(str(name)):
            return int(found[1])
    labels = [visible(span) for span in card.find_all("span")]
    return next((number for label in labels for number, name in STATUSES.items() if label == name), None)


def _announced(card: Tag | None) -> int:
    """How many answers the card says there are."""
    counts = [int(found[1]) for one in card.strings if (found := _ANSWERS.match(one))] if card is not None else []
    return counts[-1] if counts else 0


def _photos(dialog: Tag, url: str) -> tuple[str, ...]:
    addresses = (urljoin(url, str(one["src"])) for one in dialog.find_all("img", src=True))
    return tuple(one for one in addresses if one.startswith(("http://", "https://")))


def _last(soup: BeautifulSoup) -> int:
    said = [int(found[1]) for one in soup.strings if (found := _PAGES.match(one))]
    links = [int(found[1]) for one in soup.find_all("a", href=True) if (found := _PAGE_LINK.search(str(one["href"])))]
    return max([1, *said, *links])
