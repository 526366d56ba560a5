"""The host that a password of ECR is for."""

from fakes.catalogue import assume_role
from fakes.clock import FakeClock

from awsfed.broker.services.ecr import RegistryPasswords
from awsfed.model.credentials import AccessKey
from awsfed.model.endpoints import USUAL, Variant
from awsfed.model.secret import Secret
from awsfed.outside.aws import AwsDoor
from awsfed.outside.clock import SystemClock
from awsfed.outside.retry import Retries
from awsfed.sandbox.world import Sandbox


def host(sandbox: Sandbox, region: str, variant: Variant) -> str:
    """Ask for a password, and return what it opens."""
    secret = Secret(sandbox.secret_access_key)
    key = AccessKey(name="main", access_key_id=sandbox.access_key_id, secret_access_key=secret)
    door = AwsDoor(clock=SystemClock(), environ={}, endpoint=sandbox.aws_url)
    passwords = RegistryPasswords(door=door, retries=Retries(clock=FakeClock(), retries=0), variant=variant)
    return passwords.password(assume_role("dev"), key, region).host


def test_the_password_goes_to_the_endpoint_that_the_settings_choose(sandbox: Sandbox) -> None:
    """The registry is the same, the host is not."""
    assert "123456789012.dkr.ecr.us-east-1.amazonaws.com" == host(sandbox, "us-east-1", USUAL)
    assert "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com" == host(sandbox, "us-east-1", Variant(fips=True))
    assert "123456789012.dkr-ecr.eu-west-1.on.aws" == host(sandbox, "eu-west-1", Variant(dualstack=True))
