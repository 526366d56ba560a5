"""The door to AWS but for STS: one signed call at a time, with nothing taken from the environment or the AWS files.

botocore signs, resolves endpoints and parses; its retries, profiles, configured endpoints and credential chain are
all off, so that a variable left over in somebody's shell cannot change where a signed request goes.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from awsfed.errors import AwsUnavailable, ProtocolError, Unavailable
from awsfed.model.credentials import AccessKey
from awsfed.model.endpoints import USUAL, Variant, no_endpoint
from awsfed.outside.aws_answers import AwsAnswer, AwsRefusal, refusal, request_id, skew_s
from awsfed.outside.clock import Clock
from awsfed.outside.legs import Leg
from awsfed.outside.retry import TryAgain
from awsfed.version import VERSION

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from botocore.loaders import Loader

_UNPARSED = (ValueError, LookupError, TypeError, AttributeError)
"""What botocore's parsers raise besides their own error, such as for a page that some proxy sent instead."""
_LIMIT = 16_777_216
"""Bytes of an answer that is no object."""
_LEG = Leg(name="aws")
_FIXED: Mapping[str, object] = {
    "config_file": os.devnull,
    "credentials_file": os.devnull,
    "csm_enabled": False,
    "defaults_mode": "legacy",
    "ignore_configured_endpoint_urls": True,
    "retry_mode": "standard",
    "sts_regional_endpoints": "regional",
}
"""What botocore's variables are here; any other has botocore's own default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsDoor:
    """Makes calls; keeps no client and no key between two of them."""

    clock: Clock
    environ: Mapping[str, str] = field(repr=False)
    """Where proxies and certificates are looked up that the leg does not name, and nothing else."""
    leg: Leg = _LEG
    """How AWS is reached and recognised."""
    endpoint: str | None = None
    """Instead of the service's own endpoint; the settings allow that on test hosts only."""
    variant: Variant = USUAL
    """Which of a service's own endpoints is asked; never another where there is no such one."""

    def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        key: AccessKey,
        region: str,
        *,
        body_limit: int | None = None,
    ) -> AwsAnswer:
        """Make one signed call, without any retry.

        Where `body_limit` is given, the answer is an object whose `Body` is read to its end, into bytes.

        Raises:
            TryAgain: no connection, throttled, or failed on the side of AWS.
            AwsRefusal: any other error that AWS answered.
            AwsUnavailable: a certificate is not trusted, here or there, or the proxy refuses.
            ConfigError: what the leg names cannot be used, or there is no such endpoint of the service in the region.
            ProtocolError: an answer that is none, or a body of more than `body_limit` bytes.
        """
        # Not at the top: who lists connectors needs the rules of this module and makes no call.
        from botocore import exceptions as botocore_errors
        from botocore.parsers import ResponseParserError

        from awsfed.outside.aws_sending import Sending

        try:
            client = self._client(service, key, region)
        except botocore_errors.EndpointVariantError as error:
            raise no_endpoint(service, region, self.variant) from error
        sending = Sending(self.leg, self.environ, body_limit or _LIMIT)
        client.meta.events.register("before-send", sending)
        try:
            answer = client._make_api_call(operation, dict(parameters))  # noqa: SLF001 - the call by its AWS name
            if body_limit is not None:
                answer = {**answer, "Body": answer["Body"].read()}
        except botocore_errors.ClientError as error:
            raise self._translated(error) from None
        except TryAgain as error:
            message = f"cannot reach AWS {service} in {region}: {error.message}"
            raise TryAgain(message, hint=self._reaching(service, error.hint)) from None
        except Unavailable as error:
            raise AwsUnavailable(error.message, hint=error.hint) from None
        except (botocore_errors.HTTPClientError, botocore_errors.ConnectionError) as error:
            raise TryAgain(f"the connection to AWS {service} in {region} broke", hint="try again") from error
        except botocore_errors.EndpointProviderError as error:
            raise no_endpoint(service, region, self.variant) from error
        except (ResponseParserError, botocore_errors.BotoCoreError, *_UNPARSED) as error:
            raise ProtocolError(f"the answer of AWS {service} in {region} is not one we understand") from error
        finally:
            sending.close()
            client.close()
        return self._answer(answer)

    def _reaching(self, service: str, usual: str | None) -> str | None:
        return usual if self.variant == USUAL else f"{usual}, and whether {service} has a {self.variant} endpoint there"

    def _client(self, service: str, key: AccessKey, region: str) -> Any:
        import botocore.session
        from botocore.config import Config

        variables = botocore.session.Session.SESSION_VARIABLES.items()
        isolated = {name: (None, None, _FIXED.get(name, usual), kind) for name, (_, _, usual, kind) in variables}
        session = botocore.session.Session(session_vars=isolated)
        session.register_component("data_loader", _descriptions())
        return session.create_client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=key.access_key_id,
            aws_secret_access_key=key.secret_access_key.reveal(),
            aws_session_token=key.session_token.reveal() if key.session_token else None,
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                proxies={},
                use_fips_endpoint=self.variant.fips,
                use_dualstack_endpoint=self.variant.dualstack,
                user_agent_extra=f"awsfed/{VERSION}",
                # A test host has one name for all buckets; and no variable chooses where requests for us-east-1 go.
                s3={"addressing_style": "path" if self.endpoint else "auto", "us_east_1_regional_endpoint": "regional"},
            ),
        )

    def _answer(self, answer: Mapping[str, Any]) -> AwsAnswer:
        metadata = answer.get("ResponseMetadata", {})
        return AwsAnswer(data=answer, skew_s=self._skew_s(answer), request_id=request_id(metadata.get("RequestId")))

    def _translated(self, error: "ClientError") -> TryAgain | AwsRefusal:
        detail = error.response.get("Error", {})
        metadata = error.response.get("ResponseMetadata", {})
        status, request = metadata.get("HTTPStatusCode", 0), metadata.get("RequestId")
        code, message = detail.get("Code", "unknown"), detail.get("Message", "")
        return refusal(status, code, message, self._skew_s(error.response), request)

    def _skew_s(self, answer: Mapping[str, Any]) -> float | None:
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        return skew_s(headers.get("date"), self.clock.now())


@cache
def _descriptions() -> "Loader":
    """Return what botocore knows of services and endpoints: read once a process, for it is half of a call's work."""
    from botocore.loaders import Loader

    return Loader()
