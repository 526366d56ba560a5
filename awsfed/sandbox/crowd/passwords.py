"""May this person sign in with this password: Crowd's checks, in Crowd's order."""

import secrets

from awsfed.sandbox.crowd.directory import Directory, User
from awsfed.sandbox.crowd.entities import folded
from awsfed.sandbox.crowd.errors import Reason, Refusal


def check(directory: Directory, name: str, password: str | None) -> User:
    """The user, when the password is right; None skips the password but not the account's state.

    A locked account answers like a wrong password, even to the right one.
    """
    user = directory.user(name)
    if user is None:
        raise Refusal(400, Reason.USER_NOT_FOUND, f"User <{name}> does not exist")
    if not user.active:
        raise Refusal(400, Reason.INACTIVE_ACCOUNT, f"Account with name <{user.name}> is inactive")
    if password is not None:
        user = _check_password(directory, user, password)
    return user


def may_use_application(directory: Directory, user: User) -> bool:
    """Whether the application lets this user in: members of its groups, or everybody where it names none."""
    allowed = {folded(name) for name in directory.application.allowed_groups}
    return not allowed or any(folded(group.name) in allowed for group in directory.groups_of(user, nested=True))


def wrong_password(user: User) -> Refusal:
    """The refusal for a wrong password, a locked account, and a user of another application."""
    message = f"Failed to authenticate principal, password was invalid: <{user.name}>"
    return Refusal(400, Reason.INVALID_USER_AUTHENTICATION, message)


def _check_password(directory: Directory, user: User, password: str) -> User:
    limit = directory.server.password_max_attempts
    if limit and user.invalid_attempts >= limit:
        raise wrong_password(user)
    if not password or not secrets.compare_digest(password.encode(), user.password.encode()):
        directory.count_attempt(user.name, right=False)
        raise wrong_password(user)
    if user.expired:
        message = f"Credential of <{user.name}> has expired and must be changed"
        raise Refusal(directory.server.expired_status, Reason.EXPIRED_CREDENTIAL, message)
    return directory.count_attempt(user.name, right=True)
