"""Ways into the console: links, the page that redeems a ticket, and the login page that the vendor's links lead to."""

from contextlib import suppress

from starlette.responses import Response

from awsfed.broker.answers import ConsolePlace
from awsfed.errors import AuthenticationError, StoreError, Unavailable
from awsfed.model.narrowing import Narrowing, narrowed
from awsfed.model.secret import Secret
from awsfed.server import bodies
from awsfed.server.authentication import authenticate
from awsfed.server.calls import OWN_SITES, Call, Resource, Who
from awsfed.server.pages import CONSOLE, PAGE, SIGN_IN, Page
from awsfed.server.statuses import NO_STORE, BadRequest, json_answer

LOGIN_PAGE = "/plugins/servlet/identity-federation-for-aws/aws-console-login"


def console_link(call: Call, place: ConsolePlace, narrowing: Narrowing) -> str:
    """Return a link that opens the console once; the ticket stands behind the #, which no server is sent."""
    connector = call.broker.granted(call.session, call.id)
    call.broker.console().check(narrowed(connector, narrowing), place)
    _, record = call.serving.sessions.find(call.signed_in.token)
    ticket = call.serving.tickets.issue(record, connector.id, place, narrowing)
    return f"{call.shared.names.url}/console#{ticket.reveal()}"


def _page(page: Page) -> Response:
    return Response(page.html, headers=page.headers)


def _console(_: Call) -> Response:
    return _page(CONSOLE)


def _redeem(call: Call) -> Response:
    found = call.serving.tickets.redeem(Secret(call.body(bodies.Ticket).ticket))
    call.on_behalf_of = found.session
    call.received.noted.user = found.session.name
    try:
        with call.shared.shares.one(found.session.key):
            url = call.broker.console_url(found.session, found.connector, found.place, found.narrowing)
    except Unavailable:
        with suppress(StoreError):  # its session has ended meanwhile
            call.serving.tickets.give_back(found)
        raise
    return json_answer({"url": url.reveal()})


def _login_page(call: Call) -> Response:
    """Lead who is signed in to the console; show anybody else who comes with a browser where to sign in."""
    headers = call.received.headers
    if headers.get("sec-fetch-dest", "document") != "document":
        raise BadRequest("this page is for a window of its own", status=403)
    if headers.get("sec-fetch-site", "none") not in OWN_SITES and PAGE in headers.get("accept", ""):
        return _page(SIGN_IN)  # which comes again, from here
    try:
        call.caller = call.caller or authenticate(call)
    except AuthenticationError:
        if PAGE not in call.received.headers.get("accept", ""):
            raise
        return _page(SIGN_IN)
    call.received.noted.user = call.session.name
    with call.shared.shares.one(call.session.key):
        url = call.broker.console_url(call.session, call.id, ConsolePlace())
    call.received.noted.vended = "console"
    return Response(status_code=302, headers={"Location": url.reveal(), "Cache-Control": NO_STORE})


RESOURCES = (
    Resource(
        method="GET",
        path="/console",
        who=Who.ANYBODY,
        answer=_console,
        summary="The page that a link into the console leads to.",
        media=PAGE,
        waits=False,
    ),
    Resource(
        method="POST",
        path="/console/redeem",
        who=Who.ANYBODY,
        answer=_redeem,
        summary="Exchange a ticket for the address that signs into the console, made at this moment.",
        takes=bodies.Ticket,
        returns=bodies.Place,
        vends="console",
        statuses=(401, 403, 404),
    ),
    Resource(
        method="GET",
        path=f"{LOGIN_PAGE}/{{id}}",
        who=Who.ANYBODY,
        answer=_login_page,
        summary="Go to the console of a connector; a browser is shown where to sign in first.",
        media=PAGE,
        leads_on=True,
        statuses=(302, 401, 403, 404, 409, 429),
    ),
)
