"""The door to STS: one signed form, one answer.

STS is what a cold start waits for and what a broker does all day. botocore would do the same, in several times the
time that the rest of a vend takes; every other service is asked through it, in aws.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from awsfed.errors import AwsUnavailable, ProtocolError, Unavailable
from awsfed.model.credentials import AccessKey
from awsfed.model.endpoints import USUAL, Variant, sts_host
from awsfed.outside.aws_answers import AwsAnswer, refusal, request_id, skew_s
from awsfed.outside.clock import Clock
from awsfed.outside.http import HttpClient
from awsfed.outside.http_reading import Answer
from awsfed.outside.retry import TryAgain
from awsfed.outside.sigv4 import signed_headers
from awsfed.outside.sts_words import asked, read

_LIMIT = 131_072
_OK, _TOO_MANY, _FAILING = 200, 429, 500
_IN_PLACE_HINT = "ask whoever keeps the firewall or the proxy on the way; aws.proxy and HTTPS_PROXY choose it"


@dataclass(frozen=True, slots=True, kw_only=True)
class StsDoor:
    """Makes calls; keeps no key between two of them."""

    http: HttpClient
    """On the leg to AWS."""
    clock: Clock
    endpoint: str | None = None
    """Instead of the service's own endpoint; the settings allow that on test hosts only."""
    variant: Variant = USUAL
    """Which endpoint of STS is asked; never another where there is no such one."""

    def call(self, operation: str, parameters: Mapping[str, Any], key: AccessKey, region: str) -> AwsAnswer:
        """Make one signed call, without any retry.

        Raises:
            TryAgain: no connection, throttled, or failed on the side of AWS.
            AwsRefusal: any other error that AWS answered.
            AwsUnavailable: a certificate is not trusted, here or there, or the proxy, or a page in between, refuses.
            ConfigError: what the leg names cannot be used, or there is no such endpoint of STS in the region.
            ProtocolError: an answer that is none.
        """
        host = sts_host(region, self.variant)
        url = f"{self.endpoint.rstrip('/')}/" if self.endpoint else f"https://{host}/"
        body = asked(operation, parameters)
        headers = signed_headers(url, body, service="sts", region=region, key=key, now=self.clock.now())
        try:
            answer = self.http.send("POST", url, headers=headers, body=body, limit=_LIMIT)
        except TryAgain as error:
            raise TryAgain(f"cannot reach AWS sts in {region}: {error.message}", hint=self._hint(error)) from None
        except Unavailable as error:
            raise AwsUnavailable(error.message, hint=error.hint) from None
        return self._understood(answer)

    def _understood(self, answer: Answer) -> AwsAnswer:
        skew = skew_s(answer.headers.get("date"), self.clock.now())
        try:
            said = read(answer.body)
        except ProtocolError:
            if answer.status == _OK:
                raise
            said = {}
        if answer.status != _OK:
            error = said.get("Error", {})
            if not error and answer.status < _FAILING and answer.status != _TOO_MANY:
                raise AwsUnavailable(
                    f"something that is not STS answers in its place, with status {answer.status}", hint=_IN_PLACE_HINT
                )
            code, message = error.get("Code", answer.status), error.get("Message", "")
            raise refusal(answer.status, code, message, skew, said.get("RequestId"))
        if "Result" not in said:
            raise ProtocolError("the answer of STS is not one we understand")
        return AwsAnswer(data=said["Result"], skew_s=skew, request_id=request_id(said.get("RequestId")))

    def _hint(self, error: TryAgain) -> str | None:
        if self.variant == USUAL:
            return error.hint
        return f"{error.hint}, and whether STS has a {self.variant} endpoint there"
