"""Parsers for text that came from outside and is going to be shown or written somewhere."""

import unicodedata

from awsfed.errors import InvalidValue

# Control, format (bidirectional overrides among them), surrogate, private use and unassigned characters,
# and the two separators that some programs take for line ends.
_UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_plain(text: str) -> bool:
    """Tell whether every character can be shown on one line as itself."""
    if text.isascii():  # tokens are long, and this tells the same at once
        return text.isprintable()
    return not any(unicodedata.category(character) in _UNSHOWN for character in text)


def parse_name(text: object, *, limit: int = 255) -> str:
    """Return a name that somebody chose: not empty, one plain line, no white space around it.

    Raises:
        InvalidValue: it is not such a name; the text itself is not repeated.
    """
    if not isinstance(text, str):
        raise InvalidValue("is not text")
    if not text or text != text.strip():
        raise InvalidValue("is empty or has white space around it")
    if len(text) > limit:
        raise InvalidValue(f"is longer than {limit} characters")
    if not is_plain(text):
        raise InvalidValue("has control characters in it")
    return text


def shown(text: str, *, limit: int = 200) -> str:
    """Return text for people to read, with everything replaced that a terminal could act on."""
    if not is_plain(text):
        text = "".join("?" if unicodedata.category(character) in _UNSHOWN else character for character in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
