import json
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from sandbox.aws.consuming import BROKER_ARN, ROLE, Consumer

HOME = "https://eu-central-1.console.aws.amazon.com/console/home?region=eu-central-1"


def ask_token(consumer: Consumer, credentials: Mapping[str, Any], **more: str) -> requests.Response:
    """Ask for a sign-in token."""
    session = {
        "sessionId": credentials["AccessKeyId"],
        "sessionKey": credentials["SecretAccessKey"],
        "sessionToken": credentials.get("SessionToken", ""),
    }
    form = {"Action": "getSigninToken", "Session": json.dumps(session), **more}
    return requests.post(f"{consumer.world.aws_url}/federation", data=form, timeout=5)


def log_in(consumer: Consumer, token: str, destination: str | None = HOME) -> requests.Response:
    """Open the address that a browser would open."""
    query = {"Action": "login", "Issuer": "https://crowd.example.org", "SigninToken": token}
    if destination is not None:
        query["Destination"] = destination
    return requests.get(f"{consumer.world.aws_url}/federation", params=query, allow_redirects=False, timeout=5)


def assert_refused(response: requests.Response, words: str) -> None:
    """It is a page with status 400 and these words."""
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert words in response.text


def test_a_role_signs_in(consumer: Consumer) -> None:
    """The page at the end of the way says who is there and where they were going."""
    token = ask_token(consumer, consumer.assume()).json()["SigninToken"]
    answer = log_in(consumer, token)

    assert answer.status_code == 302
    page = requests.get(consumer.world.aws_url + answer.headers["Location"], timeout=5)
    assert "arn:aws:sts::123456789012:assumed-role/developer/alice" in page.text
    assert "eu-central-1.console.aws.amazon.com/console/home" in page.text
    assert [(call.action, call.status) for call in consumer.world.aws.calls[1:3]] == [
        ("getSigninToken", 200),
        ("login", 302),
    ]


def test_a_token_is_given_to_a_get_as_well(consumer: Consumer) -> None:
    """As the documentation of AWS shows it."""
    credentials = consumer.client("sts").get_federation_token(Name="alice")["Credentials"]
    names = {"sessionId": "AccessKeyId", "sessionKey": "SecretAccessKey", "sessionToken": "SessionToken"}
    session = json.dumps({name: credentials[key] for name, key in names.items()})
    query = {"Action": "getSigninToken", "Session": session}

    assert requests.get(f"{consumer.world.aws_url}/federation", params=query, timeout=5).json()["SigninToken"]


@pytest.mark.parametrize("seconds", ["899", "43201", "x", ""])
def test_a_length_out_of_the_limits_is_refused(consumer: Consumer, seconds: str) -> None:
    """A quarter of an hour to twelve hours."""
    assert_refused(ask_token(consumer, consumer.assume(), SessionDuration=seconds), "SessionDuration")


def test_a_length_of_its_own_outlives_the_credentials(consumer: Consumer) -> None:
    """Without one, the console session ends with them."""
    credentials = consumer.assume(DurationSeconds=900)
    pages = []
    for more in ({}, {"SessionDuration": "43200"}):
        token = ask_token(consumer, credentials, **more).json()["SigninToken"]
        pages.append(consumer.world.aws_url + log_in(consumer, token).headers["Location"])
    consumer.world.aws.clock_offset_s = 1000

    assert_refused(requests.get(pages[0], timeout=5), "over")
    assert requests.get(pages[1], timeout=5).status_code == 200


