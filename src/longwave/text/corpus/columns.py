"""Which column of a user's table means what: by what the user says, else by the names that such columns bear.

Names are compared in small letters with blanks, dashes and dots as underscores. Of several candidates the one whose
name is better known for the role is taken, and a note says so; what the user gives always wins.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pandas as pd

from longwave.core.errors import DataError, UsageError
from longwave.core.message import Message, Names, say
from longwave.text.corpus.nested import field_names

Kind: TypeAlias = Literal["text", "label", "list", "number", "turns", "date", "id", "split", "source"]


@dataclass(frozen=True)
class Column:
    """A canonical column: the names it goes by (best known first), whether the task can do without it, and its kind."""

    name: str
    aliases: tuple[str, ...]
    needed: bool = True
    kind: Kind = "text"


@dataclass(frozen=True)
class Assignment:
    """names: canonical column -> the table's own; notes: choices worth saying."""

    names: Mapping[str, str]
    notes: tuple[Message, ...] = field(default=())

    def get(self, name: str) -> str | None:
        return self.names.get(name)


def tidy(name: str) -> str:
    """A column's name as names are compared."""
    return re.sub(r"[\s.\-_]+", "_", name.strip().casefold()).strip("_")


def assign(frame: pd.DataFrame, columns: Sequence[Column], given: Mapping[str, str]) -> Assignment:
    """The table's column for each canonical one.

    given: canonical -> the table's column ("title+text" joins two). Raises UsageError for a role or a column that is
    not there, DataError where a needed column is not found, with what there is.
    """
    present = [str(name) for name in frame.columns]
    _check_roles(columns, given)
    told = field_names(frame)
    names = {role: _given(role, written, present, told) for role, written in given.items()}
    taken = {part for written in names.values() for part in parts(written, present)}
    notes: list[Message] = []
    for column in columns:
        if column.name in names:
            continue
        found = [name for name in _candidates(column, present) if name not in taken]
        if not found:
            continue
        names[column.name] = found[0]
        taken.add(found[0])
        if len(found) > 1 and column.needed:
            message = say(
                "text_corpus.several_columns", role=column.name, taken=found[0], others=tuple(found[1:5])
            )
            notes.append(message)
    _check_needed(columns, names, told)
    return Assignment(names, tuple(notes))


def parts(written: str, present: Sequence[str]) -> tuple[str, ...]:
    """The columns that a written one joins: "title+text" is two unless a column bears just that name."""
    return (written,) if written in present else tuple(part.strip() for part in written.split("+"))


def _candidates(column: Column, present: Sequence[str]) -> list[str]:
    """Columns that may be meant, the best known first."""
    rank = {tidy(alias): place for place, alias in reversed(list(enumerate(column.aliases)))}
    found = [(rank[tidy(name)], place, name) for place, name in enumerate(present) if tidy(name) in rank]
    return [name for *_, name in sorted(found)]


def _check_roles(columns: Sequence[Column], given: Mapping[str, str]) -> None:
    roles = [column.name for column in columns]
    for role in given:
        if role not in roles:
            near = difflib.get_close_matches(role, roles, n=3) or roles
            raise UsageError(say("text_corpus.unknown_role", role=role, near=tuple(near)))


def _given(role: str, written: str, present: Sequence[str], told: Sequence[str]) -> str:
    """The table's name for a written one. told: the names that an error lists, with fields within objects."""
    by_tidy = {tidy(name): name for name in reversed(present)}
    found = [part if part in present else by_tidy.get(tidy(part), "") for part in parts(written, present)]
    if all(found):
        return found[0] if len(found) == 1 else "+".join(found)
    wrong = next(part for part, name in zip(parts(written, present), found, strict=True) if not name)
    near = tuple(difflib.get_close_matches(wrong, told, n=3))
    raise UsageError(
        say("text_corpus.no_such_column", column=wrong, role=role, present=tuple(told[:30])),
        say("text_corpus.nearest_column", near=near) if near else None,
    )


def _check_needed(columns: Sequence[Column], names: Mapping[str, str], present: Sequence[str]) -> None:
    missing = [column for column in columns if column.needed and column.name not in names]
    if missing:
        raise missing_column(missing[0], present)


def missing_column(column: Column, present: Sequence[str]) -> DataError:
    """The error for a role that no column plays: what it is usually called, and what there is."""
    message = say(
        "text_corpus.column_missing",
        role=column.name,
        usual=_usual(column),
        present=tuple(map(str, present[:30])) or ("–",),
    )
    if any(str(name).startswith("column_2") for name in present):
        return DataError(message, say("text_corpus.nameless_mend", role=column.name))
    if _like_data(present):
        return DataError(message, say("text_corpus.header_missing_mend"))
    return DataError(message, say("text_corpus.column_missing_mend", role=column.name))


def _usual(column: Column) -> Names:
    """The best known names of a role in both languages, the reader's own first."""
    english = tuple(name for name in column.aliases if name.isascii())[:4]
    chinese = tuple(name for name in column.aliases if not name.isascii())[:4]
    return Names(", ".join((*english, *chinese)), "、".join((*chinese, *english)))


def _like_data(present: Sequence[str]) -> bool:
    """Whether the names look like a row of data: a sentence or a number among few, since of many some are long."""
    odd = sum(
        len(name) > 40 or len(name.split()) > 4 or re.fullmatch(r"[\d.,\-]+", name) is not None
        for name in map(str, present)
    )
    return 4 * odd >= len(present) > 0
