"""Lighthouse's accessibility score of every page a role may open: `python -m tests.browser.lighthouse CLI --url URL --login NAME
--password WORD`. CLI is lighthouse 12's own script, installed anywhere outside this checkout; it needs node."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import ARGUMENTS, PATH, chromium, log_in

PATHS = ("/masuk", "/antrean", "/triase", "/unit", "/akun", "/platform", "/plugin", "/kata-sandi", "/tanpa-jaringan")
WANTED = 100


def score(asked: argparse.Namespace, path: str, cookie: str) -> int:
    """0 to 100 for one page. Raises CalledProcessError when lighthouse itself fails."""
    with tempfile.TemporaryDirectory() as folder:
        headers = Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookie}))
        report = Path(folder) / "report.json"
        command = [
            "node",
            str(asked.cli),
            asked.url + path,
            "--quiet",
            "--only-categories=accessibility",
            "--output=json",
        ]
        command += [f"--output-path={report}", f"--extra-headers={headers}", f"--chrome-path={PATH}"]
        command += [f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}"]
        subprocess.run(command, check=True, timeout=180)
        return round(json.loads(report.read_text())["categories"]["accessibility"]["score"] * 100)


def session_of(asked: argparse.Namespace) -> str:
    """Log in; the cookie header of the session, and the address of an item."""
    with chromium() as browser:
        page = browser.new_page()
        log_in(page, asked.url, asked.login, asked.password)
        page.goto(f"{asked.url}/antrean?tab=all")
        first = page.locator(".row-words a")
        asked.paths += [str(first.first.get_attribute("href"))] if first.count() else []
        return "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cli", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--login", default="diskominfo")
    parser.add_argument("--password", required=True)
    parser.add_argument("--paths", nargs="*", default=list(PATHS))
    asked = parser.parse_args()
    cookie, least = session_of(asked), WANTED
    for path in asked.paths:
        found = score(asked, path, "" if path == "/masuk" else cookie)
        print(f"{found:3} {path}")
        least = min(least, found)
    return int(least < WANTED)


if __name__ == "__main__":
    sys.exit(main())
