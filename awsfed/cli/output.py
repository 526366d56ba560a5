"""The one module that prints: answers to stdout, everything for people to stderr."""

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import click

from awsfed.errors import AwsfedError
from awsfed.model.text import is_plain
from awsfed.outside.retry import Trouble, Wait

_WHOLE = 20
"""Cells up to this length are never broken, and no column of longer ones is narrower."""


def answer(text: str) -> None:
    """Print an answer."""
    click.echo(text)


def answer_bytes(data: bytes) -> None:
    """Print an answer that is bytes already, its line end included."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def answer_json(value: Any) -> None:
    """Print an answer as JSON for programs; what a terminal could act on is escaped in it."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    if not all(map(is_plain, text.split("\n"))):
        text = json.dumps(value, indent=2)
    click.echo(text)


def note(text: str) -> None:
    """Tell the person something that is not the answer."""
    click.echo(text, err=True)


def interrupted() -> None:
    """Say that the person ended it; on a terminal the cursor may stand behind a question, or a `^C`."""
    note("\ninterrupted" if sys.stderr.isatty() else "interrupted")


def warn(text: str) -> None:
    """Tell the person something they may want to act on."""
    click.echo(f"awsfed: warning: {text}", err=True)


@cache
def warn_once(text: str) -> None:
    """Warn, but not twice about the same thing."""
    warn(text)


def fail(error: AwsfedError, *, one_line: bool = False) -> None:
    """Say what went wrong and what to type next."""
    hint = ""
    if error.hint:
        hint = f"; {error.hint}" if one_line else f"\n  hint: {error.hint}"
    text = f"awsfed: error: {error.message}{hint}"
    click.echo(" ".join(text.split("\n")) if one_line else text, err=True)


def waiting(wait: Wait) -> None:
    """Show a wait before a retry, on a terminal only."""
    if sys.stderr.isatty():
        why = f"throttled by {wait.whom}" if wait.trouble is Trouble.THROTTLED else wait.message
        note(f"{why}, retry {wait.retry} of {wait.of} in {wait.seconds:.1f} s")


def moment(epoch_s: float) -> str:
    """Return a moment in the reader's own time zone, with the date only where it is not today's."""
    at = datetime.fromtimestamp(epoch_s).astimezone()
    today = datetime.now().astimezone().date()  # noqa: TID251 - how a moment is shown, not a decision
    return f"{at:%H:%M}" if at.date() == today else f"{at:%Y-%m-%d %H:%M}"


def instant(epoch_s: float) -> str:
    """Return a moment to the second, with its day and the reader's own time zone: for records that are kept."""
    return f"{datetime.fromtimestamp(epoch_s).astimezone():%Y-%m-%d %H:%M:%S %z}"


def many(count: int, what: str) -> str:
    """Return a number with what it counts, in the plural where that is right."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under headings: with rich on a terminal that is wide enough, else as plain columns.

    Lines are broken between words alone, so that an id can be copied as one piece. Where a terminal has no room for
    columns, each row is a block of lines.
    """
    rows = [list(row) for row in rows]
    plain = list(_columns([list(headings), *rows]))
    if sys.stdout.isatty() and _drawn(headings, rows, _WHOLE):
        return
    if not (rows and sys.stdout.isatty()) or max(map(_cells, plain)) <= shutil.get_terminal_size().columns:
        answer("\n".join(plain))
    elif not _drawn(headings, rows, 0):
        _blocks(headings, rows)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes: some characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _blocks(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    width = max(map(len, headings))
    blocks = (
        "\n".join(f"{heading.ljust(width)}  {cell}" for heading, cell in zip(headings, row, strict=True) if cell)
        for row in rows
    )
    answer("\n\n".join(blocks))


def _drawn(headings: Sequence[str], rows: Sequence[Sequence[str]], whole: int) -> bool:
    """Draw a table, with no cell broken up to some length; tell whether there was room for it."""
    import rich.box
    import rich.console
    import rich.segment
    import rich.table
    import rich.text

    grid = rich.table.Table(box=rich.box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        cells = [heading, *(row[number] for row in rows)]
        longest_word = max(_cells(word) for cell in cells for word in [*cell.split(), ""])
        grid.add_column(heading, min_width=max(longest_word, min(max(map(_cells, cells)), whole)))
    for row in rows:
        grid.add_row(*(rich.text.Text(cell) for cell in row))
    console = rich.console.Console(highlight=False)
    lines = rich.segment.Segment.split_lines(console.render(grid))
    if max(map(rich.segment.Segment.get_line_length, lines)) > console.width:
        return False
    console.print(grid)
    return True


def facts(pairs: Mapping[str, str]) -> None:
    """Print names and values, one pair a line."""
    width = max(map(len, pairs))
    for name, value in pairs.items():
        answer(f"{name.ljust(width)}  {value}".rstrip())


def is_about_streams(error: OSError) -> bool:
    """Tell whether an error is about the place that answers go to, such as a full disk behind a redirection."""
    return error.filename is None and error.errno in {errno.ENOSPC, errno.EBADF, errno.EIO, errno.EFBIG, errno.EDQUOT}


def detach_broken_pipe() -> None:
    """Point stdout nowhere after its reader left, so that nothing more is said about it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
