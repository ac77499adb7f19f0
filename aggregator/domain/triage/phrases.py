"""Finding known phrases in a run of words: longest first, from left to right, none inside another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


class PhraseBook:
    """Phrases of one and more words. A look-up grows with the words of the text, not with the number of phrases."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(phrases)
        self._longest: dict[str, int] = {}
        for phrase in self._phrases:
            first, length = phrase.split(" ", 1)[0], phrase.count(" ") + 1
            self._longest[first] = max(self._longest.get(first, 0), length)

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """(position, phrase) of each phrase that stands in `words`."""
        position, end = 0, len(words)
        while position < end:
            longest = self._longest.get(words[position])
            if longest is None:
                position += 1
                continue
            step = 1
            for length in range(min(longest, end - position), 0, -1):
                phrase = words[position] if length == 1 else " ".join(words[position : position + length])
                if phrase in self._phrases:
                    yield position, phrase
                    step = length
                    break
            position += step
