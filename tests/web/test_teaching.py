"""The pages of triage: reasons, masks, review, rules with their trial, words, quality and models; all without a script."""

from __future__ import annotations

from sqlalchemy import select, update

from aggregator.storage.ids import id_of
from aggregator.storage.tables import events, examples, items, messages
from tests.services.test_learning import invented, teach
from tests.web.site import Site, soup

NIK = "1702064503850001"


def put(site: Site, name: str, text: str, **columns: object) -> None:
    """Change what a citizen wrote, and where its item stands."""
    identity = id_of(site.demo.codes[name])
    with site.demo.core.database.write() as connection:
        connection.execute(update(messages).where(messages.c.id == identity).values(text=text))
        if columns:
            connection.execute(update(items).where(items.c.id == identity).values(columns))


def kinds_of_events(site: Site, name: str) -> list[str]:
    with site.demo.core.database.read() as connection:
        statement = select(events.c.kind).where(events.c.item_id == id_of(site.demo.codes[name])).order_by(events.c.id)
        return list(connection.execute(statement).scalars())


def test_personal_data_are_masked_for_all_but_the_handling_office(site: Site) -> None:
    code = site.demo.codes["c3"]
    put(site, "c3", f"Lurahnya sudah tahu, NIK saya {NIK}, hp 0812-3456-7890")
    for role in ("kominfo", "bupati"):
        visitor = site.visitor(role)
        for path in (f"/butir/{code}", "/antrean?tab=all", "/antrean?cari=lurahnya&tab=all"):
            for headers in ({}, {"X-Sahut-Fragment": "1"}):
                text = visitor.get(path, headers=headers).get_data(as_text=True)
                assert NIK not in text and "3456" not in text, (role, path)
        assert "[NIK disamarkan]" in visitor.get(f"/butir/{code}").get_data(as_text=True)
    operator = site.visitor("operator").get(f"/butir/{code}").get_data(as_text=True)
    assert NIK in operator
    assert "buka-data" not in operator


def test_a_number_that_the_lists_cut_goes_through_is_masked(site: Site) -> None:
    text = "panjang " * 29 + f"NIK {NIK} dan seterusnya"
    put(site, "c3", text)
    assert text.index(NIK) < 240 < text.index(NIK) + len(NIK)
    assert "17020645" not in site.visitor("kominfo").get("/antrean?tab=all").get_data(as_text=True)


def test_unmasking_is_noted_and_opens_for_that_person_and_a_while_only(site: Site) -> None:
    code = site.demo.codes["c3"]
    put(site, "c3", f"NIK saya {NIK}")
    kominfo, bupati = site.visitor("kominfo"), site.visitor("bupati")
    assert kominfo.post(f"/butir/{code}/buka-data").status_code == 302
    assert NIK in kominfo.get(f"/butir/{code}").get_data(as_text=True)
    assert NIK not in bupati.get(f"/butir/{code}").get_data(as_text=True)
    assert kinds_of_events(site, "c3").count("unmasked") == 1
    assert "Data pribadi dibuka" in kominfo.get(f"/butir/{code}").get_data(as_text=True)
    with site.demo.core.database.write() as connection:
        old = site.demo.core.clock().timestamp() - 16 * 60
        then = site.demo.core.clock().fromtimestamp(old, site.demo.core.clock().tzinfo)
        connection.execute(update(events).where(events.c.kind == "unmasked").values(at=then))
    assert NIK not in kominfo.get(f"/butir/{code}").get_data(as_text=True)


def test_another_offices_item_cannot_be_unmasked(site: Site) -> None:
    put(site, "c3", f"NIK saya {NIK}", unit_id=site.demo.units["Dinkes"])
    assert site.visitor("operator").post(f"/butir/{site.demo.codes['c3']}/buka-data").status_code == 404
    assert "unmasked" not in kinds_of_events(site, "c3")


def test_reasons_stand_as_chips_with_what_they_rest_on(site: Site) -> None:
    page = site.visitor("operator").page(f"/butir/{site.demo.codes['c3']}")
    chips = [chip.get_text(" ", strip=True) for chip in page.select(".reasons li")]
    assert any(chip.startswith("Kata: kata “") and "PUPR" in chip for chip in chips)
    assert any(chip.startswith("Akun: ditulis di akun") for chip in chips)


def test_the_choice_of_another_unit_says_why_in_words(site: Site) -> None:
    for path in (f"/butir/{site.demo.codes['c3']}", f"/butir/{site.demo.codes['c3']}/teruskan"):
        page = site.visitor("kominfo").page(path).text
        assert "Reason(" not in page, path
    choices = site.visitor("kominfo").page(f"/butir/{site.demo.codes['c3']}").select("#teruskan .choice .quiet")
    assert any("jalan" in choice.text or "ditulis di akun" in choice.text for choice in choices)


def test_what_is_hidden_can_be_reviewed_both_ways(site: Site) -> None:
    visitor, code = site.visitor("kominfo"), site.demo.codes["c6"]
    page = visitor.page("/triase/tinjau")
    assert "Mantap, terima kasih PUPR!" in page.text
    assert visitor.post(f"/triase/tinjau/{code}").status_code == 302
    item = site.demo.core.inbox.item(site.demo.people["kominfo"], code)
    assert item.state in ("routed", "new", "working")
    assert "Tidak ada yang perlu ditinjau" in visitor.page("/triase/tinjau").text


