"""What a command prints: data on stdout, all else on stderr, with --json one document whatever happens."""

from __future__ import annotations

import csv
import io
import json
import math
import numbers
import os
import shutil
import sys
import traceback
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from longwave.core.errors import joined
from longwave.core.estimate import TestResult
from longwave.core.message import Language, Message, Names, say

Spoken = Message | Names | str | int | float


@dataclass(frozen=True, slots=True)
class Output:
    """How this call prints. verbose counts the -v; plain switches colours and bars off even on a terminal."""

    lang: Language = "en"
    json: bool = False
    quiet: bool = False
    verbose: int = 0
    plain: bool = False
    debug: bool = False

    def line(self, text: Spoken = "") -> None:
        """A line of data for people; nothing under --json, where the document says it."""
        if not self.json:
            print(self.spoken(text))

    def spoken(self, text: Spoken) -> str:
        return text.text(self.lang) if isinstance(text, Message | Names) else str(text)

    def document(self, thing: str, body: Mapping[str, Any], version: int = 1) -> None:
        """The one document of --json; nothing without it."""
        if self.json:
            print(_json({"schema": f"longwave.{thing}/{version}", **body}))

    def table(self, header: Sequence[Spoken], rows: Iterable[Sequence[Spoken]]) -> None:
        """Columns for people, numbers to the right; nothing under --json."""
        if not self.json:
            cells = [list(row) for row in rows]
            right = [all(isinstance(row[n], numbers.Real) for row in cells) for n in range(len(header))]
            words = [[self.spoken(cell) for cell in row] for row in (header, *cells)]
            if is_terminal(sys.stdout):
                words = _fitted(words, shutil.get_terminal_size().columns)
            for line in _columns(words, right):
                print(line)

    def csv(self, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Comma-separated figures; nothing under --json."""
        if not self.json:
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(["" if _is_missing(cell) else cell for cell in row] for row in rows)
            sys.stdout.write(text.getvalue())

    def tests(self, tests: Iterable[TestResult]) -> None:
        """A line a test: its null, and whether the figures speak against it."""
        for test in tests:
            p_value = (
                say("cli.no_p_value") if test.p_value is None else say("cli.p_value", value=test.p_value)
            )
            key = "cli.test_rejected" if test.rejected else "cli.test_kept"
            self.line(f"  - {say(key, null=test.null, p_value=p_value).text(self.lang)}")

    def note(self, text: Spoken) -> None:
        """A line about the run, on stderr; nothing under --quiet."""
        if not self.quiet:
            self.warn(text)

    def warn(self, text: Spoken) -> None:
        """A line that even --quiet does not swallow, on stderr; what was printed before it comes first."""
        sys.stdout.flush()
        print(self.spoken(text), file=sys.stderr)

    def detail(self, text: Spoken) -> None:
        """A line about the run that only --verbose asks for, on stderr."""
        if self.verbose:
            self.note(text)

    @property
    def decorated(self) -> bool:
        """Whether stderr is a terminal that may be coloured."""
        dumb = os.environ.get("TERM") == "dumb" or bool(os.environ.get("NO_COLOR"))
        return not self.plain and not dumb and is_terminal(sys.stderr)

    def failed(self, error: BaseException, code: str, message: Message, mend: Message | None = None) -> None:
        """Says that the call failed: a line on stderr; --json adds the document, --debug the trace."""
        message = brief(message)
        if self.debug:
            traceback.print_exception(error, file=sys.stderr)
        if self.json:
            hint = None if mend is None else mend.text(self.lang)
            said = {"code": code, "message": message.text(self.lang), "hint": hint}
            print(_json({"schema": "longwave.error/1", "error": said}))
        gap = "" if self.lang == "zh" else " "
        parts = [_as_told(part, self.lang) for part in (message, mend) if part is not None]
        line = "\n".join(parts) if message.key in LISTS else joined(parts, self.lang)
        head = say("cli.error").text(self.lang)
        head = f"\x1b[1;31m{head}\x1b[0m" if self.decorated else head
        print(f"{head}{gap}{line}", file=sys.stderr)


LONGEST_QUOTE = 80
"""Letters of a user's words that an error repeats: enough to know them by."""
_QUOTES = frozenset(
    {"text", "name", "option", "lang", "area", "variable", "dataset", "series", "code", "word", "value"}
)
"""Blanks that a user's words fill."""


def quoted(text: str) -> str:
    """A user's words as an error repeats them: their beginning, where they are long."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def brief(message: Message) -> Message:
    """A message with the words that it quotes cut; what a user must be able to follow, a path, stays whole."""
    values = {
        name: quoted(value) if isinstance(value, str) and name in _QUOTES else value
        for name, value in message.values.items()
    }
    return Message(message.key, values)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; a closed or missing one is not."""
    return stream is not None and not stream.closed and stream.isatty()


def settle_streams() -> None:
    """Makes stdout and stderr able to say anything: UTF-8 into files and pipes; on a terminal its own coding,
    with replacements for the letters that it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(_plain(document), ensure_ascii=False, allow_nan=False, indent=2)


def _plain(value: Any) -> Any:
    """A value as JSON knows it: a missing number is null, a path is text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    return str(value)


def _is_missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


LISTS = frozenset({"language.several"})
"""Messages that hold one fault a line; all others are told on one line, whatever a user's words hold."""


def _as_told(message: Message, lang: Language) -> str:
    text = message.text(lang)
    return "\n  ".join(map(_one_line, text.splitlines())) if message.key in LISTS else _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _columns(words: Sequence[Sequence[str]], right: Sequence[bool]) -> Iterable[str]:
    widths = [max(_width(row[n]) for row in words) for n in range(len(right))]
    for row in words:
        cells = []
        for text, width, to_right in zip(row, widths, right, strict=True):
            gap = " " * (width - _width(text))
            cells.append(gap + text if to_right else text + gap)
        yield "  ".join(cells).rstrip()


NARROWEST = 16
"""Letters that a column keeps however narrow the terminal: enough for a dataset's id or a number."""


def _fitted(words: Sequence[Sequence[str]], room: int) -> list[list[str]]:
    """The same cells cut until a row fits into `room` columns, the widest column first."""
    limits = [max(_width(row[n]) for row in words) for n in range(len(words[0]))]
    while sum(limits) + 2 * (len(limits) - 1) > room and max(limits) > NARROWEST:
        limits[limits.index(max(limits))] -= 1
    return [[_cut(text, limit) for text, limit in zip(row, limits, strict=True)] for row in words]


def _cut(text: str, limit: int) -> str:
    if _width(text) <= limit:
        return text
    while _width(text) >= limit:
        text = text[:-1]
    return f"{text}…"


def _width(text: str) -> int:
    """Columns that a text takes on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
