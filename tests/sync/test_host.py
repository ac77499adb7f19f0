"""Whatever is wrong with one plugin, it alone is skipped, with its reason, and the others work."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from structlog.testing import capture_logs

from aggregator.contract import WorkEvent
from aggregator.contract.hooks import HOOK_NAMES
from aggregator.sync.discovery import PluginFolder
from aggregator.sync.host import PluginHost, PluginStatus

MANIFEST = """
id = "{id}"
title = "Judul {id}"
version = "1.2"
contract = 1
summary = "Untuk pengujian."
"""
GOOD = """
from aggregator.contract import AccountKey, Platform, PlatformInfo, hookimpl

class P(Platform):
    info = PlatformInfo(id="{id}", title="T", own_host={own_host})
    def resolve(self, url):
        return AccountKey(platform="{id}", key=url, url=url)

@hookimpl
def register_platforms():
    return [P()]
"""
EVENT = WorkEvent(kind="item.opened", item="abc", unit=None, at=datetime(2026, 11, 2, tzinfo=UTC))


def good(plugin_id: str, more: str = "", own_host: bool = False) -> str:
    return GOOD.format(id=plugin_id, own_host=own_host) + more


def add(folder: Path, plugin_id: str, code: str, manifest: str | None = None) -> Path:
    path = folder / plugin_id
    path.mkdir(parents=True)
    (path / "plugin.toml").write_text(MANIFEST.format(id=plugin_id) if manifest is None else manifest)
    (path / "__init__.py").write_text(code)
    return path


def load(*folders: Path) -> PluginHost:
    return PluginHost.load([PluginFolder(folder) for folder in folders], entry_points=False)


def status_of(host: PluginHost, plugin_id: str) -> PluginStatus:
    (status,) = [status for status in host.statuses if status.id == plugin_id]
    return status


@pytest.fixture(autouse=True)
def no_modules_left() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("sahut_plugin_", "bawaan_")):
            del sys.modules[name]


HEAD = "from aggregator.contract import *\nfrom aggregator.contract import hookimpl\n"
PLATFORM = HEAD + "class P(Platform):\n    info = {info}\n@hookimpl\ndef register_platforms():\n    return {handed}\n"


def platform(info: str, handed: str = "[P()]") -> str:
    return PLATFORM.format(info=info, handed=handed)


INFO = 'PlatformInfo(id="rusak", title="T")'
BROKEN_CODE = {
    "syntax": ("def f(:\n", "SyntaxError"),
    "import error": ("import tidak_ada_sama_sekali\n", "ModuleNotFoundError: No module named 'tidak_ada"),
    "where": ("x = 1\n\nraise ValueError('salah')\n", "ValueError: salah (__init__.py, line 3)"),
    "exit": ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
    "base exception": ("class X(BaseException): ...\nraise X('a')\n", "X: a"),
    "error without words": ("class X(Exception):\n    def __str__(self): return 1/0\nraise X\n", "X"),
    "no hook": ("x = 1\n", "implements no hook"),
    "unmarked hook": ("def register_platforms(): return []\n", "implements no hook"),
    "unknown hook": (HEAD + "@hookimpl\ndef register_platform(): ...\n", "unknown hook 'register_platform'"),
    "unknown hook by name": (
        HEAD + "@hookimpl(specname='on_evnt')\ndef x(event): ...\n",
        "unknown hook 'on_evnt'",
    ),
    "unknown argument": (HEAD + "@hookimpl\ndef on_event(event, item): ...\n", "PluginValidationError"),
    "wrapper": (HEAD + "@hookimpl(wrapper=True)\ndef on_event(event):\n    yield\n", "wraps"),
    "register raises": (platform(INFO, "1 / 0"), "ZeroDivisionError"),
    "register raises midway": (platform(INFO, "(P() if i else [][1] for i in (1, 0))"), "IndexError"),
    "register exits": (platform(INFO, "exit(1)"), "SystemExit"),
    "not iterable": (platform(INFO, "5"), "TypeError"),
    "a class": (platform(INFO, "[P]"), "P is a class: hand over an instance"),
    "a stranger": (platform(INFO, "[object()]"), "object is not a Platform"),
    "no name-plate": (platform("None"), "P.info is not a PlatformInfo"),
    "name-plate that fails": (platform("property(lambda self: 1 / 0)"), "ZeroDivisionError"),
    "old contract": (platform('PlatformInfo(id="rusak", title="T", contract=0)'), "contract 0"),
    "bad id": (platform('PlatformInfo(id="Rusak Sekali", title="T")'), "platform id 'Rusak Sekali'"),
    "no title": (platform('PlatformInfo(id="rusak", title="")'), "no title"),
    "host with scheme": (
        platform('PlatformInfo(id="rusak", title="T", hosts=("https://a.id",))'),
        "host 'https",
    ),
    "hosts as text": (platform('PlatformInfo(id="rusak", title="T", hosts="a.id")'), "hosts is a text"),
    "every host": (platform('PlatformInfo(id="rusak", title="T", hosts=("*",))'), "host '*'"),
    "wrong capability": (
        platform('PlatformInfo(id="rusak", title="T", capabilities={"fly"})'),
        "no Capability",
    ),
    "no calls": (platform('PlatformInfo(id="rusak", title="T", pace=Pace(calls_per_pull=0))'), "no call"),
    "twice": (platform(INFO, "[P(), P()]"), "'rusak' was registered before"),
    "taken": (platform('PlatformInfo(id="baik", title="T")'), "'baik' was registered before"),
    "classifier class": (
        HEAD + "class C: name='c'\n@hookimpl\ndef register_classifiers(): return [C]\n",
        "is a class",
    ),
    "classifier": (
        HEAD + "class C: name='c'\n@hookimpl\ndef register_classifiers(): return [C()]\n",
        "classify()",
    ),
    "notifier": (HEAD + "@hookimpl\ndef register_notifiers(): return [1]\n", "int is not a Notifier"),
}


@pytest.mark.parametrize("name", BROKEN_CODE)
def test_a_broken_plugin_is_skipped_alone_and_said_so(tmp_path: Path, name: str) -> None:
    code, reason = BROKEN_CODE[name]
    add(tmp_path, "baik", good("baik"))
    add(tmp_path, "rusak", code)
    add(tmp_path, "sesudah", good("sesudah"))
    with capture_logs() as logs:
        host = load(tmp_path)
    broken = status_of(host, "rusak")
    assert not broken.ok
    assert reason in (broken.reason or "")
    assert (broken.title, broken.version, broken.platforms) == ("Judul rusak", "1.2", ())
    assert list(host.platforms) == ["baik", "sesudah"]
    assert not host.classifiers
    assert not host.notifiers
    assert [line["plugin"] for line in logs if line["event"] == "plugin_skipped"] == ["rusak"]


def test_half_a_package_does_not_stay_behind(tmp_path: Path) -> None:
    path = add(tmp_path, "rusak", "from . import isi\nimport tidak_ada_sama_sekali\n")
    (path / "isi.py").write_text("")
    load(tmp_path)
    assert not [name for name in sys.modules if name.startswith("sahut_plugin_rusak")]


def test_an_impatient_person_is_not_fenced(tmp_path: Path) -> None:
    add(tmp_path, "rusak", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load(tmp_path)


RUN = "raise SystemExit('this code must never run')"
BROKEN_MANIFESTS = {
    "not toml": ("id = \n", "is not TOML"),
    "not text": ('id = "\udcff"', "is not TOML"),
    "nothing": ("", "key 'id' is missing"),
    "no contract": ('id="rusak"\ntitle="T"\nversion="1"\nsummary="s"', "key 'contract' is missing"),
    "later contract": (
        MANIFEST.format(id="rusak").replace("contract = 1", "contract = 2"),
        "contract 2, this Sahut",
    ),
    "contract as text": (
        MANIFEST.format(id="rusak").replace("contract = 1", 'contract = "1"'),
        "a whole number",
    ),
    "contract as truth": (
        MANIFEST.format(id="rusak").replace("contract = 1", "contract = true"),
        "a whole number",
    ),
    "title as number": (MANIFEST.format(id="rusak").replace('"Judul rusak"', "5"), "'title' must be text"),
    "bad id": (MANIFEST.format(id="../rusak"), "'id' must be"),
    "unknown key": (MANIFEST.format(id="rusak") + 'tittle = "x"', "'tittle' is unknown"),
    "bad module": (MANIFEST.format(id="rusak") + 'module = "../x"', "'module' is not a module name"),
    "huge": ("#" * 70_000, "larger than"),
}


@pytest.mark.parametrize("name", BROKEN_MANIFESTS)
def test_a_broken_manifest_keeps_the_code_from_running(tmp_path: Path, name: str) -> None:
    manifest, reason = BROKEN_MANIFESTS[name]
    path = add(tmp_path, "rusak", RUN)
    (path / "plugin.toml").write_bytes(manifest.encode("utf-8", errors="surrogateescape"))
    add(tmp_path, "baik", good("baik"))
    host = load(tmp_path)
    assert reason in (status_of(host, "rusak").reason or "")
    assert list(host.platforms) == ["baik"]


def test_a_forgotten_manifest_and_a_missing_folder_are_visible(tmp_path: Path) -> None:
    (add(tmp_path, "lupa", RUN) / "plugin.toml").unlink()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "catatan.txt").write_text("bukan plugin")
    host = load(tmp_path, tmp_path / "hilang")
    assert [(status.id, status.ok) for status in host.statuses] == [("lupa", False), ("hilang", False)]
    assert "plugin.toml cannot be read" in (status_of(host, "lupa").reason or "")
    assert status_of(host, "hilang").reason == "the folder does not exist"


def test_the_later_of_two_with_one_id_is_skipped(tmp_path: Path) -> None:
    add(tmp_path / "a", "sama", good("sama"))
    add(tmp_path / "b", "sama", good("sama"))
    host = load(tmp_path / "a", tmp_path / "b")
    assert [status.ok for status in host.statuses] == [True, False]
    assert "loaded before" in (host.statuses[1].reason or "")


def test_a_folder_may_be_the_plugin_itself_and_has_its_own_modules(tmp_path: Path) -> None:
    path = add(tmp_path, "rapi", "", MANIFEST.format(id="rapi") + 'module = "kait"\n')
    (path / "kait.py").write_text("from .isi import *\n")
    (path / "isi.py").write_text(good("rapi") + "__all__ = ['register_platforms']\n")
    host = load(path)
    assert host.statuses == (
        PluginStatus(
            id="rapi",
            title="Judul rapi",
            version="1.2",
            source="folder",
            path=str(path),
            ok=True,
            platforms=("rapi",),
        ),
    )
    assert "isi" not in sys.modules


def test_built_in_plugins_come_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "bawaan_uji"
    add(package, "satu", good("satu"))
    add(package, "rusak", "raise ValueError('salah')")
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    host = PluginHost.load([PluginFolder(package, "bawaan_uji")], entry_points=False)
    assert [(status.id, status.source, status.ok) for status in host.statuses] == [
        ("rusak", "bawaan", False),
        ("satu", "bawaan", True),
    ]
    assert type(host.platforms["satu"]).__module__ == "bawaan_uji.satu"


def test_a_package_of_the_same_name_elsewhere_is_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours" / "bawaan_uji", tmp_path / "theirs" / "bawaan_uji"
    add(ours, "satu", good("satu"))
    add(theirs, "satu", good("satu"))
    monkeypatch.syspath_prepend(theirs.parent)
    host = PluginHost.load([PluginFolder(ours, "bawaan_uji")], entry_points=False)
    assert "belongs to another package" in (status_of(host, "satu").reason or "")


def test_every_platform_is_asked_and_the_widest_last(tmp_path: Path) -> None:
    add(tmp_path, "a_lebar", good("a_lebar", own_host=True))
    add(tmp_path, "b_marah", good("b_marah", "P.resolve = lambda self, url: 1 / 0\n"))
    add(tmp_path, "c_bohong", good("c_bohong", "P.resolve = lambda self, url: 'x'\n"))
    add(tmp_path, "d_lain", good("d_lain", "P.resolve = lambda self, url: None\n"))
    add(tmp_path, "e_sempit", good("e_sempit"))
    host = load(tmp_path)
    with capture_logs() as logs:
        keys = host.resolve("https://dinas.example/?nik=3171234567890001")
    assert [key.platform for key in keys] == ["e_sempit", "a_lebar"]
    assert [(line["platform"], line["error"]) for line in logs] == [
        ("b_marah", "ZeroDivisionError"),
        ("c_bohong", "not its own AccountKey"),
    ]


def test_events_reach_all_whoever_fails(tmp_path: Path) -> None:
    listen = "TOLD = []\n@hookimpl\ndef on_event(event):\n    TOLD.append(event.item)\n"
    add(tmp_path, "a", good("aa", listen))
    add(tmp_path, "b", good("bb", "@hookimpl\ndef on_event(event):\n    raise RuntimeError(event.item)\n"))
    add(tmp_path, "c", good("cc", "@hookimpl\ndef on_event():\n    exit()\n"))
    add(tmp_path, "d", good("dd", listen))
    for plugin_id in "abcd":  # ids have at least two letters
        (tmp_path / plugin_id / "plugin.toml").write_text(MANIFEST.format(id=plugin_id * 2))
    host = load(tmp_path)
    with capture_logs() as logs:
        host.tell(EVENT)
    assert sys.modules["sahut_plugin_aa"].TOLD == sys.modules["sahut_plugin_dd"].TOLD == ["abc"]
    assert [(line["plugin"], line["error"]) for line in logs] == [
        ("bb", "RuntimeError"),
        ("cc", "SystemExit"),
    ]
    assert "abc" not in str(logs)


def test_a_skipped_plugin_hears_nothing(tmp_path: Path) -> None:
    listen = "TOLD = []\n@hookimpl\ndef on_event(event):\n    TOLD.append(event.item)\n"
    add(tmp_path, "rusak", platform(INFO, "1 / 0") + listen)
    load(tmp_path).tell(EVENT)
    assert sys.modules["sahut_plugin_rusak"].TOLD == []


def test_commands_are_added_and_never_replaced(tmp_path: Path) -> None:
    add(
        tmp_path,
        "baik",
        good("baik", "@hookimpl\ndef register_commands(cli):\n    cli.command('baik')(print)\n"),
    )
    add(
        tmp_path,
        "jahat",
        good("jahat", "@hookimpl\ndef register_commands(cli):\n    cli.command('sync')(exit)\n    1 / 0\n"),
    )
    own = click.Command("sync")
    cli = click.Group(commands={"sync": own})
    with capture_logs() as logs:
        load(tmp_path).add_commands(cli)
    assert sorted(cli.commands) == ["baik", "sync"]
    assert cli.commands["sync"] is own
    assert [line["event"] for line in logs] == ["plugin_hook_failed", "plugin_command_refused"]


def test_classifiers_and_notifiers_are_handed_over(tmp_path: Path) -> None:
    code = """
from aggregator.contract import Notifier, NotifierInfo
class W:
    name = "w"
    def classify(self, text, context): ...
class N(Notifier):
    info = NotifierInfo(name="n", title="N")
@hookimpl
def register_classifiers(): return [W()]
@hookimpl
def register_notifiers(): yield N()
"""
    add(tmp_path, "baik", good("baik", code))
    host = load(tmp_path)
    assert [worker.name for worker in host.classifiers] == ["w"]
    assert list(host.notifiers) == ["n"]


def test_the_hooks_are_those_of_the_contract() -> None:
    assert set(HOOK_NAMES) == {
        "register_platforms", "register_classifiers", "register_notifiers", "register_commands", "on_event",
    }  # fmt: skip
