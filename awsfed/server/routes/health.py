"""What those ask who look after the server: whether it runs, whether it can work, and what it counted."""

from dataclasses import replace

from starlette.responses import Response

from awsfed.errors import NotFound
from awsfed.server import bodies
from awsfed.server.calls import Call, Resource, Who
from awsfed.server.metrics import CONTENT_TYPE
from awsfed.server.origins import may_read_metrics
from awsfed.server.statuses import NO_STORE, json_answer


def _healthz(_: Call) -> Response:
    return json_answer({"status": "ok"})


def _readyz(call: Call) -> Response:
    parts = call.shared.readiness.found()
    is_ready = all(state == "ok" for state in parts.values())
    return json_answer({"status": "ok" if is_ready else "unavailable", **parts}, 200 if is_ready else 503)


def _metrics(call: Call) -> Response:
    if not may_read_metrics(call.received.noted.way, call.serving.settings.server.metrics):
        raise NotFound("there is nothing here")
    return Response(call.shared.metrics.text(), headers={"Content-Type": CONTENT_TYPE, "Cache-Control": NO_STORE})


_HEALTHZ = Resource(
    method="GET",
    path="/healthz",
    who=Who.ANYBODY,
    answer=_healthz,
    summary="Tell that the process runs.",
    waits=False,
    returns=bodies.Health,
)
_READYZ = Resource(
    method="GET",
    path="/readyz",
    who=Who.ANYBODY,
    answer=_readyz,
    summary="Tell whether the store and Crowd can be used.",
    is_probe=True,
    returns=bodies.Readiness,
    statuses=(503,),
)
RESOURCES = (
    _HEALTHZ,
    replace(_HEALTHZ, method="HEAD", summary="The same, without a body."),
    _READYZ,
    replace(_READYZ, method="HEAD", summary="The same, without a body."),
    Resource(
        method="GET",
        path="/metrics",
        who=Who.ANYBODY,
        answer=_metrics,
        summary="Counters for Prometheus; shown to this machine, and to whom server.metrics names.",
        waits=False,
        media="text/plain",
        statuses=(404,),
    ),
)
