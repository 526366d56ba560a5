"""Our own resources, under `/rest/awsfed/1`."""

from dataclasses import replace

from starlette.responses import Response

from awsfed.broker.answers import ConsolePlace, PackageDomain
from awsfed.broker.guard.interface import SessionKind
from awsfed.errors import StoreError
from awsfed.model.secret import Secret
from awsfed.server import bodies, shapes
from awsfed.server.authentication import drop_cookie, set_cookie
from awsfed.server.calls import Call, Resource, Who
from awsfed.server.routes.console import console_link
from awsfed.server.statuses import BadRequest, failure, json_answer, no_content
from awsfed.version import VERSION

BASE = "/rest/awsfed/1"


def _status(_: Call) -> Response:
    return json_answer({"awsfed": 1, "version": VERSION})


def _sign_in(call: Call) -> Response:
    body = call.body(bodies.SignIn)
    kind = SessionKind.COOKIE if body.cookie else SessionKind.BEARER
    match (body.name, body.password, body.service, body.token):
        case (str(name), str(password), None, None):
            issued = call.request.sign_in.with_password(name, Secret(password), kind)
        case (None, None, str(service), str(token)):
            issued = call.request.sign_in.with_service_token(service, Secret(token), kind)
        case _:
            raise BadRequest("name and password belong here, or service and token")
    session = issued.session
    call.received.noted.user = session.name
    shape: dict[str, object] = {"token": issued.token.reveal()} if kind is SessionKind.BEARER else {}
    shape |= {"key": session.key, "name": session.name}
    answer = json_answer(shape | {"signedInAt": session.signed_in_at, "endsAt": session.ends_at}, 201)
    if kind is SessionKind.COOKIE:
        set_cookie(call, answer, issued.token)
    return answer


def _session(call: Call) -> Response:
    session, identity = call.session, call.identity
    shape = {
        "key": session.key,
        "name": identity.name,
        "displayName": identity.display_name,
        "groups": list(identity.groups),
        "isAdministrator": call.is_administrator,
        "signedInAt": session.signed_in_at,
        "endsAt": session.ends_at,
    }
    return json_answer(shape)


def _sign_out(call: Call) -> Response:
    session, noted = call.session, call.received.noted
    answer = no_content()
    try:
        if call.serving.sessions.revoke(call.signed_in.token):
            call.request.trail.signed_out(session.key, session.name, {})
    except StoreError as error:
        noted.fail(error)
        answer = failure(error, noted.request_id)
    call.caller = replace(call.signed_in, is_new=False)  # the cookie of a session made for this request is not sent
    drop_cookie(call, answer)  # whatever became of the session, this browser is not to keep it
    return answer


def _connectors(call: Call) -> Response:
    found = call.broker.connectors(call.session)
    is_administrator = call.is_administrator
    values = [shapes.summary(one, is_administrator=is_administrator) for one in found]
    return json_answer({"values": values, "size": len(values)})


def _explanation(call: Call) -> Response:
    if not call.is_administrator:
        call.broker.granted(call.session, call.id)  # whatever is closed to somebody is unknown to them
    found = call.broker.explain(call.session, call.id)
    shape = {"connector": found.connector, "through": list(found.through)}
    return json_answer(shape | {"missing": list(found.missing) if call.is_administrator else []})


def _credentials(call: Call) -> Response:
    wish = shapes.narrowing(call.body(bodies.Wanted).narrowing)
    vended = call.broker.credentials(call.session, call.id, wish)
    return json_answer(shapes.credentials(vended, is_administrator=call.is_administrator))


def _diagnosis(call: Call) -> Response:
    call.body(bodies.Nothing)
    steps = call.broker.diagnose(call.session, call.id)
    if error := next((one.error for one in steps if one.error), None):
        call.received.noted.fail(error)
    return json_answer({"steps": [shapes.step(one, is_administrator=call.is_administrator) for one in steps]})


def _caller_identity(call: Call) -> Response:
    call.body(bodies.Nothing)
    found = call.broker.caller_identity(call.session, call.id)
    return json_answer({"account": found.account, "arn": found.arn, "userId": found.user_id})


