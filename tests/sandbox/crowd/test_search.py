import pytest
from sandbox.crowd.calling import Caller, names, reason

XML = {"Content-Type": "application/xml"}
MATCH = (
    "<property-search-restriction><property><name>{name}</name><type>STRING</type></property>"
    "<match-mode>{mode}</match-mode><value>{value}</value></property-search-restriction>"
)


@pytest.mark.parametrize(
    ("kind", "restriction", "expected"),
    [
        ("user", "", ["alice", "bob", "carol", "dave", "erin", "frank"]),
        ("user", 'name = "Alice"', ["alice"]),
        ("user", "name=alice", ["alice"]),
        ("user", 'name = "*r*"', ["carol", "erin", "frank"]),
        ("user", 'active = true AND name = "*e"', ["alice"]),
        ("user", 'active = false or email = "bob@*"', ["bob", "dave"]),
        ("user", '(name = "bob" OR name = "carol") AND firstName = "Carol"', ["carol"]),
        ("user", "displayName='Frank Example'", ["frank"]),
        ("group", 'name = "aws-*" and active = true', ["aws-admins", "aws-developers", "aws-operations"]),
        ("group", "active=false", ["aws-retired"]),
    ],
)
def test_query(call: Caller, kind: str, restriction: str, expected: list[str]) -> None:
    """Equality, wildcards at the ends, AND, OR and parentheses; case does not matter."""
    params = {"entity-type": kind, "restriction": restriction} if restriction else {"entity-type": kind}

    assert expected == names(call("GET", "/search", params=params))


@pytest.mark.parametrize(
    "restriction",
    [
        "name",
        "name = ",
        'name != "bob"',
        'createdDate > "2020-01-01"',
        'name = "a*b"',
        "active = perhaps",
        'name = "bob',
        '(name = "bob"',
        'name = "bob" name = "carol"',
        'shoeSize = "42"',
        'name = "bob" AND',
    ],
)
def test_unsupported_query(call: Caller, restriction: str) -> None:
    """What cannot be understood is an illegal argument, never everybody."""
    response = call("GET", "/search", params={"entity-type": "user", "restriction": restriction})

    assert reason(response) == (400, "ILLEGAL_ARGUMENT")


@pytest.mark.parametrize("params", [{}, {"entity-type": "robot"}])
def test_entity_type(call: Caller, params: dict[str, str]) -> None:
    """A search is for users or for groups."""
    assert reason(call("GET", "/search", params=params)) == (400, "ILLEGAL_ARGUMENT")


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("EXACTLY_MATCHES", "BOB", ["bob"]),
        ("CONTAINS", "a", ["alice", "carol", "dave", "frank"]),
        ("STARTS_WITH", "c", ["carol"]),
        ("ENDS_WITH", "e", ["alice", "dave"]),
    ],
)
def test_property_in_a_body(call: Caller, mode: str, value: str, expected: list[str]) -> None:
    """A property restriction in XML or in JSON has four ways to match."""
    params = {"entity-type": "user"}
    xml = MATCH.format(name="name", mode=mode, value=value)
    document = {"restriction-type": "property-search-restriction", "match-mode": mode, "value": value}
    document_with_property = {**document, "property": {"name": "name", "type": "STRING"}}

    assert expected == names(call("POST", "/search", params=params, headers=XML, data=xml))
    assert expected == names(call("POST", "/search", params=params, json=document_with_property))


def test_boolean_in_a_body(call: Caller) -> None:
    """Restrictions are joined by a boolean one."""
    inner = MATCH.format(name="name", mode="CONTAINS", value="r") + MATCH.format(
        name="active", mode="EXACTLY_MATCHES", value="true"
    )
    body = (
        "<boolean-search-restriction><boolean-logic>AND</boolean-logic>"
        f"<restrictions>{inner}</restrictions></boolean-search-restriction>"
    )

    assert names(call("POST", "/search", params={"entity-type": "user"}, headers=XML, data=body)) == [
        "carol",
        "erin",
        "frank",
    ]


def test_null_restriction_and_pages(call: Caller) -> None:
    """A null restriction lets everything through, page by page, expanded on request."""
    params = {"entity-type": "user", "expand": "user", "start-index": "1", "max-results": "2"}
    response = call("POST", "/search", params=params, headers=XML, data="<null-search-restriction/>")

    assert [one["email"] for one in response.json()["users"]] == ["bob@example.com", "carol@example.com"]


@pytest.mark.parametrize(
    "body", ["<other/>", MATCH.format(name="name", mode="LESS_THAN", value="b"), "<property-search-restriction/>"]
)
def test_unsupported_body(call: Caller, body: str) -> None:
    """Other restrictions are illegal arguments."""
    response = call("POST", "/search", params={"entity-type": "user"}, headers=XML, data=body)

    assert reason(response) == (400, "ILLEGAL_ARGUMENT")
