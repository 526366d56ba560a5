"""The reference page of the REST interface."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from awsfed import errors
from awsfed.server import bodies
from awsfed.server.calls import Resource
from awsfed.server.routes import console, health, ifaws, ours, vendor
from awsfed.server.statuses import STATUSES

_WORDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "object of texts",
    "null": "null",
}
_HEAD = """\
<!-- Made by script/generate; change its sources instead. -->

# REST

What `awsfed serve` answers. `/openapi.json` of a running server says the same to programs. Bodies are compact JSON;
unknown members of a request are refused. Every answer has an `X-Request-Id`, which is also in the log and in the
trail; what is no HTTP that can be understood gets status 400, and is not logged.

## Signing in

- `Authorization: Bearer TOKEN`, with the token that `POST /rest/awsfed/1/session` answers.
- `Authorization: Basic …`, with name and password of a person, or name and token of a service. The answer sets a
  session cookie, which is enough from then on; a cookie that is sent along makes the password needless.
- The cookie: `__Host-awsfed`, or `awsfed` on a server that speaks plain http on loopback. It ends after
  `server.session_idle_minutes` without a request, and like every session after `session.hours`.

Whoever is signed in is named in `X-AUSERNAME`, and `X-Seraph-LoginReason` is `OK`; where name and password were not
accepted it is `AUTHENTICATED_FAILED`. A browser is never challenged with Basic. Requests that take a body need
`Content-Type: application/json`, and `{}` where there is nothing to say:

```sh
curl --user alice --json '{}' https://awsfed.example.org/rest/awsfed/1/connectors/dev/credentials
```

What changes something, or is for whoever is signed in, is refused with an `Origin`
that is not the server's own, or a `Sec-Fetch-Site` of another site.

"""
_FAILURES = """\
## Failures

Every failure has this body, `kind` being the name of an error of awsfed; where a browser opens a page, it is a page:

"""
_BASES: tuple[tuple[str, str, str, tuple[Resource, ...]], ...] = (
    ("Resources of awsfed", ours.BASE, "Times are epoch seconds, but for `expiration`: milliseconds.", ours.RESOURCES),
    (
        "Resources of Identity Federation for AWS",
        vendor.BASE,
        (
            "Versions are 2.0, 2.1 and 2.2. `accountId` is the id of an access key, for which its name may be given. "
            "Times are epoch milliseconds."
        ),
        ifaws.RESOURCES,
    ),
    ("The console", "", "Pages for browsers, and what they ask.", console.RESOURCES),
    ("Looking after the server", "", "Nobody has to be signed in.", health.RESOURCES),
)


def page() -> str:
    """Return the page."""
    return "".join([_HEAD, *_failures(), *_sections(), *_bodies()])


def _failures() -> Iterator[str]:
    members = "`, `".join(_members(bodies.Failure))
    yield f"{_FAILURES}`{members}`\n\n| Status | Kinds |\n| --- | --- |\n"
    by_status: dict[int, list[str]] = {}
    for kind, status in STATUSES.items():
        by_status.setdefault(status, []).append(kind.__name__)
    for status, kinds in sorted(by_status.items()):
        yield f"| {status} | {', '.join(f'`{name}`' for name in kinds)} |\n"
    yield (
        "\nA kind that is not in the table has the status of the nearest one above it. 405, 413, 415, 421 and others "
        "of HTTP itself, and the 403 for what comes from a page of another server or in plain http, have the kind "
        f"`{errors.InvalidValue.__name__}`. 429 and 503 come with `Retry-After`.\n"
    )


def _sections() -> Iterator[str]:
    for title, base, sentence, resources in _BASES:
        yield f"\n## {title}\n\n"
        yield f"Below `{base}`. {sentence}\n\n" if base else f"{sentence}\n\n"
        yield "| Resource | For | Takes | Returns |\n| --- | --- | --- | --- |\n"
        yield from map(_row, resources)


def _row(resource: Resource) -> str:
    query = f"?{'&'.join(f'{name}=' for name in resource.query)}" if resource.query else ""
    since = "" if resource.versions in {(), vendor.ALL} else f" Since {resource.versions[0]}."
    returns = f"{resource.status} {_link(resource.returns)}".strip()
    what = f"`{resource.method} {resource.path}{query}`: {resource.summary}{since}"
    what += "".join(f" `{name}`: {sentence}" for name, sentence in resource.query.items())
    return f"| {what} | {resource.who.value} | {_link(resource.takes)} | {returns} |\n"


def _link(model: type[BaseModel] | None) -> str:
    return f"[{model.__name__}](#{model.__name__.lower()})" if model else ""


def _bodies() -> Iterator[str]:
    yield "\n## Bodies\n"
    for model in _all_models():
        yield f"\n### {model.__name__}\n\n{model.__doc__}\n\n"
        for name, kind in _members(model).items():
            yield f"- `{name}`: {kind}\n"


def _all_models() -> Iterable[type[BaseModel]]:
    found = {}
    for _, _, _, resources in _BASES:
        for resource in resources:
            for model in (resource.takes, resource.returns):
                for one in _with_parts(model):
                    found[one.__name__] = one
    return [found[name] for name in sorted(found)]


def _with_parts(model: type[BaseModel] | None) -> Iterator[type[BaseModel]]:
    if model is None:
        return
    yield model
    for field in model.model_fields.values():
        for part in _parts(field.annotation):
            yield from _with_parts(part)


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in getattr(annotation, "__args__", ()):
        yield from _parts(one)


def _members(model: type[BaseModel]) -> dict[str, str]:
    """Return what stands in a body, by its name there."""
    properties: dict[str, Any] = model.model_json_schema(ref_template="{model}").get("properties", {})
    return {name: _kind(schema) for name, schema in properties.items()}


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return f"[{schema['$ref']}](#{schema['$ref'].lower()})"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema["type"] == "array":
        return f"list of {_kind(schema['items'])}"
    return _WORDS[schema["type"]]
