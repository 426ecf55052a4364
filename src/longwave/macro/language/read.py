"""Reading a model, an expression or an equation from text.

Text goes through one door (`clean`): size, line ends, signs that nobody can see. Then grammar, lists, names, sense.
All that is wrong is told at once, up to twenty findings, each with line, column, the offending text and the mend.
Nothing in a text is ever evaluated as Python.
"""

from __future__ import annotations

from collections.abc import Iterable

from longwave.macro.language.assemble import assembled
from longwave.macro.language.check import findings_in
from longwave.macro.language.finding import Finding, refuse
from longwave.macro.language.letters import clean
from longwave.macro.language.namesakes import lagged, named_like_functions, namesakes, with_lags
from longwave.macro.language.parse import equation_of, expression_of, parsed
from longwave.macro.language.rows import overlong
from longwave.macro.language.template import has_templates, written_out
from longwave.macro.language.tree import Expression
from longwave.macro.model import Model


def read_model(text: str, name_of_file: str = "") -> Model:
    """The model that a text describes; name_of_file only helps messages (and names a model that gives no name).

    Raises BadInput with every severe finding.
    """
    model, found, cleaned = _read(text, name_of_file)
    refuse(found, cleaned, name_of_file)
    return model


def look_at(text: str, name_of_file: str = "") -> tuple[Model | None, tuple[Finding, ...]]:
    """The model, or None where it cannot be used, and every finding, severe or only worth a look.

    Raises BadInput only for a text that may not be read at all (too large, hidden signs).
    """
    model, found, _ = _read(text, name_of_file)
    return (None if any(each.severe for each in found) else model), tuple(found)


def read_expression(text: str, variables: Iterable[str] = ()) -> Expression:
    """The tree of an expression. variables: names of a model that may be called like functions, so that ``d(-1)`` is
    the lag of a variable d. Raises BadInput."""
    cleaned = clean(text)
    called_like_functions = named_like_functions(variables)
    tree, found = expression_of(cleaned, called_like_functions)
    refuse(found, cleaned)
    assert tree is not None  # noqa: S101 - refused otherwise
    return lagged(tree, called_like_functions) if called_like_functions else tree


def read_equation(text: str) -> tuple[Expression, Expression]:
    """Left and right of ``left = right``. Raises BadInput."""
    cleaned = clean(text)
    sides, found = equation_of(cleaned)
    refuse(found, cleaned)
    assert sides is not None  # noqa: S101 - refused otherwise
    return sides


def _read(text: str, name_of_file: str) -> tuple[Model, list[Finding], str]:
    cleaned = clean(text, name_of_file)
    too_long = overlong(cleaned)
    if too_long is not None:
        refuse([too_long], cleaned, name_of_file)
    what = parsed(cleaned)
    found = what.found
    statements = what.statements
    if not found and has_templates(cleaned):
        statements = written_out(statements, found)
    called_like_functions = namesakes(statements)
    if called_like_functions:
        statements = with_lags(statements, called_like_functions)
    found.extend(fault for name, fault in what.doubtful if name not in called_like_functions)
    model = assembled([] if found else statements, found, name_of_file)
    if not found:
        found.extend(findings_in(model))
    return model, found, cleaned
