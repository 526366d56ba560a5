"""Finding out what keeps a connector from vending: the call is made bare, then with one more part at a time."""

from collections.abc import Iterator
from dataclasses import replace

from awsfed.broker.answers import Step
from awsfed.broker.sts.interface import Vendor
from awsfed.broker.sts.refusals import CallRefused
from awsfed.errors import AwsfedError, RoleRefused
from awsfed.model.connector import MINIMUM_DURATION, Connector, ConnectorType
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.identity import Identity

_KEY = "AWS accepts the access key"


def diagnose(connector: Connector, identity: Identity, key: AccessKey, vendor: Vendor) -> Iterator[Step]:
    """Yield what works, up to the first thing that does not; every call is a real one."""
    try:
        owner = vendor.caller_identity(key, vendor.region_of(connector))
    except AwsfedError as error:
        yield Step(what=_KEY, detail=key.name, error=_about_key(error, key), is_about_key=True)
        return
    yield Step(what=_KEY, detail=f"{key.name}: {key.access_key_id}, {owner.arn}", is_about_key=True)
    credentials: Credentials | None = None
    for what, variant, missing in _variants(connector):
        try:
            credentials = vendor.vend(variant, identity, key)
        except AwsfedError as error:
            yield Step(what=what, error=_explained(error, missing))
            return
        yield Step(what=what)
    if credentials:
        yield Step(what="AWS vends", detail=_summary(credentials, connector))


def _variants(connector: Connector) -> Iterator[tuple[str, Connector, str | None]]:
    """Yield connectors that grow from the bare call to the whole one, each with what a refusal of it means."""
    if connector.type is ConnectorType.PROVIDED:
        yield "the role of the broker's machine is passed on", connector, None
        return
    if connector.mfa_serial:
        # Each call costs a code, and each code takes half a minute to come.
        yield f"{_CALLS[connector.type]} with an MFA code and everything else", connector, None
        return
    bare = replace(
        connector,
        duration=MINIMUM_DURATION,
        user_tags=False,
        group_tags=(),
        tags=(),
        transitive_tags=(),
        source_identity=False,
    )
    if connector.type is ConnectorType.ASSUME_ROLE:
        bare = replace(bare, policy=None, policy_arns=(), read_only=False, region_lock=())
    yield f"{_CALLS[connector.type]} by itself", bare, None
    policed = replace(
        bare,
        policy=connector.policy,
        policy_arns=connector.policy_arns,
        read_only=connector.read_only,
        region_lock=connector.region_lock,
    )
    if policed != bare:
        yield "with its policies", policed, "the policies are malformed, too large, or of another account than the role"
    tagged = replace(
        policed,
        user_tags=connector.user_tags,
        group_tags=connector.group_tags,
        tags=connector.tags,
        transitive_tags=connector.transitive_tags,
    )
    if tagged != policed:
        yield "with its tags", tagged, "sts:TagSession is missing, in the role's trust policy or on the key's user"
    named = replace(tagged, source_identity=connector.source_identity)
    if named != tagged:
        missing = "sts:SetSourceIdentity is missing, in the role's trust policy or on the key's user"
        yield "with the source identity", named, missing
    if connector != named:
        yield "with its duration", connector, "it is longer than the role's maximum, or than the hour of a chained role"


_CALLS = {
    ConnectorType.ASSUME_ROLE: "AssumeRole",
    ConnectorType.FEDERATION_TOKEN: "GetFederationToken",
    ConnectorType.SESSION_TOKEN: "GetSessionToken",
}


def _explained(error: AwsfedError, missing: str | None) -> AwsfedError:
    if missing is None or not isinstance(error, RoleRefused):
        return error
    outward = error.outward.message if error.outward else error.message
    return CallRefused(error.message, hint=missing, outward=outward)


def _about_key(error: AwsfedError, key: AccessKey) -> AwsfedError:
    if not isinstance(error, RoleRefused):
        return error
    message = f"AWS refuses access key {key.name!r}: {error.message}"
    outward = "AWS refuses the access key of the connector"
    return CallRefused(message, hint=f"awsfed keys edit {key.name}", outward=outward)


def _summary(credentials: Credentials, connector: Connector) -> str:
    life_min = round((credentials.expires_at - credentials.issued_at) / 60)
    is_provided = connector.type is ConnectorType.PROVIDED
    unnamed = "the machine's own role" if is_provided else "a session of the key's own user"
    principal = credentials.principal_arn or unnamed
    packed = credentials.packed_policy_percent
    return f"{principal}, for {life_min} min" + (f", policies and tags {packed} % of the limit" if packed else "")
