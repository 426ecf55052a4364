"""What is wrong, or worth a look, in the text of a model: where, what, and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.macro.language.tree import Place

MOST_FINDINGS = 20  # told at once; more would hide the first
_WIDTH = 70  # characters of the offending line that are shown


@dataclass(frozen=True, slots=True)
class Finding:
    """severe: the model cannot be used until it is mended; otherwise it is worth a look."""

    place: Place | None
    message: Message
    mend: Message | None = None
    severe: bool = True


def located(finding: Finding, text: str = "", name_of_file: str = "") -> Message:
    """The finding as one sentence with file, line, column and the offending text."""
    if finding.place is None:
        return (
            finding.message
            if not name_of_file
            else say("language.in_file", file=name_of_file, what=finding.message)
        )
    shown = _shown(text, finding.place)
    where = name_of_file + ":" if name_of_file else ""
    line, column = finding.place.line, finding.place.column
    if not shown:
        return say("language.at", where=where, line=line, column=column, what=finding.message)
    return say("language.at_text", where=where, line=line, column=column, what=finding.message, shown=shown)


def refuse(findings: Sequence[Finding], text: str = "", name_of_file: str = "") -> None:
    """Raises BadInput that tells every severe finding, at most `MOST_FINDINGS`; returns when there is none."""
    ordered = sorted(
        (each for each in findings if each.severe),
        key=lambda each: (each.place.line, each.place.column) if each.place else (0, 0),
    )
    severe: list[Finding] = []
    seen: set[tuple[Place | None, str]] = set()
    for each in ordered:
        told_as = (each.place, str(each.message))
        if told_as not in seen:
            severe.append(each)
            seen.add(told_as)
        if len(severe) > MOST_FINDINGS:
            break
    if not severe:
        return
    if len(severe) == 1:
        raise BadInput(located(severe[0], text, name_of_file), severe[0].mend)
    told: Message | None = None
    for each in reversed(severe[:MOST_FINDINGS]):
        line = located(each, text, name_of_file)
        if each.mend is not None:
            line = say("language.with_mend", what=line, mend=each.mend)
        told = line if told is None else say("language.and_next", first=line, rest=told)
    assert told is not None  # noqa: S101 - there are two or more
    count = f"{MOST_FINDINGS}+" if len(severe) > MOST_FINDINGS else str(len(severe))
    raise BadInput(say("language.several", count=count, all=told), say("language.several_mend"))


def _shown(text: str, place: Place) -> str:
    """The line of a place, cut to a readable width around the column."""
    if not text:
        return ""
    start = _line_start(text, place.line)
    stop = text.find("\n", start)
    line = text[start : stop if stop >= 0 else len(text)]
    first = max(0, place.column - 1 - _WIDTH // 2)
    piece = line[first : first + _WIDTH].strip()
    clean = "".join(each if each.isprintable() else "�" for each in piece)
    return ("…" if first else "") + clean + ("…" if first + _WIDTH < len(line) else "")


def _line_start(text: str, line: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start
