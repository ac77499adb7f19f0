"""Paging, errors and shapes misread."""

from __future__ import annotations

from aggregator.contract import (
    Permanent,
    PlatformError,
    RateLimited,
    Transient,
    Unreadable,
)
from tests.conformance.zoo.keeper import NOTHING, Altered, Answer, Line, Wrong, final


class OneResponse(Line):
    def get(self, url, **more):
        answer = super().get(url, **more).json()
        return Answer({**answer, "next": None} if isinstance(answer, dict) else answer)


class OnlyTheFirstPage(Wrong):
    breaks = "records"
    why = "although the page shows them"
    line = OneResponse


class Swallowing(Line):
    def get(self, url, **more):
        try:
            return super().get(url, **more)
        except PlatformError:
            return Answer(NOTHING)


class SwallowedErrors(Wrong):
    breaks = "trouble"
    line = Swallowing


class SwallowedWaiting(Wrong):
    """Ends the turn quietly when told to wait: looks healthy for ever."""

    breaks = "trouble"

    def pull_since(self, account, cursor, ctx):
        try:
            yield from super().pull_since(account, cursor, ctx)
        except RateLimited:
            return


class SwallowsOnlyTimeouts(Wrong):
    breaks = "trouble"
    why = "500 at call 1 was swallowed"

    def pull_since(self, account, cursor, ctx):
        try:
            yield from super().pull_since(account, cursor, ctx)
        except Transient:
            yield final(ctx)


class Defaulting(Line):
    def get(self, url, **more):
        answer = super().get(url, **more).json()
        return Answer({**NOTHING, **answer} if isinstance(answer, dict) else answer)


class ChangedPlatformIsSilence(Wrong):
    """answer.get("entries", [])"""

    breaks = "shape"
    line = Defaulting


class DefaultTexts(Line):
    def get(self, url, **more):
        answer = super().get(url, **more).json()
        if isinstance(answer, dict) and isinstance(answer.get("entries"), list):
            rows = [{"text": "", **row} if isinstance(row, dict) else row for row in answer["entries"]]
            answer = {**answer, "entries": rows}
        return Answer(answer)


class MissingTextIsEmptyText(Wrong):
    breaks = "shape"
    line = DefaultTexts


class DefaultParents(DefaultTexts):
    def get(self, url, **more):
        answer = Line.get(self, url, **more).json()
        if isinstance(answer, dict) and isinstance(answer.get("entries"), list):
            rows = [{"reply_to": None, **row} if isinstance(row, dict) else row for row in answer["entries"]]
            answer = {**answer, "entries": rows}
        return Answer(answer)


class MissingParentIsTopLevel(Wrong):
    breaks = "shape"
    line = DefaultParents


class DropsUnreadable(Wrong):
    breaks = "shape"

    def spoil(self, events, ctx):
        return (event for event in events if not isinstance(event, Unreadable))


class NullIsText(Line):
    def get(self, url, **more):
        answer = super().get(url, **more).json()
        for row in answer["entries"] if isinstance(answer, dict) and answer.get("entries") else []:
            for named in (row, row.get("author")) if isinstance(row, dict) else ():
                if isinstance(named, dict) and "id" in named:
                    named["id"] = str(named["id"])
        return Answer(answer)


class NullBecomesAnId(Wrong):
    """str(None) is "None"."""

    breaks = "shape"
    why = "'None' is made up"
    line = NullIsText


class KeyErrors(Line):
    def get(self, url, **more):
        response = super().get(url, **more)
        answer = response.json()
        if isinstance(answer, dict) and "/entries" in url:
            answer["entries"]
        return response


class KeyErrorEscapes(Wrong):
    breaks = "trouble"
    why = "KeyError escaped"
    line = KeyErrors


class Refusing(Line):
    def get(self, url, **more):
        response = super().get(url, **more, allow=(400,))
        if response.status == 400:
            raise Permanent(f"Contoh menolak: {response.text}")
        return response


class ErrorRepeatsTheBody(Wrong):
    breaks = "trouble"
    why = "repeats a person's words"
    line = Refusing


class LogsComments(Altered):
    breaks = "trouble"

    def alter(self, message, ctx):
        ctx.log.info("read", text=message.text)
        return message


class Renaming(Line):
    def get(self, url, **more):
        try:
            return super().get(url, **more)
        except PlatformError:
            raise Permanent("Ada masalah.") from None


class EveryErrorIsPermanent(Wrong):
    breaks = "trouble"
    line = Renaming


class Forgetting(Line):
    def get(self, url, **more):
        try:
            return super().get(url, **more)
        except RateLimited as error:
            raise RateLimited(error.message) from None


class WaitingTimeLost(Wrong):
    breaks = "trouble"
    line = Forgetting


class Insisting(Line):
    def get(self, url, **more):
        try:
            return super().get(url, **more)
        except RateLimited:
            return super().get(url, **more)


class AsksAgainAtOnce(Wrong):
    breaks = "trouble"
    line = Insisting


class TokenParam(Line):
    def get(self, url, **more):
        params = {**(more.pop("params", None) or {}), "access_token": self.ctx.secrets.get("token", "")}
        return super().get(url, params=params, **more)


class TokenInUrl(Wrong):
    breaks = "manners"
    line = TokenParam


class Elsewhere(Line):
    def get(self, url, **more):
        return super().get(url.replace("api.", "cdn."), **more)


class AnotherHost(Wrong):
    breaks = "records"
    line = Elsewhere
