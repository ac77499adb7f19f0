"""What was said in a pretended world, kept in a file, so that it is still said after a restart."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from aggregator.fakes.world import Change, Comment, Person, World


class Journal:
    """One JSON line a change. Begin it once the world is as it was when the journal began."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._lock = Lock()

    def replay_and_go_on(self) -> int:
        """Do again what the file tells, then write down what happens from now on; how many lines were done."""
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        lines = text.split("\n")[:-1]  # people's words may hold other ends of line
        for line in lines:
            self._do(json.loads(line))
        self._world.listen(self._note)
        return len(lines)

    def _note(self, change: Change) -> None:
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(_told(change), ensure_ascii=False) + "\n")

    def _do(self, told: dict[str, Any]) -> None:
        world, platform = self._world, told["platform"]
        post = world.posts.get((platform, told["post"]))
        if post is None:
            return  # the world was furnished anew
        comment = world.comments.get((platform, told["id"]))
        if told["what"] == "added" and comment is None:
            author = Person(**told["author"]) if told["author"] else None
            at = datetime.fromisoformat(told["at"])
            world.say(post, author, told["text"], at, id=told["id"], parent=told["parent"], **told["more"])
            world.keep_off(told["id"])
        elif comment is not None:
            _change(world, comment, told)


def _change(world: World, comment: Comment, told: dict[str, Any]) -> None:
    if told["what"] == "edited":
        world.edit(comment, told["text"], datetime.fromisoformat(told["edited_at"]))
    elif told["what"] == "removed":
        world.remove(comment)
    elif told["what"] == "hidden":
        world.hide(comment, told["hidden"])
    else:
        world.approve(comment)


def _told(change: Change) -> dict[str, Any]:
    one = change.comment
    author = {"id": one.author.id, "name": one.author.name, "handle": one.author.handle} if one.author else None
    return {
        "what": change.what, "platform": one.post.place.platform, "post": one.post.id, "id": one.id, "author": author,
        "text": one.text, "at": one.at.isoformat(), "parent": one.parent, "hidden": one.hidden,
        "edited_at": one.edited_at and one.edited_at.isoformat(), "more": _plain(one.more),
    }  # fmt: skip


def _plain(more: dict[str, Any]) -> dict[str, Any]:
    """What a skin noted of a comment, as far as JSON can tell it."""
    return {name: value for name, value in more.items() if isinstance(value, str | int | float | bool | None)}