def test_a_rule_is_tried_before_it_is_kept(site: Site) -> None:
    visitor = site.visitor("kominfo")
    wanted = {
        "name": "PJU ke Dinkes",
        "words": "lampu jalan; pju",
        "outcome": "unit",
        "unit_id": site.demo.units["Dinkes"],
    }
    tried = soup(visitor.post("/triase/aturan/simpan", wanted))
    assert "cocok dengan 1 dan akan memindahkan 1" in " ".join(tried.select_one("#coba").text.split())  # type: ignore[union-attr]
    assert "Belum ada aturan" in visitor.page("/triase/aturan").text
    assert visitor.post("/triase/aturan/simpan", wanted | {"keep": "1"}).status_code == 302
    assert "PJU ke Dinkes" in visitor.page("/triase/aturan").text
    rule = site.demo.core.rules.page()[0].rule
    assert visitor.page(f"/triase/aturan/{rule.id}").select_one("#words").text.strip() == "lampu jalan; pju"  # type: ignore[union-attr]
    for act, word in (("hentikan", "Dihentikan"), ("pakai", "Hentikan"), ("hapus", "Belum ada aturan")):
        assert visitor.post(f"/triase/aturan/{rule.id}/{act}").status_code == 302
        assert word in visitor.page("/triase/aturan").text


def test_a_rule_that_makes_no_sense_keeps_what_was_typed(site: Site) -> None:
    answer = site.visitor("kominfo").post("/triase/aturan/simpan", {"name": "Kosong", "outcome": "unit"})
    assert answer.status_code == 422
    page = soup(answer)
    assert "sedikitnya satu syarat" in page.text
    assert page.select_one("#name")["value"] == "Kosong"  # type: ignore[index]


def test_words_and_places(site: Site) -> None:
    visitor = site.visitor("kominfo")
    assert visitor.post("/triase/kata", {"spelling": "ngapo", "meaning": "kenapa"}).status_code == 302
    assert visitor.post("/triase/kata", {"spelling": "dua kata", "meaning": "x"}).status_code == 422
    place = {"name": "Pasar Atas", "kind": "pasar", "unit_id": site.demo.units["Kecamatan Sukamaju"]}
    assert visitor.post("/triase/tempat", place).status_code == 302
    assert visitor.post("/triase/tempat", place).status_code == 422
    page = visitor.page("/triase/kata")
    assert "ngapo" in page.text
    assert "Pasar Atas" in page.text
    assert visitor.post("/triase/kata/hapus", {"spelling": "ngapo"}).status_code == 302
    assert "ngapo" not in [row.text for row in visitor.page("/triase/kata").select("tbody th bdi")]


def test_quality_and_thresholds(site: Site) -> None:
    visitor = site.visitor("kominfo")
    assert "Sekarang 88\u00a0%" in visitor.page("/triase/mutu").text
    assert visitor.post("/triase/mutu/batas", {"unit_id": 0, "percent": "95"}).status_code == 302
    assert "Sekarang 95\u00a0%" in visitor.page("/triase/mutu").text
    assert visitor.post("/triase/mutu/batas", {"unit_id": site.demo.units["PUPR"], "percent": "101"}).status_code == 302
    assert "Sekarang tidak pernah" in visitor.page(f"/triase/mutu?unit={site.demo.units['PUPR']}").text
    assert visitor.post("/triase/mutu/batas", {"unit_id": 0, "percent": "3"}).status_code == 422


def test_models_show_how_they_did_and_can_be_taken_back(site: Site) -> None:
    visitor = site.visitor("kominfo")
    assert "Belum ada versi" in visitor.page("/triase/model").text
    teach(site.demo, invented(40, site.demo.units))
    page = visitor.page("/triase/model")
    assert "Usul pertama benar" in page.text
    assert visitor.post("/triase/model/latih").status_code == 302
    assert "menunggu giliran" in visitor.page("/triase/model").text
    assert visitor.post("/triase/model/bawaan").status_code == 302
    with site.demo.core.database.read() as connection:
        assert connection.execute(select(examples.c.id)).first() is not None  # nothing learnt is thrown away


def test_triage_says_who_is_responsible_outside_and_offers_an_answer(site: Site) -> None:
    put(site, "c4", "mati lampu dari PLN sejak pagi", unit_id=None, state="new")
    verdict = (
        '{"reasons":[["word","kata “mati lampu”"]],"outside":true,"body":"PLN","candidates":[],"kind":"complaint",'
        '"unit":null,"auto":false,"needs":true,"sp4n":"pengaduan tidak berkadar pengawasan"}'
    )
    put(site, "c4", "mati lampu dari PLN sejak pagi", verdict=verdict, topic="PLN")
    page = site.visitor("kominfo").page(f"/triase?butir={site.demo.codes['c4']}")
    assert "Mungkin bukan kewenangan kabupaten: PLN." in page.text
    assert "telepon 123" in page.select_one("#usul").text  # type: ignore[union-attr]
