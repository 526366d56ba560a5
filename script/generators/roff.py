"""Text as roff: escaped, with what stands between backticks in bold."""

_SPECIAL = {
    "\\": "\\e",
    "-": "\\-",
    "'": "\\(aq",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
    '"': "\\(dq",
}
_LAST_ASCII = 126


def escaped(text: str) -> str:
    """Return text that roff prints letter for letter, anywhere but in the first column."""
    return "".join(_SPECIAL.get(one, one if ord(one) <= _LAST_ASCII else f"\\[u{ord(one):04X}]") for one in text)


def line(text: str) -> str:
    """Return one line of text; what stands between backticks is bold, and no first letter makes it a request."""
    parts = text.split("`")
    marked = "".join(bold(part) if number % 2 else escaped(part) for number, part in enumerate(parts))
    return f"\\&{marked}" if marked.startswith(".") else marked


def bold(text: str) -> str:
    """Return text in bold."""
    return f"\\fB{escaped(text)}\\fR"


def italic(text: str) -> str:
    """Return text in italics."""
    return f"\\fI{escaped(text)}\\fR"


def item(head: str, text: str) -> list[str]:
    """Return an entry of a list; the head is roff already."""
    return [".TP", f"\\&{head}" if head.startswith(".") else head, line(text)]


def section(name: str) -> str:
    """Return the heading of a section."""
    return f".SH {name}"


def subsection(name: str) -> str:
    """Return the heading of a part of a section."""
    return f'.SS "{escaped(name)}"'


def example(command: str) -> list[str]:
    """Return a command as it is typed."""
    return [".RS 4", ".nf", bold(command), ".fi", ".RE"]
