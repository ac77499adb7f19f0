"""From what a citizen typed to plain lower-case words: folded letters, undone elongation, everyday spellings.

Nothing here is shown to anyone: pages always show the original text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from functools import cache, lru_cache
from importlib import resources

MAX_CHARACTERS = 6_000
MAX_WORDS = 600

# Letters of other scripts that look like Latin ones; NFKC leaves them alone.
_LOOKALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТУХаеорсухіјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοκρυνɑɡıʟɴʀʏᴀʙᴄᴅᴇғɢʜɪᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡᴢ",
    "ABCEHIJKMOPSTYXaeopcyxijsdhqwABEZHIKMNOPTYXaokpuvagilnrYabcdefghijkmopstuvwz",
)
_PIECE = re.compile(r"https?://\S+|www\.\S+|[@#][\w.]*|[a-z0-9]+|\?")
_EATED = re.compile(r"([a-z])\1{2,}")
_DOUBLED = re.compile(r"([a-z]{3,})2(nya)?")
_ENDINGS = ("nya", "lah", "kah", "ku", "mu", "x", "ny", "an", "e")
_BEGINNINGS = ("di", "ke", "se")


def fold(text: str) -> str:
    """Lower-case Latin letters wherever the text imitates them; invisible and stacked marks are dropped."""
    return latin(text).lower()


def latin(text: str) -> str:
    """The same with capitals kept."""
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text).translate(_LOOKALIKES)
    return "".join([c for c in decomposed if c.isascii() or _is_visible(c)])


@lru_cache(maxsize=4_096)
def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Mn", "Me", "Cf")


def pieces(folded: str) -> list[str]:
    """Words, question marks, and links and tags (recognisable by their first characters) of a folded text."""
    return _PIECE.findall(folded)[:MAX_WORDS]


def is_word(piece: str) -> bool:
    """False for links, tags and question marks."""
    return piece[0] not in "@#?" and not piece.startswith(("http", "www."))


# Emoji as signals of how something is meant.
_MOODS: Mapping[str, str] = {
    **dict.fromkeys("😡😠🤬😤👎💢🖕", "angry"),
    **dict.fromkeys("😢😭😔😞😩😥🥺💔", "sad"),
    **dict.fromkeys("😂🤣😅😆😁😜🤪🙃🤡", "laughing"),
    **dict.fromkeys("👍👏❤🔥💪🥰😍🎉✨👌🙌💯😊", "pleased"),
    **dict.fromkeys("🙏", "pleading"),
    **dict.fromkeys("❓🤔🧐", "wondering"),
}


def moods(text: str) -> frozenset[str]:
    """What the emoji of a text tell: angry, sad, laughing, pleased, pleading, wondering."""
    return frozenset() if text.isascii() else frozenset(_MOODS[c] for c in text[:MAX_CHARACTERS] if c in _MOODS)


@cache
def slang() -> dict[str, tuple[str, ...]]:
    """Everyday spelling -> the words it stands for."""
    source = resources.files(__package__).joinpath("data/slang.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in source.splitlines())
    return {spelling: tuple(meaning.split()) for spelling, meaning in rows}


def speller(vocabulary: Container[str], own: Mapping[str, str] | None = None) -> Callable[[str], tuple[str, ...]]:
    """A cached function from one piece to the words it stands for, steering towards `vocabulary`; the region's `own`
    spellings outrank the packaged ones.

    A link, tag or question mark stands for none."""
    table = slang()
    if own:
        table = table | {fold(spelling): tuple(fold(meaning).split()) for spelling, meaning in own.items()}

    @lru_cache(maxsize=50_000)
    def spell(piece: str) -> tuple[str, ...]:
        if not is_word(piece):
            return ()
        if piece in table:
            return table[piece]
        if piece in vocabulary:
            return (piece,)
        doubled = _DOUBLED.fullmatch(piece)
        if doubled:
            return spell(doubled.group(1)) * 2
        for shorter in (_EATED.sub(r"\1", piece), _EATED.sub(r"\1\1", piece)):
            if shorter != piece and (shorter in vocabulary or shorter in table):
                return table.get(shorter, (shorter,))
        return (_stem(_EATED.sub(r"\1", piece), vocabulary),)

    return spell


def _stem(word: str, vocabulary: Container[str]) -> str:
    """The word without one ending or beginning, when only that is known: "lampunya" -> "lampu"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 3 and word[: -len(ending)] in vocabulary:
            return word[: -len(ending)]
    for beginning in _BEGINNINGS:
        if word.startswith(beginning) and len(word) > 5 and word[2:] in vocabulary:
            return word[2:]
    return word
