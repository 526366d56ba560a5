import time

import pytest
import requests
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, HTTPClientError
from sandbox.aws.consuming import Consumer, refused

from awsfed.sandbox.aws.face import Call
from awsfed.sandbox.aws.faults import fail, hang, reset, throttle

BROKER_ID = "AKIASANDBOXBROKERAAA"


def test_throttling_lasts_for_as_many_calls_as_ordered(consumer: Consumer) -> None:
    """Then the next answer is right again."""
    consumer.world.aws.faults.add(throttle(), times=2)
    sts = consumer.client("sts")
    for _ in range(2):
        with refused("Throttling", "Rate exceeded"):
            sts.get_caller_identity()

    assert sts.get_caller_identity()
    assert [call.status for call in consumer.world.aws.calls] == [400, 400, 200]


def test_orders_wait_for_their_action_and_come_in_turn(consumer: Consumer) -> None:
    """A fault for one action leaves the others alone."""
    consumer.world.aws.faults.add(fail(503, "ServiceUnavailable"), action="AssumeRole")
    consumer.world.aws.faults.add(fail(400, "RegionDisabledException"), action="AssumeRole")
    assert consumer.client("sts").get_caller_identity()
    with refused("ServiceUnavailable"):
        consumer.assume()
    with refused("RegionDisabledException"):
        consumer.assume()
    assert consumer.assume()


def test_a_reset_leaves_no_answer(consumer: Consumer) -> None:
    """The connection is gone, and the call is remembered without a status."""
    consumer.world.aws.faults.add(reset())
    with pytest.raises((ConnectionClosedError, EndpointConnectionError, HTTPClientError)):
        consumer.client("sts").get_caller_identity()

    assert consumer.world.aws.calls == [Call("sts", "GetCallerIdentity", BROKER_ID, 0)]


def test_a_hanging_call_is_answered_late(consumer: Consumer) -> None:
    """It waits, then goes on."""
    consumer.world.aws.faults.add(hang(0.3))
    started = time.monotonic()

    assert consumer.client("sts").get_caller_identity()
    assert time.monotonic() - started >= 0.3


def test_faults_can_be_ordered_over_http(consumer: Consumer) -> None:
    """For those who sit in a shell."""
    address = f"{consumer.world.aws_url}/_sandbox/faults"
    orders = [{"fault": "throttle"}, {"fault": "fail", "status": 500}, {"fault": "hang", "seconds": 0.1}]
    for order in orders:
        assert requests.post(address, json=order, timeout=5).status_code == 204
    sts = consumer.client("sts")
    with refused("Throttling"):
        sts.get_caller_identity()
    with refused("InternalFailure"):
        sts.get_caller_identity()
    assert sts.get_caller_identity()

    requests.post(address, json={"fault": "reset", "times": 9, "action": "AssumeRole"}, timeout=5)
    assert requests.delete(address, timeout=5).status_code == 204
    assert consumer.assume()


@pytest.mark.parametrize("order", [[], {}, {"fault": "fire"}, {"fault": "hang"}, {"fault": "throttle", "times": "x"}])
def test_orders_that_are_none_are_refused(consumer: Consumer, order: object) -> None:
    """With a word about what there is."""
    response = requests.post(f"{consumer.world.aws_url}/_sandbox/faults", json=order, timeout=5)

    assert (response.status_code, "throttle" in response.text) == (400, True)


def test_a_web_page_cannot_order_faults(consumer: Consumer) -> None:
    """A form, which a browser sends to anybody, is no order."""
    response = requests.post(f"{consumer.world.aws_url}/_sandbox/faults", data='{"fault": "reset"}', timeout=5)

    assert response.status_code == 405


def test_the_sign_in_endpoint_fails_on_order_too(consumer: Consumer) -> None:
    """With a page, as it always does."""
    consumer.world.aws.faults.add(fail(500, "InternalFailure"), action="getSigninToken")
    response = requests.post(f"{consumer.world.aws_url}/federation", data={"Action": "getSigninToken"}, timeout=5)

    assert (response.status_code, response.headers["Content-Type"]) == (500, "text/html; charset=utf-8")
