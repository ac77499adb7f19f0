"""Addresses as people paste them."""

from __future__ import annotations

import pytest

from aggregator.contract import AccountKey
from plugins.telegram.platform import TelegramPlatform

CHANNEL = "dinas_pu_contoh"
UNDERSTOOD = [
    "https://t.me/dinas_pu_contoh",
    "http://t.me/Dinas_PU_Contoh/",
    "t.me/dinas_pu_contoh",
    "https://www.t.me/dinas_pu_contoh",
    "https://t.me/@dinas_pu_contoh",
    "https://t.me/s/dinas_pu_contoh",
    "https://t.me/s/dinas_pu_contoh?before=90",
    "https://t.me/dinas_pu_contoh/88",
    "https://t.me/dinas_pu_contoh/88?comment=5012&single",
    "https://t.me/dinas_pu_contoh/88?utm_source=wa",
    "https://telegram.me/dinas_pu_contoh",
    "https://telegram.dog/dinas_pu_contoh/88",
    "https://dinas_pu_contoh.t.me/",
    "tg://resolve?domain=dinas_pu_contoh&post=88",
    "tg:resolve?domain=dinas_pu_contoh",
    "https://web.telegram.org/k/#@dinas_pu_contoh",
    "https://web.telegram.org/#/im?p=@dinas_pu_contoh",
    "Telegram: @dinas_pu_contoh",
    "tg: dinas_pu_contoh",
    "kanal telegram @Dinas_PU_Contoh",
    "  https://t.me/dinas_pu_contoh  ",
]
NOT_A_CHANNEL = [
    "@dinas_pu_contoh",
    "dinas_pu_contoh",
    "https://t.me/+AbCdEf123456",
    "https://t.me/joinchat/AbCdEf123456",
    "https://t.me/c/1999888777/5012",
    "https://t.me/share/url?url=https://contoh.example",
    "https://t.me/addstickers/Kucing",
    "https://t.me/sahut_pengaduan_bot?start=1",
    "https://t.me/proxy?server=a&port=1",
    "https://t.me/abc",
    "https://t.me/nama-dengan-strip",
    "https://t.me/",
    "https://t.me/_dinas",
    "https://web.telegram.org/a/#-1001999888777",
    "https://t.me.contoh.example/dinas_pu_contoh",
    "https://contoh.example/t.me/dinas_pu_contoh",
    "ig: dinas_pu_contoh",
    "tg://privatepost?channel=1&post=2",
    "ftp://t.me/dinas_pu_contoh",
    "telegram",
]


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_an_address_of_a_channel_is_understood(text):
    key = AccountKey(platform="telegram", key=CHANNEL, url=f"https://t.me/{CHANNEL}")
    assert TelegramPlatform().resolve(text) == key


@pytest.mark.parametrize("text", NOT_A_CHANNEL)
def test_what_is_no_public_channel_is_left_alone(text):
    assert TelegramPlatform().resolve(text) is None
