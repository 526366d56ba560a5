"""A bare botocore loop of AssumeRole, one client and nothing else; prints the processor seconds of one call.

bare.py ENDPOINT CALLS
"""

import sys
import time

import botocore.session
from botocore.config import Config

endpoint, calls = sys.argv[1], int(sys.argv[2])
client = botocore.session.Session().create_client(
    "sts",
    region_name="eu-central-1",
    endpoint_url=endpoint,
    aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
    aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
)


def call(number: int) -> None:
    """Make one call."""
    name = f"user{number}"
    client.assume_role(RoleArn="arn:aws:iam::123456789012:role/developer", RoleSessionName=name, DurationSeconds=3600)


for number in range(20):
    call(number)
begun = time.process_time()
for number in range(calls):
    call(number)
print((time.process_time() - begun) / calls)
