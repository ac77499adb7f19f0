"""Files instead of an API: exports, captures and pasted permalinks. See README.md."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.contract import Platform, hookimpl
from plugins.file.platform import FilePlatform


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return [FilePlatform()]
