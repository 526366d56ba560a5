"""The sandbox's AWS as consumers see it: boto3 for what is right, signed requests to tamper with for what is wrong."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
import requests
from botocore.auth import S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from awsfed.sandbox.world import Sandbox

REGION = "eu-central-1"
ONE_TRY = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5)
ROLE = "arn:aws:iam::123456789012:role/"
BROKER_ARN = "arn:aws:iam::123456789012:user/awsfed-broker"
IDENTITY_FORM = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}


@dataclass(slots=True)
class Consumer:
    """Makes clients and requests with any credentials; the broker's own if none are given."""

    world: Sandbox
    session: boto3.Session

    def client(self, service: str, credentials: Mapping[str, Any] | None = None) -> Any:
        keys = credentials or self.broker
        return self.session.client(  # type: ignore[call-overload] # the name of the service is no literal here
            service,
            endpoint_url=self.world.aws_url,
            region_name=REGION,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
            config=ONE_TRY,
        )

    @property
    def broker(self) -> dict[str, str]:
        return {"AccessKeyId": self.world.access_key_id, "SecretAccessKey": self.world.secret_access_key}

    def signed(
        self,
        form: Mapping[str, str] = IDENTITY_FORM,
        credentials: Mapping[str, Any] | None = None,
        service: str = "sts",
        region: str = REGION,
    ) -> AWSRequest:
        """A signed form, not yet sent."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        request = AWSRequest("POST", f"{self.world.aws_url}/", headers=headers, data=urlencode(form))
        SigV4Auth(_botocore(credentials or self.broker), service, region).add_auth(request)
        return request

    def presigned(
        self, path: str = "/", *, service: str = "sts", expires_s: int = 60, form: Mapping[str, str] | None = None
    ) -> str:
        """A presigned address."""
        query = f"?{urlencode(form)}" if form else ""
        request = AWSRequest("GET", self.world.aws_url + path + query)
        auth = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
        auth(_botocore(self.broker), service, REGION, expires=expires_s).add_auth(request)
        assert request.url is not None
        return request.url

    def assume(self, role: str = "developer", caller: Any = None, **more: Any) -> dict[str, Any]:
        """Credentials of a role."""
        arguments = {"RoleArn": ROLE + role, "RoleSessionName": "alice", **more}
        return dict((caller or self.client("sts")).assume_role(**arguments)["Credentials"])

    def new_role(self, name: str, *trust: Mapping[str, Any], max_session_s: int = 3600) -> None:
        """Make a role by way of IAM."""
        document = json.dumps({"Version": "2012-10-17", "Statement": list(trust)})
        self.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=document, MaxSessionDuration=max_session_s
        )
        self.allow("sts:*", ROLE + name, f"may-{name}")

    def allow(self, action: str, resource: str, name: str, effect: str = "Allow") -> None:
        """Give the broker's user a policy."""
        statement = {"Effect": effect, "Action": action, "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        self.client("iam").put_user_policy(UserName="awsfed-broker", PolicyName=name, PolicyDocument=document)


def _botocore(credentials: Mapping[str, Any]) -> Credentials:
    return Credentials(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken"))


def send(request: AWSRequest, **headers: str | None) -> requests.Response:
    """Send a signed request with some headers changed, or left out where they are None."""
    kept = {name: value for name, value in request.headers.items() if name not in headers}
    kept |= {name: value for name, value in headers.items() if value is not None}
    return requests.request(request.method or "", request.url or "", headers=kept, data=request.data, timeout=5)


@contextmanager
def refused(code: str, message: str = "") -> Iterator[None]:
    """Expect a refusal with this code, and these words somewhere in its message."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert (error["Code"], message in error["Message"], error["Message"]) == (code, True, error["Message"])
