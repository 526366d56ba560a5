"""What is behind the face: moto's own application, called in this process, and ECR's tokens."""

import base64
import io
import json
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.received import Received
from awsfed.sandbox.aws.refusals import unsupported

_MOTO_OWN = ("/moto-api", "/latest/", "/favicon.ico", "/v20180820/")
FORWARDED = {
    "ssm": frozenset({"GetParameter", "GetParametersByPath", "PutParameter"}),
    "kms": frozenset({"CreateKey", "Encrypt", "Decrypt"}),
    "secretsmanager": frozenset({"GetSecretValue"}),
}
"""What is forwarded of services that are not forwarded as a whole."""
_ECR_LIFE_S = 43_200
_ECR_REGION_PART = 2


class Moto:
    """Answers for IAM, S3, ECR and the Parameter Store out of its memory; it opens no connection."""

    def __init__(self) -> None:
        self._application: Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
        self._application = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()

    def answer(self, received: Received, environ: dict[str, Any]) -> Response:
        """Forward a verified request; one at a time, for moto's memory has no locks."""
        if received.path.startswith(_MOTO_OWN):
            raise unsupported(f"the path {received.path}")
        inner = {
            **environ,
            "wsgi.input": io.BytesIO(received.body),
            "CONTENT_LENGTH": str(len(received.body)),
        }
        for name in ("HTTP_TRANSFER_ENCODING", "wsgi.input_terminated", "werkzeug.request", "werkzeug.socket"):
            inner.pop(name, None)
        with self._lock:
            parts, status, headers = run_wsgi_app(self._application, inner, buffered=True)
        for name in set(headers.keys()):
            if name.lower() in {"date", "server"} or name.lower().startswith("access-control-"):
                headers.remove(name)
        return Response(b"".join(parts), status, headers)


def ecr_token(received: Received, now: float) -> Response:
    """GetAuthorizationToken: a new password each time, good for twelve hours; moto's expired in 2015."""
    region = received.headers.get("authorization", "").split("/")[_ECR_REGION_PART]
    token = base64.b64encode(f"AWS:{secrets.token_urlsafe(48)}".encode()).decode()
    entry = {
        "authorizationToken": token,
        "expiresAt": int(now) + _ECR_LIFE_S,
        "proxyEndpoint": f"https://{ACCOUNT}.dkr.ecr.{region}.amazonaws.com",
    }
    return Response(json.dumps({"authorizationData": [entry]}), 200, content_type="application/x-amz-json-1.1")
