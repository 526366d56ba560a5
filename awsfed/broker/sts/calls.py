"""From a connector to the STS call behind it."""

from typing import Any

from awsfed.errors import Refused
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.identity import Identity
from awsfed.model.narrowing import session_policy
from awsfed.model.session_names import FEDERATED_USER_LIMIT, session_name
from awsfed.model.tags import session_tags

Call = tuple[str, dict[str, Any]]


def call_of(connector: Connector, identity: Identity) -> Call:
    """Return the operation of STS and its parameters; the session carries the name of the user."""
    match connector.type:
        case ConnectorType.ASSUME_ROLE:
            return "AssumeRole", _given(
                RoleArn=connector.role_arn,
                RoleSessionName=session_name(identity.name),
                ExternalId=connector.external_id,
                DurationSeconds=connector.duration,
                SourceIdentity=session_name(identity.name) if connector.source_identity else None,
                TransitiveTagKeys=list(connector.transitive_tags),
                **_policies_and_tags(connector, identity),
            )
        case ConnectorType.FEDERATION_TOKEN:
            return "GetFederationToken", _given(
                Name=session_name(identity.name, limit=FEDERATED_USER_LIMIT),
                DurationSeconds=connector.duration,
                **_policies_and_tags(connector, identity),
            )
        case ConnectorType.SESSION_TOKEN:
            return "GetSessionToken", _given(DurationSeconds=connector.duration)
        case ConnectorType.PROVIDED:
            raise Refused(f"connector {connector.id!r} makes no call")


def _policies_and_tags(connector: Connector, identity: Identity) -> dict[str, Any]:
    return {
        "Policy": session_policy(connector),
        "PolicyArns": [{"arn": arn} for arn in connector.policy_arns],
        "Tags": [{"Key": key, "Value": value} for key, value in session_tags(connector, identity).items()],
    }


def _given(**parameters: Any) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value}
