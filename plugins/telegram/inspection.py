"""The public face of a channel, and whether the bot can hear its discussion group."""

from __future__ import annotations

from typing import Any

from aggregator.contract import Account, AccountSnapshot, Context, Gone, Malformed, Permanent

from . import api, parse

_HEARS_ALL = ("administrator", "creator")


def snapshot(account: Account, ctx: Context) -> AccountSnapshot:
    """Look at the channel, its group and the bot in it. Telegram tells a bot nothing of older posts: the last post
    is seen when it arrives in the group."""
    try:
        channel = api.chat(ctx, f"@{account.key}")
    except Gone:
        return AccountSnapshot(exists=False, problem="Kanal ini tidak ditemukan di Telegram, atau bersifat pribadi.")
    group = account.settings.get("group") or channel.group
    own, problem = _group_side(group, ctx)
    return AccountSnapshot(
        exists=True,
        title=channel.title,
        url=account.url,
        followers=_count(api.ask(ctx, "getChatMemberCount", chat_id=f"@{account.key}")),
        own_author_ids=frozenset({channel.id, *own}),
        reads="komentar di grup diskusi kanal" if not problem else None,
        problem=problem,
        evidence={"group": group},
    )


def _group_side(group: str | None, ctx: Context) -> tuple[set[str], str | None]:
    """Under whom the office writes in the group, and what keeps the bot from hearing it."""
    if group is None:
        return set(), "Kanal ini belum punya grup diskusi; hubungkan satu grup di pengaturan kanal."
    bot = api.ask(ctx, "getMe")
    own = {group, _id(bot)}
    try:
        status = _status(api.ask(ctx, "getChatMember", chat_id=group, user_id=_id(bot)))
        own |= _admins(api.ask(ctx, "getChatAdministrators", chat_id=group))
    except (Gone, Permanent):
        return own, "Bot belum menjadi anggota grup diskusi; masukkan bot lalu jadikan admin."
    if status in ("left", "kicked"):
        return own, "Bot belum menjadi anggota grup diskusi; masukkan bot lalu jadikan admin."
    if status not in _HEARS_ALL and bot.get("can_read_all_group_messages") is not True:
        return own, "Mode privasi bot masih menyala: komentar tidak terbaca. Jadikan bot admin grup diskusi."
    return own, None


def _admins(rows: Any) -> set[str]:
    """People who answer for the office; other bots guard against spam and speak for nobody."""
    try:
        return {_id(row["user"]) for row in rows if row["user"]["is_bot"] is False}
    except (KeyError, TypeError):
        raise Malformed("Daftar admin grup Telegram tidak berbentuk seperti biasanya.") from None


def _id(row: Any) -> str:
    try:
        return parse.identity(row["id"])
    except (KeyError, TypeError):
        raise Malformed("Profil bot Telegram tidak berbentuk seperti biasanya.") from None


def _status(row: Any) -> str:
    status = row.get("status") if isinstance(row, dict) else None
    if not isinstance(status, str):
        raise Malformed("Keanggotaan bot di Telegram tidak berbentuk seperti biasanya.")
    return status


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed("Jumlah pengikut kanal Telegram tidak berbentuk seperti biasanya.")
    return value
