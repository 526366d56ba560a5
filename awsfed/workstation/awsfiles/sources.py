"""The keys that say where a profile's credentials come from.

With two sources under one name, SDKs disagree about which one counts.
"""

from awsfed.workstation.awsfiles.document import Section

STATIC = frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"})
ELSEWHERE = frozenset(
    {
        "credential_process",
        "credential_source",
        "login_session",
        "role_arn",
        "source_profile",
        "web_identity_token_file",
    }
)


def foreign_sources(section: Section, own: frozenset[str]) -> list[str]:
    """Return the sources in a section that are not ours; `own` are the keys that we write into such a section."""
    ours = own if section.marker else frozenset[str]()
    return [option.name for option in section.options if _is_source(option.name) and option.name not in ours]


def _is_source(name: str) -> bool:
    return name in STATIC or name in ELSEWHERE or name.startswith("sso_")