def _ecr(call: Call) -> Response:
    region = call.body(bodies.WantedRegistry).region
    found = call.broker.ecr_credentials(call.session, call.id, shapes.region(region))
    shape = {"host": found.host, "username": found.username, "password": found.password.reveal()}
    return json_answer(shape | {"expiresAt": found.expires_at})


def _codeartifact(call: Call) -> Response:
    body = call.body(bodies.WantedPackages)
    domain = PackageDomain(
        name=body.domain, owner=body.owner, region=shapes.region(body.region), duration=body.duration
    )
    found = call.broker.codeartifact_token(call.session, call.id, domain)
    shape = {"token": found.token.reveal(), "expiresAt": found.expires_at}
    return json_answer(shape | {"owner": found.owner, "region": found.region})


def _console(call: Call) -> Response:
    body = call.body(bodies.WantedConsole)
    place = ConsolePlace(service=body.service, region=shapes.region(body.region))
    return json_answer({"url": console_link(call, place, shapes.narrowing(body.narrowing))})


RESOURCES = (
    Resource(
        method="POST",
        path="/connectors/{id}/credentials",
        who=Who.GRANTED,
        answer=_credentials,
        summary="Vend credentials.",
        takes=bodies.Wanted,
        returns=bodies.Credentials,
        vends="credentials",
    ),
    Resource(
        method="GET",
        path="/status",
        who=Who.ANYBODY,
        answer=_status,
        summary="Recognise this server.",
        waits=False,
        returns=bodies.Status,
    ),
    Resource(
        method="POST",
        path="/session",
        who=Who.ANYBODY,
        answer=_sign_in,
        summary="Sign in, as a person or as a service.",
        takes=bodies.SignIn,
        returns=bodies.NewSession,
        status=201,
        statuses=(401, 429),
        signs_in=True,
    ),
    Resource(
        method="GET",
        path="/session",
        who=Who.USER,
        answer=_session,
        summary="Tell who is signed in.",
        returns=bodies.ThisSession,
    ),
    Resource(
        method="DELETE",
        path="/session",
        who=Who.USER,
        answer=_sign_out,
        summary="Sign out; the session ends everywhere at once.",
        is_apart=True,
        status=204,
    ),
    Resource(
        method="GET",
        path="/connectors",
        who=Who.USER,
        answer=_connectors,
        summary="List the connectors that the caller may use.",
        returns=bodies.Summaries,
    ),
    Resource(
        method="GET",
        path="/connectors/{id}/explanation",
        who=Who.GRANTED,
        answer=_explanation,
        summary="Tell which groups open a connector; those that are missing are told to administrators only.",
        returns=bodies.Explanation,
    ),
    Resource(
        method="POST",
        path="/connectors/{id}/diagnosis",
        who=Who.GRANTED,
        answer=_diagnosis,
        summary="Try a connector part by part.",
        takes=bodies.Nothing,
        returns=bodies.Diagnosis,
    ),
    Resource(
        method="POST",
        path="/connectors/{id}/caller-identity",
        who=Who.GRANTED,
        answer=_caller_identity,
        summary="Ask AWS whom it takes new credentials for.",
        takes=bodies.Nothing,
        returns=bodies.CallerIdentity,
    ),
    Resource(
        method="POST",
        path="/connectors/{id}/ecr",
        who=Who.GRANTED,
        answer=_ecr,
        summary="Get a password of ECR.",
        takes=bodies.WantedRegistry,
        returns=bodies.RegistryPassword,
        vends="ecr",
    ),
    Resource(
        method="POST",
        path="/connectors/{id}/codeartifact",
        who=Who.GRANTED,
        answer=_codeartifact,
        summary="Get a token of CodeArtifact.",
        takes=bodies.WantedPackages,
        returns=bodies.PackageToken,
        vends="codeartifact",
    ),
    Resource(
        method="POST",
        path="/connectors/{id}/console",
        who=Who.GRANTED,
        answer=_console,
        summary="Get a link into the console, good for a minute and for one use.",
        takes=bodies.WantedConsole,
        returns=bodies.Place,
        vends="console-link",
    ),
)
