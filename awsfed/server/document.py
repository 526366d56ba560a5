"""What the OpenAPI document says of a resource."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from awsfed.server import bodies
from awsfed.server.calls import Resource, Who

_SCHEMAS = "#/components/schemas/{model}"
_FAILING = 400
_USUAL = (400, 500, 502, 503)
_SENTENCES = {
    302: "Go to the console.",
    400: "The request breaks a rule.",
    401: "Nobody is signed in, or signing in failed.",
    403: "The caller may not; a connector that does not exist is no different.",
    404: "There is no such thing.",
    409: "It would do harm, or the connector cannot do this.",
    413: "The body is too long.",
    415: "The body is not sent as application/json.",
    429: "Signing in failed too often.",
    500: "The broker cannot do its work; its log says why.",
    502: "Crowd or AWS answered what awsfed does not understand.",
    503: "Crowd, AWS or a catalogue cannot be asked now.",
}
_ID: dict[str, Any] = {"type": "string", "minLength": 1}
_TEXT: dict[str, Any] = {"type": "string"}


def described(path: str, resource: Resource) -> dict[str, Any]:
    """Return the arguments with which FastAPI describes a resource."""
    return {
        "summary": resource.summary,
        "description": f"For {resource.who.value}.",
        "status_code": resource.status,
        "responses": _responses(resource),
        "openapi_extra": _extra(path, resource),
    }


def body_schemas(resources: Iterable[tuple[str, Resource]]) -> dict[str, Any]:
    """Return the schemas of all bodies of requests, by name."""
    models = {resource.takes for _, resource in resources if resource.takes}
    named = sorted(models, key=lambda model: model.__name__)
    _, document = models_json_schema([(model, "validation") for model in named], ref_template=_SCHEMAS)
    schemas: dict[str, Any] = document.get("$defs", {})
    return schemas


def tidied(document: dict[str, Any], cookie: str) -> dict[str, Any]:
    """Return a document without what FastAPI adds of itself: validation happens here, and fails as everything does.

    Args:
        document: as FastAPI makes it; it is changed.
        cookie: the name of the cookie that shows a session.
    """
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, schema in schemas.items():
        if name.startswith("Vendor"):
            schema["properties"] = {name: _never_null(one) for name, one in schema["properties"].items()}
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "basic"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": cookie},
    }
    return document


def _never_null(member: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a member that the vendor leaves out where there is nothing to say."""
    kinds = [kind for kind in member.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return member
    told = {name: text for name, text in member.items() if name not in {"anyOf", "default"}}
    return {**told, **kinds[0]}


def _responses(resource: Resource) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {}
    success: dict[str, Any] = {"description": "Success."}
    if resource.returns:
        success["model"] = resource.returns
    elif resource.status == 200:  # noqa: PLR2004 - success with a body that is not JSON
        success["content"] = {resource.media: {"schema": {"type": "string"}}}
    found[resource.status] = success
    for status in sorted({*_USUAL, *resource.statuses, *_statuses_of(resource)}):
        if status not in found:
            found[status] = {"description": _SENTENCES[status]}
            if status >= _FAILING:
                found[status]["model"] = bodies.Failure
    if resource.path == "/readyz":
        found[503] = {"description": "A part cannot be used.", "model": bodies.Readiness}
    return found


def _statuses_of(resource: Resource) -> set[int]:
    found = {413, 415} if resource.takes else set()
    if resource.changes:
        found.add(403)
    if resource.who is not Who.ANYBODY:
        found |= {401, 403, 429}
    if resource.who is Who.GRANTED:
        found.add(409)
    if resource.versions:
        found.add(404)
    return found


def _extra(path: str, resource: Resource) -> dict[str, Any]:
    extra: dict[str, Any] = {"parameters": [*_parameters(path, resource)]}
    if resource.takes:
        schema = {"$ref": _SCHEMAS.format(model=resource.takes.__name__)}
        extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if resource.who is not Who.ANYBODY:
        extra["security"] = [{"bearer": []}, {"basic": []}, {"cookie": []}]
    return extra


def _parameters(path: str, resource: Resource) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", path):
        schema: dict[str, Any] = {"type": "string", "enum": list(resource.versions)} if name == "version" else _ID
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name, sentence in resource.query.items():
        schema = {"type": "string", "enum": ["true", "false"]} if name == "skipValidation" else dict(_TEXT)
        if is_required := sentence.endswith("required."):
            schema["minLength"] = 1
        yield {
            "name": name,
            "in": "query",
            "required": is_required,
            "description": sentence,
            "schema": schema,
        }
