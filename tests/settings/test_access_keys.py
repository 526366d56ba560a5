import pytest
from settings.desk import Desk

from awsfed.settings.values import KeySource
from awsfed.settings.variables import key_variables, secret_variables


def test_a_key_is_in_the_keyring_unless_it_says_otherwise(desk: Desk) -> None:
    """An empty table is a key in the keyring that only local connectors may use."""
    desk.user("[keys.main]")

    key = desk.load().keys["main"]

    assert (key.name, key.source, key.roles) == ("main", KeySource.KEYRING, None)


def test_a_key_may_come_from_a_profile(desk: Desk) -> None:
    """Profile and file go with the source profile."""
    desk.user('[keys."old.one"]\nsource = "profile"\nprofile = "federation"\nfile = "~/creds"')

    key = desk.load().keys["old.one"]

    assert (key.source, key.profile, key.file) == (KeySource.PROFILE, "federation", desk.home / "creds")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('source = "profile"', 'USER, line 2: keys.main.source is "profile", but no profile is named'),
        ('profile = "x"', 'USER, line 2: keys.main.profile needs source = "profile"'),
        ('file = "/x"', 'USER, line 2: keys.main.file needs source = "profile"'),
        (
            'source = "vault"',
            (
                'USER, line 2: keys.main.source must be "keyring" or "profile" or "environment" or "instance"'
                ' or "container"'
            ),
        ),
        ("colour = 1", "USER, line 2: keys.main.colour is not a setting"),
    ],
)
def test_mistakes_in_a_key(desk: Desk, text: str, complaint: str) -> None:
    """Each part has its rules."""
    desk.user(f"[keys.main]\n{text}")

    assert desk.complaints() == [complaint]


def test_roles_are_patterns_or_calls(desk: Desk) -> None:
    """What is neither is refused with its place in the list."""
    desk.user('[keys.main]\nroles = ["FEDERATION_TOKEN", "arn:aws:s3:::x"]')

    assert "keys.main.roles has an item 2 that is not a pattern of role ARNs" in desk.complaints()[0]
    assert desk.complaints()[0].endswith("nor FEDERATION_TOKEN, SESSION_TOKEN or PROVIDED")


def test_a_key_has_a_name_that_is_safe_everywhere(desk: Desk) -> None:
    """Spaces and slashes are not for names of keys."""
    desk.user('[keys."a/b"]')

    assert "USER, line 1: keys.a/b is no name for an access key" in desk.complaints()[0]


def test_two_keys_do_not_share_variables(desk: Desk) -> None:
    """Names that become the same variable are a mistake."""
    desk.user('[keys."a.b"]\n[keys.a-b]')

    assert desk.complaints() == [
        "USER, line 2: keys.a-b and keys.a.b would both be read from AWSFED_KEY_A_B_SECRET_ACCESS_KEY"
    ]


def test_variables_of_a_key() -> None:
    """Capitals, and an underscore for dots and hyphens."""
    assert key_variables("a.b-c").access_key_id == "AWSFED_KEY_A_B_C_ACCESS_KEY_ID"


def test_secret_variables_are_all_found() -> None:
    """Everything that holds a secret is named, and nothing else."""
    environ = dict.fromkeys(
        (
            "AWSFED_PASSWORD",
            "AWSFED_CROWD_SECRET",
            "AWSFED_MFA_CODE",
            "AWSFED_SEALING_KEY",
            "AWSFED_KEY_X_SESSION_TOKEN",
            "AWSFED_USER",
        ),
        "x",
    )

    assert secret_variables(environ) == (
        "AWSFED_PASSWORD",
        "AWSFED_CROWD_SECRET",
        "AWSFED_MFA_CODE",
        "AWSFED_SEALING_KEY",
        "AWSFED_KEY_X_SESSION_TOKEN",
    )
