"""Google's own machine-readable descriptions of its APIs, out of the google-api-python-client wheel: what may be asked,
what must be said, how an answer looks. Plugin and pretended platform are both held to them, so that the two cannot
agree on a mistake."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jsonschema import Draft202012Validator

from aggregator.conformance.world import Reply, Request, World

_PATTERNS = {
    "uint64": r"^[0-9]{1,20}$",
    "date-time": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$",
    "google-datetime": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$",
}


@cache
def document(name: str) -> dict[str, Any]:
    folder = files("googleapiclient.discovery_cache").joinpath("documents")
    return json.loads(folder.joinpath(f"{name}.json").read_text())


class Described:
    """One API. `checked` counts the calls that were held against it, by method."""

    def __init__(self, name: str) -> None:
        self.document = document(name)
        self.host = urlsplit(self.document["rootUrl"]).hostname
        self.methods = list(_methods(self.document))
        self.definitions = {name: _strict(one) for name, one in self.document["schemas"].items()}
        self.checked: dict[str, int] = {}

    def check(self, request: Request, reply: Reply) -> None:
        """Fails with the first thing about this call that the API does not know."""
        parts = urlsplit(request.url)
        method = next(
            (one for one in self.methods if one["httpMethod"] == request.method and _path(one).fullmatch(parts.path)),
            None,
        )
        assert method, f"{request.method} {parts.path} is no method of this API"
        self._check_params(method, parse_qs(parts.query, strict_parsing=bool(parts.query)))
        if request.body:
            self._check_body(method["request"]["$ref"], json.loads(request.body))
        if reply.status == 200 and "response" in method:
            self._check_body(method["response"]["$ref"], json.loads(reply.body))
        self.checked[method["id"]] = self.checked.get(method["id"], 0) + 1

    def _check_params(self, method: dict[str, Any], given: dict[str, list[str]]) -> None:
        known = {name: one for name, one in method.get("parameters", {}).items() if one["location"] == "query"}
        missing = {name for name, one in known.items() if one.get("required")} - given.keys()
        assert not missing, f"{method['id']} needs {missing}"
        for name, values in given.items():
            rule = known.get(name) or self.document["parameters"].get(name)
            assert rule, f"{method['id']} knows no parameter {name}"
            assert "enum" not in rule or set(values) <= set(rule["enum"]), f"{method['id']}: {name}={values}"
            for bound, right in (("minimum", int.__ge__), ("maximum", int.__le__)):
                assert bound not in rule or all(right(int(one), int(rule[bound])) for one in values), f"{name}={values}"

    def _check_body(self, schema: str, body: Any) -> None:
        whole = {"$ref": f"#/$defs/{schema}", "$defs": self.definitions}
        Draft202012Validator(whole).validate(body)


def watched(world: World, *apis: Described) -> World:
    """`world`, every call to one of these APIs checked on its way."""

    def answer(request: Request) -> Reply:
        reply = world(request)
        for api in apis:
            if urlsplit(request.url).hostname == api.host:
                api.check(request, reply)
        return reply

    return answer


def _methods(document: dict[str, Any]) -> Any:
    yield from document.get("methods", {}).values()
    for resource in document.get("resources", {}).values():
        yield from _methods(resource)


def _path(method: dict[str, Any]) -> re.Pattern[str]:
    flat = method.get("flatPath", method["path"])
    return re.compile("/" + re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(flat).replace("\\{+", "\\{")))


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """A description as JSON Schema that allows no unknown name."""
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    strict = {name: schema[name] for name in ("type", "enum") if name in schema and schema[name] != "any"}
    if schema.get("format") in _PATTERNS:
        strict["pattern"] = _PATTERNS[schema["format"]]
    if "items" in schema:
        strict["items"] = _strict(schema["items"])
    if "properties" in schema:
        strict["properties"] = {name: _strict(one) for name, one in schema["properties"].items()}
        strict["additionalProperties"] = False
    elif "additionalProperties" in schema:
        strict["additionalProperties"] = _strict(schema["additionalProperties"])
    return strict
