"""The website platform: picks the way a site lets itself be read, and stays on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
    Checkpoint,
    Context,
    Cursor,
    Event,
    Message,
    OpenThread,
    Pace,
    Permanent,
    Platform,
    PlatformInfo,
    Setting,
)
from plugins.website.address import account_key, base_of
from plugins.website.answering import Answerer
from plugins.website.blogger import BloggerReader
from plugins.website.blogger_records import number_of
from plugins.website.dates import zone_of
from plugins.website.disqus import DisqusAnswerer, DisqusReader
from plugins.website.disqus_records import thread_number
from plugins.website.errors import refused_everywhere
from plugins.website.inspection import snapshot
from plugins.website.pages import AtDisqus, PageReader
from plugins.website.probe import look_at, usual_root, way_into
from plugins.website.rest_client import Closed
from plugins.website.selector_reader import SelectorReader
from plugins.website.selectors import presets, read_config
from plugins.website.state import State
from plugins.website.wordpress_rest import RestReader

_SETTINGS = (
    Setting(
        name="username",
        label="Nama pengguna WordPress",
        help=("Pengguna yang menjawab; pakai peran Editor, bukan Administrator."),
    ),
    Setting(
        name="app_password",
        label="Sandi aplikasi",
        secret=True,
        help=("Dibuat di WordPress: Pengguna, Profil, Sandi Aplikasi. Hanya perlu untuk menjawab."),
    ),
    Setting(
        name="official_users",
        label="Pengguna resmi lain",
        help=("Nomor atau nama pengguna situs yang berbicara atas nama kantor, dipisah koma."),
    ),
    Setting(
        name="selectors",
        label="Aturan baca",
        help=("Untuk situs bukan WordPress: nama aturan siap pakai (misalnya guestbook-table) atau aturan JSON."),
    ),
    Setting(name="rest_root", label="Alamat REST", help=("Hanya bila situs memindahkan alamat REST WordPress.")),
    Setting(
        name="disqus_shortname",
        label="Nama pendek Disqus",
        help=("Hanya bila Disqus tidak dikenali sendiri: nama sebelum .disqus.com di alamat admin Disqus."),
    ),
    Setting(
        name="access_token",
        label="Token moderator Disqus",
        secret=True,
        help=("Hanya untuk menjawab di Disqus: Access Token pada disqus.com/api/applications, milik akun moderator."),
    ),
    Setting(name="timezone", label="Zona waktu situs", help="WIB, WITA, atau WIT. Kosong berarti WIB."),
)
_APP_SETTINGS = (
    Setting(
        name="disqus_api_key",
        label="Kunci API Disqus",
        help=("Untuk situs yang memakai Disqus: API Key dari disqus.com/api/applications, gratis, satu untuk semua."),
    ),
    Setting(
        name="disqus_api_secret",
        label="Kunci rahasia Disqus",
        secret=True,
        help=("Hanya untuk menjawab di Disqus: API Secret pada halaman yang sama."),
    ),
)
_C = Capability


class Website(Platform):
    """Any office's own site: WordPress by REST, feeds or pages; Blogger; Disqus; other sites by selectors or schema.org."""

    info = PlatformInfo(
        id="website",
        title="Situs web",
        hosts=("disqus.com",),
        own_host=True,
        capabilities=frozenset((_C.POSTS, _C.COMMENTS, _C.REPLIES, _C.THREADS, _C.DELETIONS, _C.EDITS, _C.ANSWER)),
        settings=_SETTINGS,
        app_settings=_APP_SETTINGS,
        pace=Pace(
            every=timedelta(minutes=30),
            overlap=timedelta(days=2),
            calls_per_day=2_000,
            calls_per_pull=60,
            sweep=True,
        ),
        scrapes=True,
    )

    def resolve(self, url: str) -> AccountKey | None:
        """Any web address that is not another platform's."""
        return account_key(url)

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        """The site's front page, how it can be read, when it last published, and who writes for it."""
        return snapshot(account, ctx)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        """Read by the way that worked last time; by the next one when the site has closed it."""
        state = State() if ctx.full else State.load(cursor)
        if not ctx.budget.allows():
            return
        if account.settings.get("selectors"):
            state.driver = "selector"
            yield from _selectors(account, state, ctx).pull()
            return
        if state.must_probe(ctx.now):
            _choose(account, state, ctx)
            yield Checkpoint(cursor=state.cursor())
            if not ctx.budget.allows():
                return
        if state.driver == "blogger":
            yield from BloggerReader(base_of(account.url), state, ctx).pull()
        elif state.driver == "disqus":
            yield from DisqusReader(state, ctx).pull()
        else:
            yield from _by_first_open_way(account, state, ctx)

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        """Many threads in one call by REST; page by page where REST is closed."""
        if not ctx.budget.allows() or not threads:
            return
        if account.settings.get("selectors"):
            yield from _selectors(account, State(driver="selector"), ctx).threads_again(list(threads))
            return
        for again, some in _by_way(account, threads, ctx):
            yield from again(some)

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        """Answer as the configured WordPress user or Disqus moderator; the same words twice are one answer."""
        if number_of(message.thread.external_id):
            raise Permanent("Blogger tidak menerima jawaban dari aplikasi lain; jawab langsung di halamannya.")
        if thread_number(message.thread.external_id):
            return DisqusAnswerer(message, ctx).say(text)
        return Answerer(account, message, ctx).say(text)

    def preset_names(self) -> Sequence[str]:
        """No files are read here; the presets of `selectors` are listed by the account's form."""
        return ()


