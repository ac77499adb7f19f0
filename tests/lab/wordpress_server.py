"""The machines under the WordPress laboratory: MariaDB, PHP-FPM and nginx of Debian, started under one
temporary
directory, on loopback only, and ended by their own process ids. No service of the system is touched."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PACKAGES = (
    "wordpress mariadb-server php-fpm php-mysql nginx wordpress-theme-twentytwentyone "
    "wordpress-theme-twentytwentytwo wordpress-theme-twentytwentythree"
)
CORE = Path("/usr/share/wordpress")
THEMES = ("twentytwentyone", "twentytwentytwo", "twentytwentythree")


class LabMissing(RuntimeError):
    """Something the laboratory needs is not installed; the message says what to install."""


def program(*names: str) -> str:
    """The path of the first of these programs that exists; a name may be a pattern in /usr/sbin."""
    for name in names:
        found = shutil.which(name) or next(map(str, sorted(Path("/usr/sbin").glob(name), reverse=True)), None)
        if found:
            return found
    raise LabMissing(f"{names[0]} is missing. Install: apt-get install --no-install-recommends {PACKAGES}")


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(ready: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Poll until `ready`; raises TimeoutError naming `what`."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come up in {seconds:.0f} s")
        time.sleep(0.05)


class Machines:
    """Three servers in `home`. Use `start()` and `stop()`; files in `home/switch` change how nginx
    behaves."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.site, self.switches = home / "site", home / "switch"
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Bring everything up; a missing program raises LabMissing before anything was started."""
        programs = [
            program("mariadb-install-db"),
            program("mariadbd"),
            program("php-fpm*"),
            program("nginx"),
        ]
        self._lay_out()
        self._start_database(programs[0], programs[1])
        self._start_php(programs[2])
        self._start_nginx(programs[3])

    def stop(self) -> None:
        """End what was started here, newest first."""
        for process in reversed(self._running):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self._running):
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
        self._running.clear()

    def _lay_out(self) -> None:
        for theme in THEMES:
            if not (CORE / "wp-content/themes" / theme).is_dir():
                raise LabMissing(f"wordpress-theme-{theme} is missing. Install: apt-get install {PACKAGES}")
        self.home.chmod(0o755)
        skip = shutil.ignore_patterns("wp-config.php")
        shutil.copytree(CORE, self.site, symlinks=False, ignore=skip, ignore_dangling_symlinks=True)
        self._fill("wordpress_config.php", self.site / "wp-config.php")
        mu_plugins = self.site / "wp-content/mu-plugins"
        mu_plugins.mkdir()
        self._fill("wordpress_mu.php", mu_plugins / "lab.php")
        theme = self.site / "wp-content/themes/labclassic"  # as they were made before HTML5: no <time>
        theme.mkdir()
        (theme / "style.css").write_text("/*\nTheme Name: Lab Classic\n*/\n")
        (theme / "functions.php").write_text("<?php\nadd_theme_support('automatic-feed-links');\n")
        self._fill("wordpress_theme.php", theme / "index.php")
        for folder in ("db", "tmp", "switch", "run"):
            (self.home / folder).mkdir()
            (self.home / folder).chmod(0o777)

    def _fill(self, template: str, target: Path, **more: str) -> None:
        """Copy a file that stands beside this one, with @home@, @port@ and `more` filled in."""
        text = Path(__file__).with_name(template).read_text(encoding="utf-8")
        for name, value in {"home": str(self.home), "port": str(self.port), **more}.items():
            text = text.replace(f"@{name}@", value)
        target.write_text(text, encoding="utf-8")

    def _spawn(self, command: Sequence[str], name: str) -> subprocess.Popen[bytes]:
        log = (self.home / f"{name}.log").open("wb")
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._running.append(process)
        return process

    def _start_database(self, install: str, server: str) -> None:
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        subprocess.run(
            [
                install,
                "--no-defaults",
                f"--datadir={self.home}/db",
                *user,
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
            ],
            check=True,
            capture_output=True,
        )
        sock = self.home / "run/db.sock"
        options = [
            "--skip-networking",
            f"--socket={sock}",
            f"--tmpdir={self.home}/tmp",
            "--innodb-flush-log-at-trx-commit=0",
        ]
        process = self._spawn([server, "--no-defaults", f"--datadir={self.home}/db", *user, *options], "mariadb")
        wait_for(lambda: self._alive(process, "mariadb") and sock.exists(), "MariaDB")

    def _start_php(self, server: str) -> None:
        owner = "user = www-data\ngroup = www-data\n" if os.geteuid() == 0 else ""
        sock = self.home / "run/php.sock"
        self._fill("wordpress_fpm.conf", self.home / "php-fpm.conf", owner=owner)
        process = self._spawn([server, "-F", "-y", str(self.home / "php-fpm.conf")], "php-fpm")
        wait_for(lambda: self._alive(process, "php-fpm") and sock.exists(), "PHP-FPM")

    def _start_nginx(self, server: str) -> None:
        user = "user www-data;" if os.geteuid() == 0 else ""
        self._fill("wordpress_nginx.conf", self.home / "nginx.conf", user=user)
        config = ["-c", f"{self.home}/nginx.conf", "-p", str(self.home), "-e", f"{self.home}/nginx-error.log"]
        process = self._spawn([server, *config, "-g", "daemon off;"], "nginx")
        wait_for(lambda: self._alive(process, "nginx") and _listens(self.port), "nginx")

    def _alive(self, process: subprocess.Popen[bytes], name: str) -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended at once: {(self.home / f'{name}.log').read_text()[-2000:]}")
        return True


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
