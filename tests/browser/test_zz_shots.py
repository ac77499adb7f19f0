import io
import pytest
from aggregator.domain.access import Role
from tests.browser.chromium import log_in
from tests.fakes.demo import PASSWORD
from tests.web.test_item import routed
from tests.web.test_teamwork import again, share, upload
from tests.services.test_attachments import photo, PDF
pytestmark = pytest.mark.browser
def test_shots(browser, served):
    site = served.site
    core = site.demo.core
    core.people.add("rina", "Rina Kusumawati", Role.OPERATOR, site.demo.units["PUPR"], PASSWORD)
    core.people.add("perawat", "Perawat", Role.OPERATOR, site.demo.units["Dinkes"], PASSWORD)
    code = routed(site)
    other = again(site, "Drainase di depan pasar tersumbat, air meluap ke jalan!")
    op = site.visitor("operator"); rina = site.visitor("rina")
    share(site, code, op, role="part", reason="Puskesmasnya tutup, mohon dicek jadwalnya")
    upload(op, code, photo(2), "bukti lapangan.jpg", purpose="evidence")
    upload(op, code, PDF, "surat tugas.pdf")
    upload(op, other, photo(2), "bukti.jpg", purpose="evidence")
    rina.act(code, "draf", text="Sedang kami tangani hari ini, Pak.")
    rina.act(code, "ikuti")
    third = again2(site)
    core.acts.merge(core.people.find("operator"), third, core.inbox.item(core.people.find("operator"), third).revision, other)
    for scheme in ("light", "dark"):
        for w, h in ((360, 740), (1280, 800)):
            ctx = browser.new_context(viewport={"width": w, "height": h}, color_scheme=scheme)
            page = ctx.new_page()
            log_in(page, served.url, "operator", PASSWORD)
            for name, path in (("item", f"/butir/{code}"), ("other", f"/butir/{other}"), ("merged", f"/butir/{third}"), ("share", f"/butir/{code}/libatkan?unit={site.demo.units['Dinkes']}")):
                page.goto(served.url + path)
                page.wait_for_timeout(300)
                page.screenshot(path=f"/tmp/shots/{name}-{w}-{scheme}.png", full_page=True)
            ctx.close()
    ctx = browser.new_context(viewport={"width": 360, "height": 740}); page = ctx.new_page()
    log_in(page, served.url, "perawat", PASSWORD)
    page.goto(served.url + "/antrean?tab=support"); page.screenshot(path="/tmp/shots/support-360.png", full_page=True)
    page.goto(served.url + f"/butir/{code}"); page.screenshot(path="/tmp/shots/partner-360.png", full_page=True)
def again2(site):
    import tests.web.test_teamwork as t
    from aggregator.contract import Author, Kind, Message, ThreadRef
    from aggregator.services.intake import Source
    from aggregator.storage.ids import code_of
    core, unit = site.demo.core, site.demo.units["PUPR"]
    m = Message(external_id="c11", kind=Kind.COMMENT, thread=ThreadRef(external_id="p1", url="https://pupr.contoh.example/p1"), author=Author(external_id="w11", name="Agus"), text="Got pasar mampet pak, banjir terus", created_at=core.clock())
    core.intake.store(Source(account_id=site.demo.accounts["PUPR"], platform="website", unit_id=unit, own_host=True), [m], core.clock())
    with core.database.read() as c:
        code = code_of(c.exec_driver_sql("SELECT id FROM messages WHERE external_id = 'c11'").scalar_one())
    p = core.inbox.item(site.demo.people["kominfo"], code)
    if p.unit_id != unit:
        core.acts.route(site.demo.people["kominfo"], code, p.revision, unit)
    return code
