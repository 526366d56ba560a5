import json
import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from awsfed.broker.catalogue.document import read_document, read_tables
from awsfed.broker.catalogue.exchange.giving import give
from awsfed.broker.catalogue.exchange.ids import ids_of
from awsfed.broker.catalogue.exchange.listing import Listing, read_listing
from awsfed.broker.catalogue.exchange.taking import Taken, take
from awsfed.broker.catalogue.written import as_text
from awsfed.model.connector import Connector
from awsfed.model.slugs import parse_slug, slug_from

GUID = "0a6e0000-0000-4000-8000-000000000001"
ROLE = "arn:aws:iam::123456789012:role/x"
DEPLOY = {"id": "1", "name": "Deploy", "type": "ASSUME_ROLE", "accountId": GUID, "roleArn": ROLE, "groups": ["d"]}
WORDS = [GUID, "SYSTEM", ROLE, '{"Statement": [1]}']
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.sampled_from(WORDS)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
FIELDS = st.sampled_from([*DEPLOY, "iamPolicy", "scope", "slug", "via", "tags", "policyArns", "duration", "x\n[y]"])
CHANGED = st.builds(lambda more: {**DEPLOY, **more}, st.dictionaries(FIELDS, JSON, max_size=2))
BODIES = st.lists(st.one_of(st.dictionaries(FIELDS, JSON), CHANGED), max_size=4)
ACCOUNT_FIELDS = st.sampled_from(["id", "name", "slug", "awsAccessKeyId", "cloudProviderKey", "awsSecretKey", "x\ny"])
ACCOUNTS = st.lists(st.dictionaries(ACCOUNT_FIELDS, JSON), max_size=3)
NAMED = st.fixed_dictionaries({}, optional={name: st.text(max_size=5) for name in ("id", "name", "slug")})

NAMES = st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=12)
SLUGS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
KEYS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
TAG_KEYS = st.from_regex(r"[a-z][\w .:/=+@-]{0,9}", fullmatch=True)
TAG_VALUES = st.from_regex(r"[\w \t.:/=+@-]{0,9}", fullmatch=True)
LATIN = st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0xFF), min_size=1, max_size=20)
POLICIES = st.builds(lambda text: json.dumps({"Statement": [text]}), LATIN)
COMMON = {
    "name": NAMES,
    "groups": st.lists(NAMES, max_size=2),
    "duration": st.integers(900, 43_200),
    "region": st.sampled_from(["eu-west-1", "us-east-1"]),
    "scope": st.just("SYSTEM"),
}
NARROWED = {
    "policy_arns": st.just(["arn:aws:iam::aws:policy/X"]),
    "read_only": st.booleans(),
    "region_lock": st.just(["eu-west-1"]),
    "tags": st.dictionaries(TAG_KEYS, TAG_VALUES, max_size=2),
    "user_tags": st.booleans(),
    "group_tags": st.lists(NAMES, max_size=2),
}
ROLES = st.fixed_dictionaries(
    {"type": st.just("ASSUME_ROLE"), "key": KEYS, "role_arn": st.sampled_from([ROLE, f"{ROLE}/y"])},
    optional={
        **COMMON,
        **NARROWED,
        "policy": POLICIES,
        "external_id": st.just("x-y"),
        "mfa_serial": st.just("arn:aws:iam::123456789012:mfa/broker"),
        "source_identity": st.booleans(),
        "chainable": st.booleans(),
    },
)
FEDERATED = st.fixed_dictionaries(
    {"type": st.just("FEDERATION_TOKEN"), "key": KEYS, "policy": POLICIES}, optional={**COMMON, **NARROWED}
)
SESSIONS = st.fixed_dictionaries({"type": st.just("SESSION_TOKEN"), "key": KEYS}, optional=COMMON)
PROVIDED = st.fixed_dictionaries({"type": st.just("PROVIDED"), "key": KEYS, "groups": st.just(["a"])})
TABLES = st.dictionaries(SLUGS, st.one_of(ROLES, FEDERATED, SESSIONS, PROVIDED), max_size=5)


def connectors(result: Taken) -> dict[str, Connector]:
    """Return the connectors of a document that was written."""
    return dict(read_document(result.text.encode(), name="OUT").good())


def good(tables: dict[str, dict[str, Any]]) -> list[Connector]:
    """Return the connectors of tables that are right, with a chained one where another can be its base."""
    bases = [name for name, table in tables.items() if table.get("chainable")]
    if bases:
        tables = {"Ch.x": {"type": "ASSUME_ROLE", "key": f"connector:{bases[0]}", "role_arn": ROLE}, **tables}
    return [one for one in read_tables(tables, find=lambda _: ("IN", None)).connectors.values() if one.access_key]


@given(st.lists(NAMED))
def test_ids_are_slugs_and_differ(bodies: list[dict[str, str]]) -> None:
    """Whatever names and GUIDs come, also without any."""
    ids = ids_of(bodies, "it")

    assert ids == [parse_slug(one) for one in ids]
    assert len(bodies) == len({one.casefold() for one in ids})


@given(st.text())
def test_a_slug_from_any_name(name: str) -> None:
    """It is a slug or nothing, and its own slug."""
    slug = slug_from(name)

    assert not slug or slug == parse_slug(slug) == slug_from(slug)


@given(BODIES, ACCOUNTS)
def test_whatever_comes_makes_a_good_catalogue(bodies: list[dict[str, Any]], accounts: list[dict[str, Any]]) -> None:
    """The text is a document without mistakes, nothing is lost without a word, and no text breaks out of a comment."""
    result = take(Listing(connectors=tuple(bodies), accounts=tuple(accounts)))

    assert result.taken == len(connectors(result))
    assert len(bodies) == result.taken + result.left_out
    assert "\n" not in "".join(result.warnings)
    assert {"connectors"} >= set(tomllib.loads(result.text))


@settings(deadline=None)
@given(TABLES)
def test_there_and_back(tables: dict[str, dict[str, Any]]) -> None:
    """What is exported and imported again is the same connectors: ids, keys, chains and all."""
    all_good = good(tables)
    document = json.dumps(give(all_good).document).encode()

    result = take(read_listing(document, name="IN"))

    assert {one.id: one for one in all_good} == connectors(result)
    assert 0 == result.left_out


@settings(deadline=None)
@given(TABLES)
def test_written_and_read(tables: dict[str, dict[str, Any]]) -> None:
    """A connector as TOML is the same connector."""
    all_good = good(tables)

    reading = read_document(as_text((one, ("a\nb",)) for one in all_good).encode(), name="FILE")

    assert {one.id: one for one in all_good} == reading.good()
