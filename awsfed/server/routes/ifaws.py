"""The vendor's resources, under `/rest/identity-federation-for-aws/{version}`: what a connector is used for."""

import base64

from starlette.responses import Response

from awsfed.broker.answers import ConsolePlace, PackageDomain
from awsfed.model.narrowing import NOTHING
from awsfed.server import bodies, shapes, vendor_bodies
from awsfed.server.calls import Call
from awsfed.server.routes import accounts, connectors
from awsfed.server.routes.console import console_link
from awsfed.server.routes.vendor import ALL, LATER, Granted, User, row
from awsfed.server.statuses import BadRequest, json_answer
from awsfed.version import VERSION


def _info(call: Call) -> Response:
    shape = {
        "name": "awsfed",
        "version": VERSION,
        "apiVersions": list(ALL),
        "userName": call.identity.name,
        "membershipCacheSeconds": call.serving.settings.server.membership_cache_s,
    }
    return json_answer(shape)


def _credentials(call: Call) -> Response:
    made = call.broker.credentials(call.session, call.id).credentials
    shape = {
        "expiration": made.expires_at * 1000,
        "sessionToken": made.session_token.reveal(),
        "accessKeyId": made.access_key_id,
        "secretAccessKey": made.secret_access_key.reveal(),
    }
    return json_answer(shape)


def _caller_identity(call: Call) -> Response:
    found = call.broker.caller_identity(call.session, call.id)
    return json_answer({"account": found.account, "arn": found.arn, "userId": found.user_id})


def _console(call: Call) -> Response:
    return json_answer({"url": console_link(call, ConsolePlace(), NOTHING)})


def _ecr(call: Call) -> Response:
    region = shapes.region(call.queried("region").get("region"))
    found = call.broker.ecr_credentials(call.session, call.id, region)
    password = found.password.reveal()
    shape = {
        "authorizationToken": base64.b64encode(f"{found.username}:{password}".encode()).decode(),
        "expiresAt": found.expires_at * 1000,
        "proxyEndpoint": f"https://{found.host}",
        "proxyEndpointDomain": found.host,
        "username": found.username,
        "password": password,
    }
    return json_answer(shape)


def _codeartifact(call: Call) -> Response:
    query = call.queried("region", "domain")
    if not query.get("domain"):
        raise BadRequest("domain is missing in the query")
    domain = PackageDomain(name=query["domain"], region=shapes.region(query.get("region")))
    found = call.broker.codeartifact_token(call.session, call.id, domain)
    return json_answer({"authorizationToken": found.token.reveal(), "expiration": found.expires_at * 1000})


_REGION = {"region": "That of the connector where it is not given."}
_DOMAIN = {"domain": "Name of the domain; required."}
_ONE = "/connectors/{id}"
RESOURCES = (
    row(
        "GET",
        f"{_ONE}/credentials",
        Granted,
        _credentials,
        "Vend credentials.",
        returns=vendor_bodies.VendorCredentials,
        vends="credentials",
    ),
    row(
        "GET",
        "/status/info",
        User,
        _info,
        "Tell who is signed in; used to sign in.",
        returns=vendor_bodies.VendorStatusInfo,
    ),
    *connectors.RESOURCES,
    row(
        "GET",
        f"{_ONE}/caller-identity",
        Granted,
        _caller_identity,
        "Ask AWS whom it takes new credentials for.",
        returns=bodies.CallerIdentity,
    ),
    row(
        "GET",
        f"{_ONE}/console/url",
        Granted,
        _console,
        "Get a link into the console, good for a minute and for one use.",
        returns=bodies.Place,
        vends="console-link",
    ),
    row(
        "GET",
        f"{_ONE}/ecr/credentials",
        Granted,
        _ecr,
        "Get a password of ECR.",
        returns=vendor_bodies.VendorRegistryCredentials,
        query=_REGION,
        vends="ecr",
    ),
    row(
        "GET",
        f"{_ONE}/codeartifact/credentials",
        Granted,
        _codeartifact,
        "Get a token of CodeArtifact.",
        returns=vendor_bodies.VendorPackageCredentials,
        query=_REGION | _DOMAIN,
        versions=LATER,
        vends="codeartifact",
    ),
    *accounts.RESOURCES,
)
