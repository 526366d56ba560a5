"""What a refusal of STS means for the person who reads it."""

from awsfed.errors import RoleRefused
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.credentials import AccessKey
from awsfed.outside.aws_answers import AwsRefusal

_NOTABLE_SKEW_S = 120
_ABOUT_WISHES = {"MalformedPolicyDocument", "PackedPolicyTooLarge", "ValidationError"}
"""Codes of AWS about policies and durations, which name no key and no user of ours."""


class CallRefused(RoleRefused):
    """AWS refused a call that an access key signed; what it says names that key, its user and roles."""

    def __init__(self, message: str, *, hint: str | None, outward: str | None, request_id: str | None = None) -> None:
        super().__init__(message, hint=hint, request_id=request_id)
        self.outward = None if outward is None else RoleRefused(outward, hint=ASK)


ASK = "who looks after the broker finds the reason in its log"


def explained(refusal: AwsRefusal, connector: Connector, key: AccessKey) -> CallRefused:
    """Return the refusal as a sentence about the connector, with what is probably missing as the hint."""
    return CallRefused(
        f"AWS refused connector {connector.label}: {refusal.message}",
        hint=_hint(refusal, connector, key),
        outward=None
        if refusal.code in _ABOUT_WISHES
        else f"AWS refused the connector, which is not set up correctly: {refusal.code}",
        request_id=refusal.request_id,
    )


def _hint(refusal: AwsRefusal, connector: Connector, key: AccessKey) -> str:  # noqa: PLR0911 - one return a code is the table this is
    if refusal.skew_s is not None and abs(refusal.skew_s) > _NOTABLE_SKEW_S:
        direction = "ahead of" if refusal.skew_s > 0 else "behind"
        return f"this machine's clock is {abs(refusal.skew_s) / 60:.0f} min {direction} AWS; set it right"
    match refusal.code:
        case "InvalidClientTokenId" | "UnrecognizedClientException":
            return f"the access key {key.name!r} was deleted or deactivated; awsfed keys add {key.name} --replace"
        case "SignatureDoesNotMatch" | "IncompleteSignature":
            return f"the secret of access key {key.name!r} is wrong; awsfed keys add {key.name} --replace"
        case "ExpiredToken" | "ExpiredTokenException":
            return f"access key {key.name!r} is itself temporary and has expired"
        case "AccessDenied":
            return _wrong_code(key) if "MultiFactorAuthentication" in refusal.message else _missing(connector, key)
        case "RegionDisabledException":
            return "enable STS for this region in the account, or set another region for the connector"
        case "PackedPolicyTooLarge":
            return "shorten the policies of the connector; AWS packs them, so fewer and simpler ones count"
        case "MalformedPolicyDocument":
            return "correct the policy of the connector"
        case "ValidationError":
            return "compare the connector's duration with the role's maximum session duration"
        case _:
            return f"awsfed connectors show {connector.id}"


def _wrong_code(key: AccessKey) -> str:
    return (
        "a code counts once and for half a minute, so wait for the next one; if that is wrong too, the device in"
        f" mfa_serial is not one of the user of access key {key.name!r}"
    )


def _missing(connector: Connector, key: AccessKey) -> str:
    if connector.type is ConnectorType.ASSUME_ROLE:
        external = "" if connector.external_id else ", or the role wants an external id"
        code = "" if connector.mfa_serial else ", or an MFA code: mfa_serial in the connector"
        return (
            f"the user of access key {key.name!r} needs sts:AssumeRole on the role, and the role's trust policy must "
            f"name that user{external}{code}"
        )
    if connector.type is ConnectorType.FEDERATION_TOKEN:
        return f"the user of access key {key.name!r} needs sts:GetFederationToken in its own policy"
    return f"access key {key.name!r} must be a user's own, not a temporary one"
