"""What was said in a pretended world is still said after a restart."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.fakes.journal import Journal
from aggregator.fakes.world import Comment, Post, World, person
from tests.fakes.clock import START, SteppableClock


def begun(path: Path, clock: SteppableClock | None = None) -> tuple[World, Post, Comment]:
    """A world as it was when its journal began, with what the journal told since."""
    world = World(clock or SteppableClock())
    post = world.post(world.place("facebook", "100", "Dinas Uji"), "Jadwal layanan", START, id="700")
    old = world.say(post, person(1), "Kapan jalan diperbaiki?", START, id="701")
    Journal(world, path).replay_and_go_on()
    return world, post, old


def shown(world: World, post: Post) -> list[tuple[object, ...]]:
    return [
        (one.id, one.author and one.author.name, one.text, one.at, one.parent, one.edited_at, one.hidden, one.more)
        for one in world.comments_of(post)
    ]


def test_everything_that_happened_is_there_again(tmp_path: Path) -> None:
    path, clock = tmp_path / "jurnal.jsonl", SteppableClock()
    world, post, old = begun(path, clock)
    said = world.say(post, person(2), "Saya juga menunggu \u2028 Pak 🙏", clock.step(minutes=5), stars=4)
    world.answer(said, "Hari Kamis, Bu.", clock.step(minutes=5))
    waiting = world.say(post, person(3), "Menunggu persetujuan", clock.step(minutes=1), shown=False)
    gone = world.say(post, person(4), "Ini dihapus", clock.step(minutes=1))
    below = world.answer(gone, "Ini ikut dihapus", clock.step(minutes=1))
    world.edit(old, "Kapan Jalan Kenanga diperbaiki?", clock.step(minutes=1))
    world.hide(said)
    world.remove(gone)
    world.approve(waiting)
    again, same, _ = begun(path)
    assert shown(again, same) == shown(world, post)
    assert [again.comments["facebook", one.id].shown for one in (gone, below, waiting)] == [False, False, True]
    once_more, last, _ = begun(path)
    assert shown(once_more, last) == shown(world, post), "replaying writes nothing down"


def test_it_goes_on_after_the_restart_with_new_ids(tmp_path: Path) -> None:
    path = tmp_path / "jurnal.jsonl"
    world, post, _ = begun(path)
    first = world.say(post, person(2), "Pertama", START + timedelta(minutes=1))
    world, post, _ = begun(path)
    second = world.say(post, person(3), "Kedua", START + timedelta(minutes=2))
    assert int(second.id) > int(first.id)
    world, post, _ = begun(path)
    assert [one.text for one in world.comments_of(post)] == ["Kapan jalan diperbaiki?", "Pertama", "Kedua"]


def test_a_deletion_taken_back_and_hiding_undone_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "jurnal.jsonl"
    world, _, old = begun(path)
    world.hide(old)
    world.hide(old, hidden=False)
    world.remove(old)
    assert not begun(path)[2].shown
    world.approve(old)
    assert (begun(path)[2].shown, begun(path)[2].hidden) == (True, False)


def test_a_world_that_was_furnished_anew_leaves_out_what_has_no_place(tmp_path: Path) -> None:
    path = tmp_path / "jurnal.jsonl"
    world, post, _ = begun(path)
    world.say(post, person(2), "Di bawah unggahan lama")
    fresh = World(SteppableClock())
    fresh.place("facebook", "100", "Dinas Uji")
    assert Journal(fresh, path).replay_and_go_on() == 1
    assert fresh.comments == {}


@pytest.mark.parametrize("author", [None, person(9)])
def test_nobody_and_somebody_stay_who_they_are(tmp_path: Path, author: object) -> None:
    path = tmp_path / "jurnal.jsonl"
    world, post, _ = begun(path)
    said = world.say(post, author, "Siapa saya?", id="800")  # type: ignore[arg-type]  # a person or None
    world, *_ = begun(path)
    assert world.comments["facebook", "800"].author == said.author
