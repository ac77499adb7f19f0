"""The page of an item's working time, and waiting for its citizen from the item's page."""

from __future__ import annotations

from tests.fakes.clock import SteppableClock
from tests.web.site import Site, one
from tests.web.test_item import routed


def test_the_item_leads_to_its_ledger(site: Site) -> None:
    code, visitor = routed(site), site.visitor("operator")
    link = one(visitor.page(f"/butir/{code}"), "[aria-labelledby=jam-judul] a")
    page = visitor.page(link["href"])
    headings = [heading.text for heading in page.select("main h2")]
    assert any(text.startswith("Tindak lanjut pertama") for text in headings)
    assert any(text.startswith("Penyelesaian") for text in headings)
    assert "Permenpan RB 62/2018" in page.text and "Tenggat" in page.text


def test_waiting_for_the_citizen_is_told_shown_and_taken_back(site: Site) -> None:
    code, visitor = routed(site), site.visitor("operator")
    assert visitor.act(code, "tunggu-warga", reason="").status_code == 422
    assert visitor.act(code, "tunggu-warga", reason="Menanyakan nomor RT.").status_code == 302
    assert "mundur selama menunggu warga" in visitor.page(f"/butir/{code}/waktu").text
    again = visitor.act(code, "tunggu-warga", reason="Sekali lagi.")
    assert again.status_code == 422 and "sudah menunggu warga" in again.text
    assert "Menanyakan nomor RT." in visitor.page(f"/butir/{code}").text
    assert visitor.act(code, "lanjutkan").status_code == 302
    assert "mundur selama" not in visitor.page(f"/butir/{code}/waktu").text
    assert not visitor.page(f"/butir/{code}").select("form[action$='/lanjutkan']")


def test_hours_of_work_are_never_told_as_days(site: Site, clock: SteppableClock) -> None:
    code = routed(site)
    clock.step(days=30)
    page = site.visitor("operator").page(f"/butir/{code}/waktu")
    last = page.select("main section")[-1]
    counted = site.demo.core.working_time.ledger(site.demo.people["kominfo"], code).clocks[-1].counted
    told = next(pair.dd.text for pair in last.select("dl.pairs div") if pair.dt.text == "Jam kerja yang dihitung")
    assert counted.total_seconds() > 72 * 3600, "where a span would begin to speak of days"
    assert told == f"{int(counted.total_seconds() // 3600)} j {int(counted.total_seconds() % 3600 // 60)} m"
    assert "Terlambat" in last.text and "Sabtu" in last.text and "Minggu" in last.text