def _choose(account: Account, state: State, ctx: Context) -> None:
    """Look at the front page and decide where to begin."""
    before = state.driver
    if root := account.settings.get("rest_root"):
        driver, state.root = "rest", root
    elif forum := account.settings.get("disqus_shortname"):
        driver, state.root = "disqus", forum
    else:
        driver, state.root = way_into(look_at(account, ctx), ctx)
    if before and before != driver:
        state.restart(driver)
    state.driver, state.probed, state.in_vain = driver, ctx.now.isoformat(), 0


def _by_way(
    account: Account, threads: Sequence[OpenThread], ctx: Context
) -> Iterator[tuple[Callable[[list[OpenThread]], Iterator[Event]], list[OpenThread]]]:
    """How each thread is read again: its id tells by which way it was found."""
    kinds: dict[str, list[OpenThread]] = {"rest": [], "blogger": [], "disqus": [], "html": []}
    for one in threads:
        kinds[_way_of(one.ref.external_id)].append(one)
    if kinds["blogger"]:
        yield BloggerReader(base_of(account.url), State(), ctx).threads_again, kinds["blogger"]
    if kinds["disqus"]:
        yield DisqusReader(State(), ctx).threads_again, kinds["disqus"]
    if kinds["rest"]:
        yield partial(_numbered_again, account, ctx), kinds["rest"]
    if kinds["html"]:
        yield _pages(account, State(), ctx).threads_again, kinds["html"]


def _way_of(thread_id: str) -> str:
    if thread_id.isdigit():
        return "rest"
    if number_of(thread_id):
        return "blogger"
    return "disqus" if thread_number(thread_id) else "html"


def _numbered_again(account: Account, ctx: Context, threads: list[OpenThread]) -> Iterator[Event]:
    """Threads with WordPress' numbers: by REST, by their pages where REST is closed."""
    root = account.settings.get("rest_root") or usual_root(base_of(account.url), threads[0].ref.url)
    try:
        yield from RestReader(root, State(driver="rest"), ctx).threads_again(threads)
    except Closed:
        yield from _pages(account, State(), ctx).threads_again(threads)


def _by_first_open_way(account: Account, state: State, ctx: Context) -> Iterator[Event]:
    """REST, then feeds, then pages, beginning with the one in use. A way is only remembered (by the reader's
    first Checkpoint) when it was open: a site that refuses everything for an hour is read as before after
    it."""
    pages = _pages(account, state, ctx)
    ways: dict[str, Callable[[], Iterator[Event]]] = {
        "rest": lambda: RestReader(state.root, state, ctx, base_of(account.url)).pull(),
        "feed": pages.pull_feed,
        "html": pages.pull_pages,
    }
    for driver in list(ways)[list(ways).index(state.driver) :]:
        if driver != state.driver:
            state.restart(driver)
        if not ctx.budget.allows():
            return
        try:
            yield from ways[driver]()
        except Closed:
            ctx.log.info("website.way_closed", driver=driver)
        except AtDisqus as found:  # the front page was closed when the way in was looked for
            state.restart("disqus")
            state.root = found.forum
            if ctx.budget.allows():
                yield from DisqusReader(state, ctx).pull()
            return
        else:
            return
    raise refused_everywhere(has_password=bool(ctx.secrets))


def _pages(account: Account, state: State, ctx: Context) -> PageReader:
    return PageReader(base_of(account.url), state, ctx, zone_of(account.settings.get("timezone")))


def _selectors(account: Account, state: State, ctx: Context) -> SelectorReader:
    config = read_config(account.settings["selectors"])
    return SelectorReader(base_of(account.url), config, state, ctx, zone_of(account.settings.get("timezone")))


__all__ = ["Website", "presets"]
