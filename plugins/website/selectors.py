"""The declarative way to read any site: CSS selectors as JSON, checked before anything is read.

    {"start": {"pages": ["/buku-tamu?page={n}"], "page_range": [1, 3]}, "item": {"selector": "div.tamu"},
     "fields": {"author": {"selector": ".nama"}, "time": {"selector": ".tgl"}, "text": {"selector": ".isi"}},
     "reply": {"selector": ".jawaban", "official": true, "fields": {"text": {"selector": "p"}}}}

A name instead of JSON is one of the presets. plugins/website/README.md explains every key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import soupsieve

from aggregator.contract import Permanent

MAX_CONFIG = 20_000
MAX_PAGES = 20
_NAMES = ("id", "author", "time", "text", "permalink", "parent")
_NEEDED = ("text",)
_RISKY = re.compile(r"[+*}]\)?[+*{]|\([^)]*[+*{][^)]*\)[+*{]|\\[1-9]")
_SCOPES = ("inside", "next_sibling")
_SPEC_KEYS = frozenset(["selector", "attr", "regex", "remove", "default", "const", "strip", "fallback"])


@dataclass(frozen=True, slots=True)
class Field:
    """How one value is found: an element's text or attribute, cut by a pattern, or a constant."""

    selector: str = ""
    attr: str = ""
    regex: re.Pattern[str] | None = None
    remove: str = ""
    strip: str = ""
    default: str = ""
    const: str = ""
    fallback: Field | None = None


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """Where answers stand and which of them are the office's."""

    selector: str
    scope: str
    fields: Mapping[str, Field]
    official: bool | tuple[str, ...] | str  # always, by author names, or by a class


@dataclass(frozen=True, slots=True)
class SelectorConfig:
    """A checked configuration. `pages` may hold "{n}"; `discover` leads from a list to the pages with
    comments."""

    pages: tuple[str, ...]
    page_range: tuple[int, int]
    discover: Mapping[str, Any] | None
    item: str
    skip_if: str
    fields: Mapping[str, Field]
    reply: ReplyRule | None
    drop: str
    next_page: str
    max_next: int
    min_items: int
    must_contain: str


