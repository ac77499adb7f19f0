"""What people paste."""

from __future__ import annotations

import pytest

from plugins.youtube.platform import YouTube

from .addresses import ADDRESSES


@pytest.mark.parametrize(("pasted", "key"), ADDRESSES.items(), ids=str)
def test_an_address_names_its_channel(pasted, key):
    found = YouTube().resolve(pasted)
    assert (found.key if found else None) == key


def test_the_table_is_long_enough_to_mean_something():
    assert sum(key is not None for key in ADDRESSES.values()) >= 12
