"""What a model is made of: its parts, the order in which it is solved, who acts on whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from longwave.core.message import Names
from longwave.macro.bind import System
from longwave.macro.language.write import write_expression
from longwave.macro.model import Equation, Model
from longwave.macro.solve import bound, program_of
from longwave.numerics.graph import Op


@dataclass(frozen=True, slots=True)
class SolvedTogether:
    """A block: the variables that need each other now, and those of them that are guessed."""

    variables: tuple[str, ...]
    tears: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Structure:
    """A model's counts, blocks in the order of solution, and what each variable reads and moves."""

    model: Model
    system: System
    blocks: tuple[SolvedTogether, ...]

    def reads(self, name: str) -> dict[str, tuple[int, ...]]:
        """The columns that the equation of a variable reads, each with its shifts."""
        number = self.system.variables.index(name)
        found: dict[str, set[int]] = {}
        for node in self.system.graph.leaves(self.system.residuals[number], Op.COLUMN):
            column, shift = self.system.graph.arguments[node]
            other = self.system.columns[column]
            if (other, shift) != (name, 0):
                found.setdefault(other, set()).add(shift)
        return {other: tuple(sorted(shifts)) for other, shifts in sorted(found.items())}

    def moves(self, name: str) -> tuple[str, ...]:
        """The variables whose equations read a column."""
        return tuple(each for each in self.system.variables if each != name and name in self.reads(each))

    def results(self) -> dict[str, Any]:
        """The structure as plain data."""
        model, system = self.model, self.system
        return {
            "model": model.name,
            "title": {"en": model.names.en, "zh": model.names.zh},
            "frequency": model.frequency.letter if model.frequency else None,
            "source": model.source,
            "endogenous": [_variable(each) for each in model.endogenous],
            "exogenous": [_variable(each) for each in model.exogenous],
            "parameters": [
                {"name": each.name, "value": each.value, "estimated": each.estimated}
                for each in model.parameters
            ],
            "equations": [_equation(each) for each in model.equations],
            "max_lag": system.max_lag,
            "max_lead": system.max_lead,
            "blocks": [
                {"variables": list(each.variables), "tears": list(each.tears)} for each in self.blocks
            ],
        }

    def dot(self) -> str:
        """The graph of who acts on whom in the same period, for Graphviz; variables solved together in one box."""
        lines = ["digraph model {", "  rankdir=LR;", "  node [shape=box];"]
        for place, block in enumerate(self.blocks):
            if len(block.variables) > 1 and block.tears:
                inside = " ".join(_quoted(each) + ";" for each in block.variables)
                lines.append(f"  subgraph cluster_{place} {{ {inside} }}")
        for name in self.system.variables:
            for other, shifts in self.reads(name).items():
                style = "" if 0 in shifts else " [style=dashed]"
                lines.append(f"  {_quoted(other)} -> {_quoted(name)}{style};")
        return "\n".join([*lines, "}", ""])


def structure(model: Model) -> Structure:
    """The structure of a model. Raises ModelError where it does not fit together."""
    system = bound(model)
    blocks = []
    for block in program_of(system).blocks:
        tears = tuple(system.columns[each] for each in block.tears)
        if tears:
            blocks.append(SolvedTogether(tuple(system.variables[each] for each in block.equations), tears))
            continue
        blocks += [SolvedTogether((system.variables[each],), ()) for each in block.equations]
    return Structure(model, system, tuple(blocks))


def _variable(variable: Any) -> dict[str, Any]:
    names: Names = variable.names
    return {"name": variable.name, "title": {"en": names.en, "zh": names.zh}, "unit": variable.unit}


def _equation(equation: Equation) -> dict[str, Any]:
    return {
        "name": equation.name,
        "kind": str(equation.kind),
        "variable": equation.variable,
        "text": f"{write_expression(equation.left)} = {write_expression(equation.right)}",
        "when": None if equation.condition is None else write_expression(equation.condition),
    }


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
