"""The part of a domain's model that rests on what is known.

A parameter of which nothing is known (grade D) keeps a number in the model's text, so that the text can be solved.
Nothing that it moves, by one equation or through others, may be told of an area: such columns are taken out, and
with them what only they read. What is left is closed, for no equation that is kept reads a column that was taken out.
What an unknown parameter only multiplies by a policy instrument that is itself left out is nought whatever it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from longwave.macro.language.tree import Apply, Expression, Name, names_in
from longwave.macro.library.mapped_column import Alternative
from longwave.macro.model import Equation, Model


def moved_by(model: Model, unknown: Iterable[str], unused: Iterable[str] = ()) -> frozenset[str]:
    """The variables that some parameters move, directly or through other variables. unused: exogenous variables that
    stay at nought."""
    moved: set[str] = set()
    suspects, still = set(unknown), frozenset(unused)
    while True:
        found = {each.variable for each in model.equations if _reads(each, still) & (suspects | moved)}
        if found <= moved:
            return frozenset(moved)
        moved |= found


def known_part(model: Model, unknown: Iterable[str], unused: Iterable[str] = ()) -> Model:
    """The model without what the unknown parameters move; itself where they move nothing. unused: exogenous variables
    that stay at nought."""
    gone = moved_by(model, unknown, unused)
    if not gone:
        return model
    kept = tuple(each for each in model.equations if each.variable not in gone)
    read = {name for each in kept for name in _reads(each)}
    idle = {name for each in model.equations if each.variable in gone for name in _reads(each)} - read
    return replace(
        model,
        endogenous=tuple(each for each in model.endogenous if each.name not in gone),
        exogenous=tuple(each for each in model.exogenous if each.name not in idle),
        equations=kept,
    )


def without_unread(model: Model, names: Iterable[str]) -> Model:
    """The model without those of some given columns that no equation of it reads."""
    read = {name for each in model.equations for name in _reads(each)}
    gone = set(names) - read
    return replace(model, exogenous=tuple(each for each in model.exogenous if each.name not in gone))


def known_map(
    columns: Mapping[str, tuple[Alternative, ...]], model: Model
) -> dict[str, tuple[Alternative, ...]]:
    """The columns of a map that a model has, and those that they are computed from."""
    wanted = {each.name for each in (*model.endogenous, *model.exogenous)}
    kept: set[str] = {name for name in columns if name in wanted}
    while True:
        read = {name for column in kept for way in columns[column] for name in names_in(way.expression)}
        further = {name for name in columns if name in read}
        if further <= kept:
            return {name: ways for name, ways in columns.items() if name in kept}
        kept |= further


def _reads(equation: Equation, unused: frozenset[str] = frozenset()) -> set[str]:
    sides = [equation.left, equation.right]
    sides += [] if equation.condition is None else [equation.condition]
    return {name for side in sides for name in _names(side, unused)}


def _names(expression: Expression, unused: frozenset[str]) -> set[str]:
    """The names that an expression uses, without products with a factor that stays at nought."""
    if isinstance(expression, Apply):
        if expression.operator == "*" and any(
            isinstance(each, Name) and each.name in unused for each in expression.arguments
        ):
            return set()
        return {name for each in expression.arguments for name in _names(each, unused)}
    return {expression.name} if isinstance(expression, Name) else set()