def test_a_length_is_for_roles_assumed_with_long_term_keys(consumer: Consumer) -> None:
    """Chained roles and federated users sign in only without it."""
    trust = {"Effect": "Allow", "Principal": {"AWS": BROKER_ARN}, "Action": "sts:AssumeRole"}
    consumer.new_role("console-chained", trust)
    session = consumer.client("sts", consumer.client("sts").get_session_token()["Credentials"])
    chained = session.assume_role(RoleArn=f"{ROLE}console-chained", RoleSessionName="alice")["Credentials"]
    federated = consumer.client("sts").get_federation_token(Name="alice")["Credentials"]
    for credentials in (chained, federated):
        assert_refused(ask_token(consumer, credentials, SessionDuration="3600"), "Invalid credentials parameter")
        assert ask_token(consumer, credentials).status_code == 200


def test_only_roles_and_federated_users_sign_in(consumer: Consumer) -> None:
    """Neither session tokens nor long-term keys do."""
    assert_refused(ask_token(consumer, consumer.client("sts").get_session_token()["Credentials"]), "only roles")
    assert_refused(ask_token(consumer, consumer.broker), "only roles")


def test_credentials_are_verified(consumer: Consumer) -> None:
    """All three parts, and the time."""
    credentials = consumer.assume(DurationSeconds=900)
    for name in credentials.keys() - {"Expiration"}:
        assert_refused(ask_token(consumer, credentials | {name: "x"}), "Invalid credentials")
    consumer.world.aws.clock_offset_s = 901
    assert_refused(ask_token(consumer, credentials), "Expired credentials")


@pytest.mark.parametrize("session", ["", "x", "[]", "{}", '"x"', '{"sessionId": "x"}'])
def test_a_session_that_is_none_is_refused(consumer: Consumer, session: str) -> None:
    """It has to be JSON with three texts."""
    form = {"Action": "getSigninToken", "Session": session}

    assert_refused(requests.post(f"{consumer.world.aws_url}/federation", data=form, timeout=5), "not JSON with")


def test_a_token_is_good_for_15_minutes(consumer: Consumer) -> None:
    """As often as wanted, but not longer."""
    token = ask_token(consumer, consumer.assume()).json()["SigninToken"]
    consumer.world.aws.clock_offset_s = 890
    assert log_in(consumer, token).status_code == 302
    consumer.world.aws.clock_offset_s = 910

    assert_refused(log_in(consumer, token), "older than 15 minutes")
    assert_refused(log_in(consumer, "x"), "unknown")


@pytest.mark.parametrize(
    "destination",
    [
        "https://console.aws.amazon.com/",
        "https://console.amazonaws.cn/s3/home",
        "https://us-gov-west-1.console.amazonaws-us-gov.com/",
        "https://eusc-de-east-1.console.amazonaws-eusc.eu/console/home",
    ],
)
def test_consoles_of_all_partitions_are_destinations(consumer: Consumer, destination: str) -> None:
    """With and without a region."""
    token = ask_token(consumer, consumer.assume()).json()["SigninToken"]

    assert log_in(consumer, token, destination).status_code == 302
    assert log_in(consumer, token, f"{consumer.world.aws_url}/console/").status_code == 302


@pytest.mark.parametrize(
    "destination",
    [
        None,
        "",
        "http://console.aws.amazon.com/",
        "https://evil.example/",
        "https://console.aws.amazon.com.evil.example/",
        "https://console.aws.amazon.com@evil.example/",
        "https://evilconsole.aws.amazon.com/",
        "https://[",
    ],
)
def test_other_destinations_are_refused(consumer: Consumer, destination: str | None) -> None:
    """Nobody is sent to a stranger's page."""
    token = ask_token(consumer, consumer.assume()).json()["SigninToken"]

    assert_refused(log_in(consumer, token, destination), "Destination")


def test_other_actions_and_methods_are_refused(consumer: Consumer) -> None:
    """The endpoint knows two actions, by GET and POST."""
    address = f"{consumer.world.aws_url}/federation"

    assert_refused(requests.get(address, params={"Action": "logout"}, timeout=5), "Action")
    assert_refused(requests.put(address, timeout=5), "Method")
    assert_refused(requests.get(f"{consumer.world.aws_url}/console/x", timeout=5), "unknown or over")
