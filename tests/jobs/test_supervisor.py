"""`sahut run` for real: one run that is tried hard and then stopped, one that is killed."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from aggregator.jobs.pages import PortTaken, check_port
from aggregator.jobs.supervisor import Child
from tests.fakes.board import running_board
from tests.jobs.house import House, free_port, until


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running_board() as board:
        built = House(None, board)
        yield built
        built.close()


@pytest.fixture(scope="module")
def running(house: House) -> subprocess.Popen[bytes]:
    """A run whose pages answer. The tests of this module share it, in their order."""
    process = house.start("run")
    until(lambda: house.said(process), 90)
    return process


def test_it_prints_one_line_with_the_address(house: House, running: subprocess.Popen[bytes]) -> None:
    assert house.said(running) == f"Sahut berjalan di http://127.0.0.1:{house.port} (Ctrl-C untuk berhenti)\n"
    assert house.said(running, "err") == ""
    assert _login_page(house) == 200


def test_a_new_account_is_read_soon(house: House, running: subprocess.Popen[bytes]) -> None:
    account = house.add_account()
    until(lambda: house.outcomes(account) == ["ok"], 20)
    assert house.account(account)["held"] == 3


def test_an_emptied_queue_is_filled_again(house: House, running: subprocess.Popen[bytes]) -> None:
    account = house.add_account("papan-kosong")
    house.redis().flushall()
    until(lambda: house.outcomes(account) == ["ok"], 10)


def test_a_killed_queue_server_comes_back_and_pages_answer_meanwhile(
    house: House, running: subprocess.Popen[bytes]
) -> None:
    server = psutil.Process(house.redis().info("server")["process_id"])
    assert server.ppid() == running.pid
    server.kill()
    account = house.add_account("papan-mati")
    assert _login_page(house) == 200
    until(lambda: house.outcomes(account) == ["ok"], 60)
    assert "child_ended" in house.said(running, "err")


@pytest.mark.parametrize("name", ["scheduler", "worker", "serve"])
def test_a_killed_process_is_started_again(house: House, running: subprocess.Popen[bytes], name: str) -> None:
    killed = _child(running, name)
    killed.kill()
    again = until(lambda: next((c for c in _children(running, name) if c.pid != killed.pid), None), 20)
    assert again.is_running()
    account = house.add_account(f"papan-{name}")
    until(lambda: house.outcomes(account) == ["ok"], 60)
    until(lambda: _login_page(house) == 200, 60)


def test_a_second_run_is_refused(house: House, running: subprocess.Popen[bytes]) -> None:
    second = house.start("run", SAHUT_PORT=str(free_port()))
    assert second.wait(60) != 0
    assert "sudah berjalan" in house.said(second, "err")
    assert len(house.said(second, "err").splitlines()) == 1
    assert running.poll() is None


def test_a_killed_run_leaves_nothing_behind(house: House, running: subprocess.Popen[bytes]) -> None:
    family = psutil.Process(running.pid).children(recursive=True)
    assert len(family) >= 6, "queue, pages and their worker, scheduler, pull, send"
    running.kill()
    running.wait()
    until(lambda: not any(_lives(member) for member in family), 15)


def test_the_next_run_goes_on_with_the_data_and_ctrl_c_stops_it(house: House) -> None:
    """After the run that was killed above."""
    account = house.add_account("papan-lagi")
    again = house.start("run")
    until(lambda: house.said(again) and house.outcomes(account) == ["ok"], 90)
    assert house.account(1)["held"] == 3, "read by the run before"
    family = psutil.Process(again.pid).children(recursive=True)
    assert len(family) >= 6
    begun = time.monotonic()
    again.send_signal(signal.SIGINT)
    assert again.wait(15) == 0
    assert time.monotonic() - begun < 10
    assert not any(_lives(member) for member in family)
    check_port("127.0.0.1", house.port)


def test_a_port_in_use_is_said_with_the_setting_that_changes_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.jobs.pages._PORT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTaken, match="SAHUT_PORT"):
        check_port("127.0.0.1", taken.getsockname()[1])


def test_a_child_that_keeps_dying_is_started_ever_less_often(tmp_path: Path) -> None:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(["/bin/false"])

    child = Child("false", start)
    child.launch()
    pauses = []
    for _ in range(3):
        until(lambda: not child.alive)
        child.look_after()
        pauses.append(child.start_at - time.monotonic())
        child.look_after()
        assert child.process is None, "not yet"
        child.start_at = 0.0
        child.look_after()
    assert pauses == pytest.approx([0.25, 0.5, 1.0], abs=0.1)
    until(lambda: not child.alive)


def _children(running: subprocess.Popen[bytes], name: str) -> list[psutil.Process]:
    direct = psutil.Process(running.pid).children()
    return [child for child in direct if _lives(child) and name in child.cmdline()]


def _child(running: subprocess.Popen[bytes], name: str) -> psutil.Process:
    return until(lambda: _children(running, name), 20)[0]  # type: ignore[no-any-return]


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _login_page(house: House) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/masuk", timeout=10) as answer:
            return int(answer.status)
    except OSError:
        return 0
