"""A form is taken only from our own page, of the same browser."""

from __future__ import annotations

from tests.web.site import Site

FOREIGN = (
    "https://jahat.example",
    "http://localhost.jahat.example",
    "null",
    "http://localhost:8000",
    "https://",
)


def state_of(site: Site) -> tuple[str, int]:
    page = site.demo.core.inbox.item(site.demo.people["kominfo"], site.demo.codes["c3"])
    return page.state, page.revision


def test_nothing_changes_without_a_token(site: Site) -> None:
    visitor, before = site.visitor("kominfo"), state_of(site)
    for token in (None, "", "x", "ImFi.x.y"):
        data = {"revision": before[1]} | ({} if token is None else {"csrf_token": token})
        answer = visitor.client.post(f"/butir/{site.demo.codes['c3']}/ambil", data=data)
        assert answer.status_code == 400 and state_of(site) == before
        assert "Formulir sudah kedaluwarsa" in answer.text


def test_another_browsers_token_is_foreign(site: Site) -> None:
    visitor, before = site.visitor("kominfo"), state_of(site)
    stolen = site.visitor("operator").form_token()
    data = {"csrf_token": stolen, "revision": before[1]}
    assert visitor.client.post(f"/butir/{site.demo.codes['c3']}/ambil", data=data).status_code == 400
    assert state_of(site) == before


def test_the_token_of_before_the_log_in_is_dead(site: Site) -> None:
    visitor = site.visitor()
    early = visitor.form_token("/masuk")
    visitor.log_in("kominfo")
    assert visitor.client.post("/keluar", data={"csrf_token": early}).status_code == 400
    assert visitor.get("/antrean").status_code == 200


def test_a_foreign_origin_is_refused_even_with_a_token(site: Site) -> None:
    visitor, before = site.visitor("kominfo"), state_of(site)
    for source in FOREIGN:
        for header in ("Origin", "Referer"):
            answer = visitor.post(
                f"/butir/{site.demo.codes['c3']}/ambil", {"revision": before[1]}, headers={header: source}
            )
            assert answer.status_code == 400 and state_of(site) == before, (header, source)


def test_our_own_origin_is_welcome(site: Site) -> None:
    visitor, before = site.visitor("kominfo"), state_of(site)
    answer = visitor.post(
        f"/butir/{site.demo.codes['c3']}/ambil",
        {"revision": before[1]},
        headers={"Origin": "http://localhost"},
    )
    assert answer.status_code == 302 and state_of(site)[1] == before[1] + 1


def test_what_was_typed_survives_a_dead_session(site: Site) -> None:
    visitor = site.visitor("operator")
    token = visitor.form_token()
    visitor.client.delete_cookie("sahut_session")
    words = "Jawaban panjang yang ditulis setengah jam."
    data = {"csrf_token": token, "revision": 1, "text": words}
    answer = visitor.client.post(f"/butir/{site.demo.codes['c3']}/jawab", data=data)
    assert answer.status_code == 401 and words in answer.text and "/masuk?lanjut=" in answer.text
