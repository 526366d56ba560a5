"""Codes of MFA devices: where they come from, and that each is used once."""

from collections.abc import Callable

from awsfed.errors import AuthenticationError, InvalidValue, MfaCodeRequired
from awsfed.model.connector import Connector
from awsfed.model.mfa import parse_mfa_code
from awsfed.model.secret import Secret


class MfaCodes:
    """Gives the code that came with the command first, and asks for every further one.

    Args:
        given: the code that came with the command, if any.
        ask: asks a person, in these words; None, or an answer of None, where there is nobody.
    """

    def __init__(self, given: str | None = None, ask: Callable[[str], str | None] | None = None) -> None:
        self._given = given
        self._ask = ask

    def __call__(self, connector: Connector) -> Secret:
        """Return a code that was not used yet.

        Raises:
            MfaCodeRequired: there is nobody to ask.
            AuthenticationError: what was given cannot be a code.
        """
        code, self._given = self._given, None
        if code is None and self._ask is not None:
            code = self._ask(f"MFA code of {connector.mfa_serial}, for connector {connector.label}")
        if code is None:
            name = "NAME" if connector.chainable else connector.id
            raise MfaCodeRequired(
                f"connector {connector.label} needs an MFA code, and there is nobody here to ask for it",
                hint=f"in a terminal: awsfed credentials {name}",
            )
        try:
            return parse_mfa_code(code)
        except InvalidValue as error:
            raise AuthenticationError(f"the MFA code {error.message}") from None
