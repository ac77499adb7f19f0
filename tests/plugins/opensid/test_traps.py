"""The traps of OpenSID, one by one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import AuthExpired, Malformed, Transient, cursor_fault
from aggregator.fakes.skins import opensid as skin
from plugins.opensid import site

from .reading import NOW, Reading
from .world import (
    ASKED_DESK,
    ASKED_ROAD,
    BUDI,
    DESK,
    FAIR,
    FIRST_DAY,
    HOST,
    LATE,
    RAHMAT,
    ROAD,
    RUBBISH_AGAIN,
    SITI,
    Village,
)

FACES = ("natra", "esensi", "json")
ON_REPAIR = "<html><body><h1>Situs sedang dalam perbaikan</h1> OpenSID</body></html>"
PARKED = "<html><body><h1>This domain is for sale</h1></body></html>"
CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/'></script>"
)


@pytest.mark.parametrize("face", FACES)
def test_every_face_gives_the_same_ids(face):
    assert Reading().pull(Village(face).kit()).store.shown() == FIRST_DAY


def test_a_village_that_changes_its_face_doubles_and_loses_nothing():
    reading = Reading()
    for face in FACES:
        reading.pull(Village(face).kit(), now=NOW + timedelta(hours=2)).threads(Village(face).kit())
        assert reading.store.shown() == FIRST_DAY, face


def test_comments_approved_late_are_read_in_spite_of_their_old_time():
    village = Village()
    reading = Reading().pull(village.kit())
    village.world.approve(village.comments["206"])
    assert LATE in reading.pull(village.kit()).shown


def test_an_edit_keeps_the_id_and_a_deletion_of_a_twin_buries_one():
    village = Village("esensi")
    reading = Reading().pull(village.kit())
    reading.threads(village.next_day().kit())
    assert reading.shown[ASKED_DESK].text == "Loket tutup jam berapa ya, Pak? Mohon dijawab."
    assert RUBBISH_AGAIN in reading.store.gone


@pytest.mark.parametrize("face", FACES)
def test_complaints_carry_their_status(face):
    shown = Reading().pull(Village(face).kit()).shown
    assert shown["pengaduan:301"].raw == {"status": "Sedang Diproses"}
    assert shown["pengaduan:302"].raw == {"status": "Menunggu Diproses"}
    assert shown["pengaduan:301"].thread.title == "Lampu jalan mati"


@pytest.mark.parametrize("face", ("natra", "esensi"))
def test_a_citizen_cannot_pass_for_the_village(face):
    village = Village(face)
    village.report(305, BUDI, "Tipu", "Ditanggapi oleh Administrator | 2026-03-06 10:00:00", "2026-03-06 09:00:00")
    village.say(209, 13, BUDI, "Ditanggapi oleh Administrator | 2026-03-06 10:00:00", "2026-03-06 09:00:00")
    shown = Reading().pull(village.kit()).shown
    office = {one for one, message in shown.items() if message.author.external_id == "admin"}
    assert not any(one.startswith("pengaduan:305:") for one in shown)
    assert {shown[one].text for one in office if not one.startswith("artikel/")} == {
        "Minggu depan dikerjakan.",
        "Sudah kami laporkan ke PLN.",
    }


@pytest.mark.parametrize("face", FACES)
def test_names_with_a_bar_and_texts_with_signs_stay_whole(face):
    village = Village(face)
    odd = type(SITI)(id="odd", name='Bu "Siti" | <RT 05>')
    village.report(305, odd, "A & B", '3 < 5 & "murah" | katanya', "2026-03-06 09:00:00")
    message = Reading().pull(village.kit()).shown["pengaduan:305"]
    assert (message.author.name, message.text) == ('Bu "Siti" | <RT 05>', '3 < 5 & "murah" | katanya')


def test_cut_texts_say_so_and_indonesian_dates_are_read():
    long = "Jalan di depan sekolah dasar berlubang sejak banjir bulan lalu"
    village = Village("json", cut=True)
    village.report(305, SITI, "Jalan", long, "2026-03-06 09:00:59")
    message = Reading().pull(village.kit()).shown["pengaduan:305"]
    assert (message.text, message.raw["truncated"]) == (long[:50] + "…", True)
    assert (message.created_at.isoformat(), message.precision) == ("2026-03-06T02:00:00+00:00", "minute")
    assert message.url == "https://sukamaju.desa.id/pengaduan"


def test_pictures_inside_the_answer_are_dropped_and_addresses_kept():
    village = Village("json")
    for number, photo in ((305, "data:image/png;base64,iVBORw0KGgo="), (306, "https://sukamaju.desa.id/foto?s=1")):
        village.report(number, SITI, "Foto", "Ada fotonya", "2026-03-06 09:00:00")
        village.posts[str(number)].more["foto"] = photo
    shown = Reading().pull(village.kit()).shown
    assert shown["pengaduan:305"].media == ()
    assert shown["pengaduan:306"].media == ("https://sukamaju.desa.id/foto?s=1",)


def test_a_leak_is_told_and_stays_out():
    leaking, tight = Village("json", leak=True), Village("json")
    snapshot = Reading().inspect(leaking.kit())
    assert "data pribadi" in snapshot.problem
    assert Reading().inspect(tight.kit()).problem is None
    reading = Reading().pull(leaking.kit())
    private = [word for post in leaking.posts.values() for word in skin.private_data(post).values()]
    assert not any(word in repr(message) for message in reading.shown.values() for word in private)


def test_ids_may_stand_among_the_attributes_and_statuses_be_text():
    village, changed = Village("json").kit(), []

    def other_build(request):
        reply = village(request)
        if "internal_api" not in request.url:
            return reply
        answer = json.loads(reply.body)
        for row in answer["data"]:
            row["attributes"] |= {"id": int(row.pop("id")), "status": str(row["attributes"]["status"])}
        changed.append(len(answer["data"]))
        return Reply.json(answer)

    assert Reading().pull(other_build).store.shown() == FIRST_DAY
    assert changed == [3]


def test_servers_without_rewriting_are_read_below_index_php():
    reading = Reading().pull(Village(index=True).kit())
    assert reading.store.shown() == FIRST_DAY
    assert all("/index.php/" in url for url in reading.urls[1:])
    assert not reading.threads(Village(index=True).kit()).store.gone


@pytest.mark.parametrize("page", (ON_REPAIR, PARKED, CHALLENGE, ""))
@pytest.mark.parametrize("face", FACES)
def test_a_page_that_is_not_the_sites_buries_nobody(face, page):
    reading = Reading().pull(Village(face).kit())
    for turn in (reading.pull, reading.threads):
        with pytest.raises((Transient, Malformed)):
            turn(lambda _: Reply.html(page))
    assert not reading.store.gone


@pytest.mark.parametrize("face", FACES)
def test_talk_of_repairs_is_not_a_site_under_repair(face):
    village = Village(face)
    village.article(15, "Jembatan Sedang Dalam Perbaikan\nMohon bersabar.", "2026-03-06 07:00:00")
    village.report(305, SITI, "Jalan", "Jalan katanya dalam perbaikan, kapan selesai?", "2026-03-06 09:00:00")
    new = {"artikel/2026/3/6/jembatan-sedang-dalam-perbaikan-15", "pengaduan:305"}
    assert Reading().pull(village.kit()).store.shown() == FIRST_DAY | new


def test_a_host_that_forgot_all_its_pages_buries_nobody():
    """Hosting that ran out: every path is 404, the front page is a parking place."""
    reading = Reading().pull(Village().kit())
    with pytest.raises(Transient):
        reading.threads(lambda request: Reply.html(PARKED, 200 if request.url.endswith(".id/") else 404))
    assert not reading.store.gone


def test_an_article_that_is_gone_takes_its_comments_along():
    village = Village()
    reading = Reading().pull(village.kit())
    village.posts["11"].shown = False
    reading.threads(village.kit())
    assert {ROAD, ASKED_ROAD} < reading.store.gone
    assert DESK not in reading.store.gone


def test_a_page_cut_short_buries_nobody():
    village = Village()
    world, cut = village.kit(), []
    reading = Reading().pull(world)

    def half(request):
        reply = world(request)
        if "/artikel/" in request.url or "/pengaduan" in request.url:
            cut.append(request.url)
            return Reply(reply.status, reply.headers, reply.body[: len(reply.body) * 6 // 10])
        return reply

    reading.threads(half)
    assert cut
    assert not reading.store.gone


def test_a_php_notice_before_the_page_does_not_hide_it():
    world = Village().kit()

    def noisy(request):
        reply = world(request)
        return Reply(reply.status, reply.headers, b"<b>Notice</b>: Undefined index in /x.php\n" + reply.body)

    assert Reading().pull(noisy).store.shown() == FIRST_DAY


def test_a_menu_switched_off_keeps_what_was_read():
    reading = Reading().pull(Village().kit())
    reading.pull(Village(complaints=False).kit()).threads(Village(complaints=False).kit())
    assert "pengaduan:301" in reading.store.shown()


def test_an_article_closed_to_comments_keeps_them():
    """esensi hides all comments of an article whose form was closed."""
    village = Village("esensi")
    world = village.kit()
    reading = Reading().pull(world)

    def closed(request):
        reply = world(request)
        if "/artikel/" not in request.url:
            return reply
        page = reply.body.decode()
        start = page.index('<div id="semuaKomentar">') if "semuaKomentar" in page else page.index("<form")
        return Reply(reply.status, reply.headers, (page[:start] + page[page.index("<footer>") :]).encode())

    reading.threads(closed)
    assert not reading.store.gone


def test_inspect_names_what_it_sees():
    snapshot = Reading().inspect(Village().kit())
    assert (snapshot.exists, snapshot.title, snapshot.active) == (True, "Desa Sukamaju", True)
    assert (snapshot.posts_30d, snapshot.own_author_ids) == (4, {"admin"})
    assert snapshot.last_post_at.isoformat() == "2026-03-04T00:00:00+00:00"
    assert "pengaduan" in snapshot.reads
    assert "tidak aktif" in Reading().inspect(Village(complaints=False).kit()).reads


def test_inspect_says_when_it_is_no_opensid():
    snapshot = Reading().inspect(lambda _: Reply.html(PARKED))
    assert snapshot.exists
    assert "OpenSID" in snapshot.problem
    assert not Reading().inspect(lambda _: Reply.html("", 404)).exists


def test_a_refusal_is_not_taken_for_a_deletion():
    reading = Reading().pull(Village().kit())
    with pytest.raises(AuthExpired):
        reading.threads(lambda _: Reply.html("<h1>Forbidden</h1>", 403))
    assert not reading.store.gone


def test_a_first_reading_goes_on_over_many_short_turns(monkeypatch):
    for name in ("CARDS", "COMPLAINTS"):
        monkeypatch.setattr(skin, name, 2)
    monkeypatch.setattr(site, "PAGE_SIZE", 2)
    village = Village()
    for number in range(320, 330):
        village.report(number, RAHMAT, "Lagi", f"Keluhan nomor {number}", "2026-03-06 09:00:00")
    reading = Reading()
    for _ in range(20):
        reading.pull(village.kit(), calls=4)
    assert reading.store.shown() == FIRST_DAY | {f"pengaduan:{number}" for number in range(320, 330)}


def test_one_broken_article_does_not_stand_in_the_way_of_the_others():
    world, broken = Village().kit(), FAIR

    def failing(request):
        return Reply.html("Fatal error", 500) if broken in request.url else world(request)

    reading = Reading()
    for _ in range(2):
        with pytest.raises(Transient):
            reading.pull(failing)
    assert reading.store.shown() >= FIRST_DAY - {FAIR}
    assert reading.pull(world).store.shown() == FIRST_DAY


def test_an_article_that_leads_elsewhere_keeps_its_comments():
    village = Village()
    world = village.kit()
    reading = Reading().pull(world)

    def moved(request):
        return Reply(302, {"location": f"https://{HOST}/"}) if ROAD in request.url else world(request)

    reading.threads(moved)
    assert not reading.store.gone
    assert [one.external_id for one in reading.store.unreadable] == [ROAD]


def test_a_menu_full_of_links_does_not_burst_the_cursor():
    world = Village("esensi").kit()
    links = "".join(f'<a href="/artikel/2019/1/1/{"profil-desa-" * 20}{number}">x</a>' for number in range(200))

    def crowded(request):
        reply = world(request)
        if request.url == f"https://{HOST}/":
            return Reply(reply.status, reply.headers, reply.body.replace(b"</body>", f"{links}</body>".encode()))
        return reply

    reading = Reading().pull(crowded, calls=3).pull(crowded, calls=30)
    assert cursor_fault(reading.store.cursor) is None
    assert reading.store.shown() >= FIRST_DAY
