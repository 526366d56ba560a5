"""Password checks, single sign-on sessions and the cookie they travel in."""

from awsfed.sandbox.crowd import bodies, entity_views, passwords
from awsfed.sandbox.crowd.entities import User
from awsfed.sandbox.crowd.errors import Reason, Refusal, illegal_argument, invalid_token
from awsfed.sandbox.crowd.exchange import Answer, Exchange
from awsfed.sandbox.crowd.sessions import SsoSession


def authenticate(exchange: Exchange) -> Answer:
    """Check a password; nothing is created. A user of another application looks like a wrong password."""
    user = passwords.check(exchange.directory, exchange.required("username"), bodies.password(exchange.sent()))
    if not passwords.may_use_application(exchange.directory, user):
        raise passwords.wrong_password(user)
    return Answer(entity=exchange.views.user(user))


def notify(exchange: Exchange) -> Answer:
    """Hear that a user signed in by other means."""
    return Answer(entity=exchange.views.user(exchange.user()))


def cookie(exchange: Exchange) -> Answer:
    """Tell how the single sign-on cookie is to be set."""
    return Answer(entity=entity_views.cookie(exchange.directory.server))


def begin_session(exchange: Exchange) -> Answer:
    """Make a token, or give out the living one of the same user and factors."""
    login = bodies.login(exchange.sent())
    validated = exchange.query.get("validate-password", "true").lower() != "false"
    user = passwords.check(exchange.directory, login.username, (login.password or "") if validated else None)
    if not passwords.may_use_application(exchange.directory, user):
        message = f"User <{user.name}> does not have access to the application"
        raise Refusal(403, Reason.APPLICATION_ACCESS_DENIED, message)
    session = exchange.sessions.begin(user.key, login.factors, _life_s(exchange))
    entity = exchange.views.session(session, user, expand=exchange.expands("user"))
    return Answer(status=201, entity=entity, headers={"Location": exchange.views.session_address(session)})


def read_session(exchange: Exchange) -> Answer:
    """Show a session with its user."""
    session, user = _living(exchange, exchange.sessions.find(exchange.path["token"]))
    return Answer(entity=exchange.views.session(session, user, expand=True))


def validate_session(exchange: Exchange) -> Answer:
    """Accept a token from the same place only, and start its time anew."""
    factors = bodies.factors(exchange.sent())
    session, user = _living(exchange, exchange.sessions.prolong(exchange.path["token"], factors))
    return Answer(entity=exchange.views.session(session, user, expand=exchange.expands("user")))


def end_session(exchange: Exchange) -> Answer:
    """Sign out one session."""
    session, _ = _living(exchange, exchange.sessions.find(exchange.path["token"]))
    exchange.sessions.end(session.token)
    return Answer(status=204)


def end_sessions(exchange: Exchange) -> Answer:
    """Sign out a user everywhere, perhaps except here."""
    exchange.sessions.end_all(exchange.user().key, exchange.query.get("exclude"))
    return Answer(status=204)


def _living(exchange: Exchange, session: SsoSession | None) -> tuple[SsoSession, User]:
    """A session whose user is still there and active."""
    user = None if session is None else exchange.directory.user_by_key(session.user_key)
    if session is None or user is None or not user.active:
        raise invalid_token()
    return session, user


def _life_s(exchange: Exchange) -> int:
    """The client may ask for a shorter life than the server's, never for a longer one."""
    longest = exchange.directory.server.session_timeout_s
    try:
        asked = int(exchange.query.get("duration", longest))
    except ValueError as error:
        raise illegal_argument("duration must be a number") from error
    if asked <= 0:
        raise illegal_argument("duration must be positive")
    return min(asked, longest)
