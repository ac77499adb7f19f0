"""Files beside an item: what they really are, who may bring and open them, and photos that were used before."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from aggregator.services.attachments import EVIDENCE, MOST_FILES, NOTE, Attachments
from aggregator.services.errors import NotFound, Refused
from aggregator.services.pictures import LARGEST, distance, kept_of
from aggregator.storage.db import Database
from aggregator.storage.tables import attachments, looks
from tests.fakes.clock import SteppableClock
from tests.services.desk import DEVELOPER
from tests.services.team import BUPATI, KOMINFO, RINA, TONO, Team, at_once

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def photo(seed: int = 1, kind: str = "JPEG", size: tuple[int, int] = (640, 480), **saved: Any) -> bytes:
    """A drawn scene; the same seed, the same scene at any size."""
    scene = Image.new("RGB", (320, 240), (40 * seed % 255, 90, 160))
    pen = ImageDraw.Draw(scene)
    for n in range(14):
        x, y = (seed * 37 + n * 53) % 300, (seed * 61 + n * 29) % 220
        pen.rectangle((x, y, x + 40 + n * 3, y + 30), fill=((n * 71 + seed * 13) % 255, (n * 37) % 255, seed * 7 % 255))
    written = io.BytesIO()
    scene.resize(size).save(written, kind, **saved)
    return written.getvalue()


@pytest.fixture
def team(database: Database, clock: SteppableClock) -> Team:
    return Team(database, clock)


@pytest.fixture
def files(team: Team, tmp_path: Path) -> Attachments:
    return Attachments(team.desk.database, team.desk.units, tmp_path / "files", team.clock)


# -- what a file is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "media_type", "ending"), [("JPEG", "jpeg", "JPG"), ("PNG", "png", "png"), ("WEBP", "webp", "")]
)
def test_photos_are_kept_without_what_hides_in_them(kind: str, media_type: str, ending: str) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Kamera Rahasia"
    exif.get_ifd(0x8825)[1] = "S"
    kept = kept_of(photo(kind=kind, exif=exif.tobytes()) + b"<script>hidden</script>", f"a.{ending}")
    assert kept.media_type == f"image/{media_type}"
    assert b"Kamera" not in kept.content and b"script" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as read:
        assert (read.format, read.size, dict(read.getexif())) == (kind, (640, 480), {})


def test_a_photo_stands_upright_and_is_no_larger_than_needed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    with Image.open(io.BytesIO(kept_of(photo(size=(4000, 1000), exif=exif.tobytes()), "a.jpg").content)) as read:
        assert read.size == (640, 2560)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.jpg", "kosong"),
        (b"<html>" * 9, "a.jpg", "bukan JPG"),
        (PDF, "foto.jpg", "bukan JPG"),
        (photo(kind="PNG"), "a.pdf", "bukan PDF"),
        (photo(kind="PNG"), "a.exe", "bukan EXE"),
        (b"MZ\x90", "a.exe", "tidak diterima"),
        (b"GIF89a", "gambar", "tidak diterima"),
        (photo()[:900], "a.jpg", "rusak"),
        (b"\xff\xd8\xff" + b"\0" * 99, "a.jpg", "rusak"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a.webp", "rusak"),
        (PDF + b"x" * LARGEST, "a.pdf", "5 MB"),
    ],
)  # fmt: skip
def test_a_file_that_lies_is_refused_in_plain_words(content: bytes, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        kept_of(content, name)


@pytest.mark.parametrize("size", [(7000, 6000), (20000, 20000)])
def test_a_bomb_is_not_unpacked(size: tuple[int, int]) -> None:
    packed = io.BytesIO()
    Image.new("1", size).save(packed, "PNG")
    assert len(packed.getvalue()) < 100_000
    with pytest.raises(Refused, match=r"ukurannya|rusak"):
        kept_of(packed.getvalue(), "a.png")


# -- who, where, how many ------------------------------------------------------------------------------------------


def test_a_file_is_kept_and_shown_to_who_may_see_the_item(team: Team, files: Attachments, tmp_path: Path) -> None:
    files.attach(RINA, team.code, "surat tugas.pdf", PDF, NOTE)
    files.attach(BUPATI, team.code, "surat tugas.pdf", PDF, NOTE)
    (first, second) = team.page(RINA).team.files
    assert (first.name, first.who, second.who, first.is_image) == ("surat tugas.pdf", "Rina", "Bupati", False)
    opened = files.open(BUPATI, team.code, first.id)
    assert (opened.path.read_bytes(), opened.media_type, opened.name) == (PDF, "application/pdf", "surat tugas.pdf")
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1, "the same bytes once"
    other = team.more("b")
    for code, number, who in (
        (team.code, 99, RINA),
        (other, first.id, RINA),
        ("x", 1, RINA),
        (team.code, first.id, TONO),
    ):
        with pytest.raises(NotFound):
            files.open(who, code, number)
    for who in (TONO, DEVELOPER):
        with pytest.raises(NotFound):
            files.attach(who, team.code, "a.pdf", PDF, NOTE)
    assert team.kinds() == ["opened", "attached", "attached"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\foto\\a.pdf", "a.pdf"), ("a\x00\n\"b.pdf", "a_b.pdf"),
        ("\u202efdp.exe.pdf", "_fdp.exe.pdf"), ("surat (1) é.pdf", "surat (1) é.pdf"), ("..", "berkas"), ("", "berkas"),
        ("a" * 300 + ".pdf", "a" * 76 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_only_a_name(team: Team, files: Attachments, name: str, kept: str) -> None:
    files.attach(RINA, team.code, name, PDF, NOTE)
    assert team.page(RINA).team.files[0].name == kept


def test_ten_files_an_item_also_when_many_come_at_once(team: Team, files: Attachments) -> None:
    for _ in range(MOST_FILES - 2):
        files.attach(RINA, team.code, "a.pdf", PDF, NOTE)
    outcome = at_once(*[lambda: files.attach(RINA, team.code, "a.pdf", PDF, NOTE)] * 5)
    assert outcome == ["done"] * 2 + ["refused"] * 3
    assert len(team.desk.house.rows(attachments)) == MOST_FILES == team.kinds().count("attached")


def test_looking_at_a_file_of_a_confidential_item_is_noted(team: Team, files: Attachments) -> None:
    files.attach(RINA, team.code, "a.pdf", PDF, NOTE)
    number = team.desk.house.rows(attachments)[0].id
    team.put(confidential=True)
    with pytest.raises(NotFound):
        files.open(RINA, team.code, number)
    files.open(KOMINFO, team.code, number)
    assert [look.person_id for look in team.desk.house.rows(looks)] == [4]


# -- evidence ------------------------------------------------------------------------------------------------------

AGAIN: dict[str, Callable[[], bytes]] = {
    "the same": lambda: photo(3),
    "smaller": lambda: photo(3, size=(200, 150)),
    "saved badly": lambda: photo(3, quality=15),
    "as PNG": lambda: photo(3, "PNG", size=(500, 375)),
}


@pytest.mark.parametrize("how", AGAIN)
def test_a_photo_used_before_is_said_to_be(team: Team, files: Attachments, how: str) -> None:
    assert not files.attach(RINA, team.code, "bukti.jpg", photo(3), EVIDENCE)
    assert not files.attach(RINA, team.code, "lain.jpg", photo(4), EVIDENCE)
    other = team.more("b", unit=4)
    content = AGAIN[how]()
    assert files.attach(KOMINFO, other, "baru.png" if content.startswith(b"\x89") else "baru.jpg", content, EVIDENCE)
    assert [(one.seen_before, one.seen_at) for one in team.page(KOMINFO, other).team.files] == [(True, team.code)]
    assert [(one.seen_before, one.seen_at) for one in team.page(TONO, other).team.files] == [(True, None)], "not where"
    assert not files.attach(KOMINFO, other, "catatan.jpg", photo(3), NOTE), "a note's photo is no evidence"


def test_different_scenes_differ() -> None:
    hashes = [kept_of(photo(seed), "a.jpg").look for seed in range(1, 9)]
    far = [distance(a, b) for n, a in enumerate(hashes) for b in hashes[:n] if a is not None and b is not None]
    assert len(far) == 28 and min(far) > 6


def test_a_picture_of_one_colour_is_like_no_other(team: Team, files: Attachments) -> None:
    for colour in ("black", "white"):
        drawn = io.BytesIO()
        Image.new("RGB", (90, 90), colour).save(drawn, "PNG")
        assert not files.attach(RINA, team.code, "a.png", drawn.getvalue(), EVIDENCE)


def test_only_who_works_on_it_brings_evidence(team: Team, files: Attachments) -> None:
    with pytest.raises(Refused, match="menangani"):
        files.attach(BUPATI, team.code, "a.jpg", photo(), EVIDENCE)
    with pytest.raises(Refused):
        files.attach(RINA, team.code, "a.jpg", photo(), "hiasan")
    team.acts.involve(RINA, team.code, team.item().revision, 4, "Mohon cek.")
    files.attach(TONO, team.code, "a.jpg", photo(), EVIDENCE)
    assert [one.purpose for one in team.page(RINA).team.files] == [EVIDENCE]
