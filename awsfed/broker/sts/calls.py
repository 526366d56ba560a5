"""From a connector to the STS call behind it."""

from typing import Any

from awsfed.errors import Refused
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.identity import Identity
from awsfed.model.narrowing import session_policy
from awsfed.model.secret import Secret
from awsfed.model.session_names import session_name_of
from awsfed.model.tags import session_tags

Call = tuple[str, dict[str, Any]]


def call_of(connector: Connector, identity: Identity, mfa_code: Secret | None = None) -> Call:
    """Return the operation of STS and its parameters; the session carries the name of the user."""
    mfa = {"SerialNumber": connector.mfa_serial, "TokenCode": mfa_code.reveal()} if mfa_code else {}
    match connector.type:
        case ConnectorType.ASSUME_ROLE:
            return "AssumeRole", _given(
                RoleArn=connector.role_arn,
                RoleSessionName=session_name_of(connector, identity),
                ExternalId=connector.external_id,
                DurationSeconds=connector.duration,
                SourceIdentity=session_name_of(connector, identity) if connector.source_identity else None,
                TransitiveTagKeys=list(connector.transitive_tags),
                **mfa,
                **_policies_and_tags(connector, identity),
            )
        case ConnectorType.FEDERATION_TOKEN:
            return "GetFederationToken", _given(
                Name=session_name_of(connector, identity),
                DurationSeconds=connector.duration,
                **_policies_and_tags(connector, identity),
            )
        case ConnectorType.SESSION_TOKEN:
            return "GetSessionToken", _given(DurationSeconds=connector.duration, **mfa)
        case ConnectorType.PROVIDED:
            raise Refused(f"connector {connector.label} makes no call")


def _policies_and_tags(connector: Connector, identity: Identity) -> dict[str, Any]:
    return {
        "Policy": session_policy(connector),
        "PolicyArns": [{"arn": arn} for arn in connector.policy_arns],
        "Tags": [{"Key": key, "Value": value} for key, value in session_tags(connector, identity).items()],
    }


def _given(**parameters: Any) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value}
