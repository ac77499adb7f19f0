"""WordPress REST answers as records: nothing here touches the network.

The fields asked for are the whitelist: e-mail, IP and browser of a citizen are never requested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable
from plugins.website.address import without_comment_page
from plugins.website.text import one_line, plain

COMMENT_FIELDS = "id,post,parent,author,author_name,date,date_gmt,content,link"
PAGE_FIELDS = "id,title,link,author,date_gmt"
POST_FIELDS = PAGE_FIELDS + ",excerpt"  # only posts always have an excerpt
NAMELESS = "Anonim"
OFFICE = "Pengelola situs"

_COMMENT = Kind.COMMENT
_POST = Kind.POST
_from_iso = datetime.fromisoformat

Threads = dict[int, ThreadRef]
Records = list[Any]


def listed(answer: Any) -> Records:
    """The records of a collection; raises Malformed when the answer is not a list."""
    if not isinstance(answer, list):
        raise Malformed("WordPress menjawab dengan bentuk yang tidak dikenal.")
    return answer


def parse_page(records: Any, threads: Threads | None = None) -> Iterator[Message | Unreadable]:
    """Comments of one REST page. `threads` remembers what is known of their posts, and learns more.

    A record that lacks anything becomes Unreadable; an answer that is no list raises Malformed.
    """
    refs: Threads = {} if threads is None else threads
    for record in listed(records):
        try:
            yield _comment(record, refs)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            yield Unreadable(reason=_reason("comment", error), external_id=_number_of(record))


def parse_posts(records: Any, base: str = "posts") -> Iterator[Message | Unreadable]:
    """Contents of the collection `base` ("posts", "pages", ...) as the office's own messages,
    "post:<number>"."""
    for record in listed(records):
        try:
            yield _post(record, base)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            number = _number_of(record)
            yield Unreadable(reason=_reason("post", error), external_id=number and post_id(number))


def post_id(number: int | str) -> str:
    """A post's message id: never equal to a comment's number."""
    return f"post:{number}"


def post_numbers(records: Iterable[Any]) -> set[int]:
    """Numbers of the posts these comments hang on."""
    numbers = (record.get("post") for record in records if isinstance(record, dict))
    return {number for number in numbers if isinstance(number, int) and number > 0}


def commenters(records: Iterable[Any]) -> set[int]:
    """Numbers of the registered users among the authors."""
    numbers = (record.get("author") for record in records if isinstance(record, dict))
    return {number for number in numbers if isinstance(number, int) and number > 0}


def ids_of(records: Iterable[Any]) -> list[str]:
    """Ids of the comments that have one."""
    return [number for record in records if (number := _number_of(record))]


def _comment(record: Mapping[str, Any], threads: Threads) -> Message:
    number, post, parent = record["id"], record["post"], record["parent"]
    link = record["link"]
    if not (type(number) is type(post) is type(parent) is int) or number <= 0:
        raise TypeError
    thread = threads.get(post)
    if thread is None:
        thread = threads[post] = ThreadRef(external_id=str(post), url=_page_of(link))
    return Message(
        external_id=str(number),
        kind=_COMMENT,
        thread=thread,
        author=_author(record["author"], record["author_name"]),
        text=plain(record["content"]["rendered"]),
        created_at=_utc(record["date_gmt"]),
        parent_id=str(parent) if parent else None,
        url=link,
    )


def _author(number: int, name: str) -> Author:
    shown = one_line(name) or NAMELESS
    return Author(external_id=f"user:{number}" if number > 0 else None, name=shown)


def _post(record: Mapping[str, Any], base: str) -> Message:
    number, title = record["id"], one_line(plain(record["title"]["rendered"]))
    excerpt = plain(record["excerpt"]["rendered"]) if base == "posts" else ""
    thread = ThreadRef(external_id=str(number), url=_web(record["link"]), title=title)
    return Message(
        external_id=post_id(int(number)),
        kind=_POST,
        thread=thread,
        author=_author(record["author"], OFFICE),
        text="\n\n".join(filter(None, (title, excerpt))),
        created_at=_utc(record["date_gmt"]),
        url=thread.url,
    )


def _utc(value: str) -> datetime:
    """`date_gmt` has no offset although it is UTC."""
    moment = _from_iso(value + "+00:00")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _page_of(link: str) -> str | None:
    """The post's address: the comment's without its anchor and its comment page."""
    return _web(without_comment_page(link))


def _web(link: str) -> str | None:
    return link if link.startswith(("https://", "http://")) else None


def _number_of(record: Any) -> str | None:
    number = record.get("id") if isinstance(record, dict) else None
    return str(number) if isinstance(number, int) and number > 0 else None


def _reason(what: str, error: Exception) -> str:
    """Which key failed, never its value: a value may hold a person's words."""
    missing = f" lacks {error}" if isinstance(error, KeyError) else f" has an unexpected {type(error).__name__}"
    return f"WordPress {what}{missing}"
