"""The strict face as a WSGI application: verify, answer or forward, remember."""

import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from werkzeug.wrappers import Response

from awsfed.sandbox.aws import faults, single
from awsfed.sandbox.aws.admission import admit
from awsfed.sandbox.aws.behind import FORWARDED, Moto, ecr_token
from awsfed.sandbox.aws.cloudformation.service import CloudFormation
from awsfed.sandbox.aws.faults import Faults
from awsfed.sandbox.aws.iam import ACCOUNT, Iam
from awsfed.sandbox.aws.keys import Issued, Keys, conditions
from awsfed.sandbox.aws.mfa import Devices
from awsfed.sandbox.aws.policies import Question, is_denied
from awsfed.sandbox.aws.received import Received
from awsfed.sandbox.aws.refusals import Flawed, Refusal, access_denied, refusal_of, rendered, unsupported
from awsfed.sandbox.aws.seeds import BROKER
from awsfed.sandbox.aws.sts import service as sts
from awsfed.sandbox.aws.sts.call import Call as StsCall
from awsfed.sandbox.console import Console, html

_FAULTS_PATH = "/_sandbox/faults"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it was answered; never anything secret of it."""

    service: str
    action: str
    access_key_id: str | None
    """As the request told it, right or wrong."""
    status: int
    """0 when the connection was cut off."""


class StrictAws:
    """STS, IAM, S3, ECR, CloudFormation, the console's sign-in, and single calls of other services.

    `calls` remembers, and `faults` brings trouble on order.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.faults = Faults()
        self.clock_offset_s = 0.0
        """How much this AWS's clock is ahead of the machine's."""
        self.iam = Iam()
        self.keys = Keys(self.iam, self._now)
        self.devices = Devices(self._now)
        self.mfa_device = self.devices.add(f"arn:aws:iam::{ACCOUNT}:user/{BROKER}", BROKER)
        self._moto = Moto()
        self._stacks = CloudFormation()
        self._console = Console(self.keys)
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        received = Received.read(environ)
        if received.path == _FAULTS_PATH:
            response = faults.order(self.faults, environ, received.body)
        elif self._console.serves(received.path):
            response = self._remembered("signin", received, environ, lambda: self._console.answer(received, environ))
        else:
            response = self._remembered(received.service, received, environ, lambda: self._answer(received, environ))
        response.headers["Date"] = formatdate(self._now(), usegmt=True)
        return response(environ, start_response)

    def _now(self) -> float:
        return time.time() + self.clock_offset_s

    def _remembered(
        self, service: str, received: Received, environ: dict[str, Any], answer: Callable[[], Response]
    ) -> Response:
        """Let a fault strike, or answer; either way the call is remembered."""
        action = received.form.get("Action", received.path) if service == "signin" else received.action
        trouble = self.faults.take(action)
        if trouble is not None and trouble.is_final:
            self._remember(service, action, received, 0)
        try:
            if trouble is not None:
                trouble.strike(environ)
            response = answer()
        except Refusal as refusal:
            response = _refused(refusal, service)
        self._remember(service, action, received, response.status_code)
        return response

    def _remember(self, service: str, action: str, received: Received, status: int) -> None:
        with self._lock:
            self.calls.append(Call(service, action, received.access_key_id, status))

    def _answer(self, received: Received, environ: dict[str, Any]) -> Response:
        service = received.service
        try:
            caller = admit(received, self.keys)
        except Flawed as flawed:
            raise refusal_of(flawed, service) from flawed
        if service == "sts":
            return self._sts(caller, received)
        self._check_denied(caller, service, received.action)
        if (service, received.action) == ("ecr", "GetAuthorizationToken"):
            return ecr_token(received, self._now())
        if service in single.SERVICES:
            return single.answer(received, caller, self._now())
        if service == "cloudformation":
            return self._stacks.answer(received, self._now())
        if service in FORWARDED and received.action not in FORWARDED[service]:
            raise unsupported(f"the action {received.action} of {service}")
        return self._moto.answer(received, environ)

    def _check_denied(self, caller: Issued, service: str, action: str) -> None:
        """Refuse somebody to whom the policies of the role or user in IAM deny everything, as after a revocation."""
        question = Question(action=f"{service}:{action}", resource="*", values=conditions(caller))
        if is_denied(self.iam.policies(caller.principal_arn), question):
            raise access_denied(
                f"User: {caller.arn} is not authorized to perform: {question.action} with an explicit deny in an "
                "identity-based policy"
            )

    def _sts(self, caller: Issued, received: Received) -> Response:
        call = StsCall(caller=caller, form=received.form, keys=self.keys, iam=self.iam, devices=self.devices)
        return sts.answer(call, str(uuid.uuid4()))


def _refused(refusal: Refusal, service: str) -> Response:
    if service == "signin":
        return html(refusal.status, refusal.code, refusal.message)
    return rendered(refusal, service, str(uuid.uuid4()))
