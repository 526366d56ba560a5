"""Connectors that are chained to others, tagged, and narrowed."""

import pytest

from awsfed.broker.catalogue.document import read_document

BASE = """
[connectors.base]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/base"
chainable = true

[connectors.closed]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/closed"

[connectors.federated]
type = "FEDERATION_TOKEN"
key = "main"
omit_policy = true
"""
END = """
[connectors.end]
type = "ASSUME_ROLE"
role_arn = "arn:aws:iam::210987654321:role/end"
"""


def problems(text: str) -> list[str]:
    """Return the mistakes in a document, by key and message."""
    return [f"{one.key} {one.message}" for one in read_document(text.encode(), name="test.toml").problems]


def test_a_chain_uses_the_access_key_at_its_beginning() -> None:
    """The connector at the end names the other one, and the key of that one is what bounds it."""
    reading = read_document(f'{BASE}{END}key = "connector:base"\n'.encode(), name="test.toml")

    end = reading.good()["end"]

    assert ("main", "base") == (end.access_key, end.via)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('key = "connector:nobody"', "which is not in the same catalogue"),
        ('key = "connector:closed"', "does not say chainable"),
        ('key = "connector:base"\nmfa_serial = "GAHT12345678"', "a role, which has no MFA device"),
        ('key = "connector:federated"', "only works from one ASSUME_ROLE"),
        ('key = "connector:end"\nchainable = true', "is itself chained"),
        ('key = "connector:../x"', "must be 1 to 64 letters"),
        ('key = "connector:base"\nduration = "2h"', "more than the hour"),
    ],
)
def test_chains_that_cannot_be(line: str, said: str) -> None:
    """Unknown, closed, circular, of the wrong type or too long: one mistake, at the line in question."""
    found = problems(f"{BASE}{END}{line}\n")

    assert 1 == len(found)
    assert said in found[0]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('type = "FEDERATION_TOKEN"\nomit_policy = true\nread_only = true', "read_only contradicts omit_policy"),
        ('type = "FEDERATION_TOKEN"\nomit_policy = true\nsource_identity = true', "source_identity is of no use"),
        ('type = "SESSION_TOKEN"\nread_only = true', "read_only is of no use"),
        ('type = "SESSION_TOKEN"\nuser_tags = true', "user_tags is of no use"),
        ('type = "FEDERATION_TOKEN"\nomit_policy = true\ntags = { "crowd:user" = "x" }', "are set by user_tags"),
        ('type = "FEDERATION_TOKEN"\nomit_policy = true\ntags = { "aws:x" = "x" }', "must not begin with aws:"),
        ('type = "FEDERATION_TOKEN"\nomit_policy = true\ntags = { A = "x", a = "y" }', "upper and lower case"),
        ('type = "FEDERATION_TOKEN"\nomit_policy = "yes"', "must be true or false"),
        ('type = "SESSION_TOKEN"\nregion_lock = ["mars"]', "is not the name of a region"),
    ],
)
def test_fields_that_do_not_fit(lines: str, said: str) -> None:
    """Each mistake is named with its field."""
    assert any(said in problem for problem in problems(f'[connectors.x]\nkey = "main"\n{lines}\n'))


def test_transitive_tags_name_tags_that_there_are() -> None:
    """A key that is no tag of the connector cannot stay."""
    line = 'key = "main"\nuser_tags = true\ntransitive_tags = ["crowd:user", "project"]'

    assert ["connectors.end.transitive_tags names 'project', which is no tag of this connector"] == problems(END + line)
