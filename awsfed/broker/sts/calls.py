"""From a connector to the STS call behind it."""

from typing import Any

from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.session_names import FEDERATED_USER_LIMIT, session_name

Call = tuple[str, dict[str, Any]]


def call_of(connector: Connector, user_name: str) -> Call:
    """Return the operation of STS and its parameters; the session carries the name of the user."""
    match connector.type:
        case ConnectorType.ASSUME_ROLE:
            return "AssumeRole", _given(
                RoleArn=connector.role_arn,
                RoleSessionName=session_name(user_name),
                ExternalId=connector.external_id,
                DurationSeconds=connector.duration,
                **_policies(connector),
            )
        case ConnectorType.FEDERATION_TOKEN:
            return "GetFederationToken", _given(
                Name=session_name(user_name, limit=FEDERATED_USER_LIMIT),
                DurationSeconds=connector.duration,
                **_policies(connector),
            )
        case ConnectorType.SESSION_TOKEN:
            return "GetSessionToken", _given(DurationSeconds=connector.duration)


def _policies(connector: Connector) -> dict[str, Any]:
    return {"Policy": connector.policy, "PolicyArns": [{"arn": arn} for arn in connector.policy_arns]}


def _given(**parameters: Any) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value}