def read_config(value: str) -> SelectorConfig:
    """JSON or the name of a preset; raises Permanent saying in Indonesian which part is wrong."""
    text = value.strip()
    if not text.startswith("{"):
        if text not in presets():
            raise Permanent(f'Aturan baca "{text[:40]}" tidak dikenal. Pilihan: {", ".join(sorted(presets()))}.')
        return _config(presets()[text])
    if len(text) > MAX_CONFIG:
        raise Permanent(f"Aturan baca terlalu panjang (paling banyak {MAX_CONFIG} huruf).")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (baris {error.lineno}, huruf {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Permanent(f"Aturan baca bukan JSON yang benar{where}.") from None
    base = data.pop("preset", None)
    if base is not None and base not in presets():
        raise _wrong("preset", f"tidak dikenal; pilihan: {', '.join(sorted(presets()))}")
    return _config({**presets()[base], **data} if base else data)


@cache
def presets() -> Mapping[str, Mapping[str, Any]]:
    """Ready configurations by name."""
    text = files("plugins.website").joinpath("presets.json").read_text(encoding="utf-8")
    data: dict[str, dict[str, Any]] = json.loads(text)
    return data


def _config(data: Mapping[str, Any]) -> SelectorConfig:
    known = {"driver", "version", "start", "item", "fields", "reply", "drop", "next_page", "expect"}
    _only(data, known, "aturan")
    start = _mapping(data, "start", {"pages": ["/"]})
    _only(start, {"pages", "page_range", "discover"}, "start")
    item, expect, following = (
        _mapping(data, "item"),
        _mapping(data, "expect", {}),
        _mapping(data, "next_page", {}),
    )
    _only(item, {"selector", "skip_if"}, "item")
    _only(expect, {"min_items", "must_contain"}, "expect")
    _only(following, {"selector", "max"}, "next_page")
    discover = _discover(start)
    pages = tuple(_paths(start.get("pages", [] if discover else ["/"])))
    return SelectorConfig(
        pages=pages,
        page_range=_range(start.get("page_range", [1, 1])),
        discover=discover,
        item=_css(item.get("selector"), "item.selector"),
        skip_if=_css(item.get("skip_if", ""), "item.skip_if"),
        fields=_fields(_mapping(data, "fields"), "fields", _NEEDED),
        reply=_reply(_mapping(data, "reply", {})),
        drop=_css(data.get("drop", ""), "drop"),
        next_page=_css(following.get("selector", ""), "next_page.selector"),
        max_next=_number(following.get("max", 3), 1, MAX_PAGES, "next_page.max"),
        min_items=_number(expect.get("min_items", 0), 0, 1000, "expect.min_items"),
        must_contain=_text(expect.get("must_contain", ""), "expect.must_contain"),
    )


def _fields(data: Mapping[str, Any], where: str, needed: tuple[str, ...]) -> dict[str, Field]:
    _only(data, set(_NAMES), where)
    for name in needed:
        if name not in data:
            raise _wrong(f"{where}.{name}", "wajib diisi")
    return {name: _field(spec, f"{where}.{name}") for name, spec in data.items()}


def _field(spec: Any, where: str, depth: int = 0) -> Field:
    if isinstance(spec, str):
        spec = {"selector": spec}
    if not isinstance(spec, dict) or depth > 3:
        raise _wrong(where, "harus berupa objek {selector, attr, regex, ...}")
    _only(spec, _SPEC_KEYS, where)
    if not spec.get("selector") and "const" not in spec and not spec.get("attr"):
        raise _wrong(where, "perlu selector, attr, atau const")
    fallback = spec.get("fallback")
    remove = spec.get("remove", "")
    return Field(
        selector=_css(spec.get("selector", ""), f"{where}.selector"),
        attr=_text(spec.get("attr", ""), f"{where}.attr"),
        regex=_pattern(spec.get("regex"), f"{where}.regex"),
        remove=_css(", ".join(remove) if isinstance(remove, list) else remove, f"{where}.remove"),
        strip=_text(spec.get("strip", ""), f"{where}.strip"),
        default=_text(spec.get("default", ""), f"{where}.default"),
        const=_text(spec.get("const", ""), f"{where}.const"),
        fallback=_field(fallback, f"{where}.fallback", depth + 1) if fallback is not None else None,
    )


def _reply(data: Mapping[str, Any]) -> ReplyRule | None:
    if not data:
        return None
    _only(data, {"selector", "scope", "fields", "official"}, "reply")
    scope, official = data.get("scope", "inside"), data.get("official", False)
    if scope not in _SCOPES:
        raise _wrong("reply.scope", "harus inside atau next_sibling")
    if isinstance(official, dict):
        _only(official, {"author_in", "class"}, "reply.official")
        names = official.get("author_in", [])
        official = tuple(_text(one, "reply.official.author_in") for one in names) or _text(
            official.get("class", ""), "reply.official.class"
        )
    if not isinstance(official, bool | tuple | str):
        raise _wrong("reply.official", "harus true, false, atau {author_in, class}")
    return ReplyRule(
        _css(data.get("selector"), "reply.selector"),
        scope,
        _fields(_mapping(data, "fields"), "reply.fields", _NEEDED),
        official,
    )


def _discover(start: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """{"feed": "/feed/"} or {"page": "/berita", "selector": "h3 a"}, with "max_pages"."""
    if "discover" not in start:
        return None
    data = _mapping(start, "discover")
    _only(data, {"feed", "page", "selector", "max_pages"}, "start.discover")
    if not data.get("feed") and not (data.get("page") and data.get("selector")):
        raise _wrong("start.discover", "perlu feed, atau page dan selector")
    for name in ("feed", "page"):
        list(_paths([data[name]] if name in data else []))
    _css(data.get("selector", ""), "start.discover.selector")
    return {**data, "max_pages": _number(data.get("max_pages", 10), 1, MAX_PAGES, "start.discover.max_pages")}


def _css(value: Any, where: str) -> str:
    text = _text(value, where)
    try:
        soupsieve.compile(text or "*")
    except (soupsieve.SelectorSyntaxError, NotImplementedError):
        raise _wrong(where, "bukan selector CSS yang benar") from None
    if value is None:
        raise _wrong(where, "wajib diisi")
    return text


def _pattern(value: Any, where: str) -> re.Pattern[str] | None:
    """A pattern that cannot run away: no repetition of a repetition, no reference back."""
    if value is None:
        return None
    text = _text(value, where)
    if len(text) > 200 or _RISKY.search(text):
        raise _wrong(where, "terlalu rumit; pakai pola tanpa pengulangan bertingkat")
    try:
        return re.compile(text)
    except re.error:
        raise _wrong(where, "bukan pola (regex) yang benar") from None


def _paths(value: Any) -> Iterator[str]:
    if not isinstance(value, list) or len(value) > MAX_PAGES:
        raise _wrong("start.pages", f"harus daftar paling banyak {MAX_PAGES} alamat")
    for one in value:
        if not isinstance(one, str) or not one.startswith("/") or one.startswith("//"):
            raise _wrong("start", 'alamat harus diawali "/", misalnya "/buku-tamu"')
        yield one


def _range(value: Any) -> tuple[int, int]:
    ok = isinstance(value, list) and len(value) == 2 and all(type(one) is int for one in value)
    if not ok or not 0 <= value[0] <= value[1] < value[0] + MAX_PAGES:
        raise _wrong("start.page_range", f"harus [dari, sampai], paling banyak {MAX_PAGES} halaman")
    return value[0], value[1]


def _number(value: Any, least: int, most: int, where: str) -> int:
    if type(value) is not int or not least <= value <= most:
        raise _wrong(where, f"harus bilangan {least} sampai {most}")
    return value


def _text(value: Any, where: str) -> str:
    if value is not None and (not isinstance(value, str) or len(value) > 500):
        raise _wrong(where, "harus teks paling panjang 500 huruf")
    return value or ""


def _mapping(data: Mapping[str, Any], name: str, default: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    value = data.get(name, default)
    if not isinstance(value, dict):
        raise _wrong(name, "wajib diisi dan harus berupa objek")
    return value


def _only(data: Mapping[str, Any], known: set[str] | frozenset[str], where: str) -> None:
    for name in data:
        if name not in known:
            raise _wrong(f"{where}.{str(name)[:40]}", f"tidak dikenal; pilihan: {', '.join(sorted(known))}")


def _wrong(where: str, why: str) -> Permanent:
    return Permanent(f"Aturan baca salah di {where}: {why}.")
