"""What is wrong, or worth a look, in how equations ask to be estimated: instruments, restrictions, samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.core.period import Period
from longwave.macro.language.finding import Finding
from longwave.macro.language.tree import Apply, Expression, Name, Number
from longwave.macro.language.uses import lag_coefficients, uses_of
from longwave.macro.model import Equation, EstimationNote, Model

WITH_INSTRUMENTS = ("2sls", "liml", "gmm")


def estimation_findings(model: Model, knows: Callable[[str], bool]) -> Iterator[Finding]:
    """Findings in the estimation notes of a model's equations; knows: whether a name is declared."""
    estimated = {each.name for each in model.parameters if each.estimated}
    endogenous = {each.name for each in model.endogenous}
    parameters = {each.name for each in model.parameters}
    for each in model.equations:
        if each.estimation is not None:
            yield from _method(each, each.estimation, estimated)
            yield from _instruments(each, each.estimation, endogenous, parameters, knows)
            yield from _restrictions(each, each.estimation, estimated, parameters, knows)
            yield from _sample(model, each, each.estimation)


def coefficients_of(equation: Equation, estimated: set[str]) -> set[str]:
    """The coefficients that stand in an equation, those of its polynomial lags among them."""
    uses = uses_of((equation.left, equation.right))
    named = set(uses.names) | {name for lag in uses.lags for name in lag_coefficients(lag)}
    return named & estimated


def _method(equation: Equation, note: EstimationNote, estimated: set[str]) -> Iterator[Finding]:
    if not coefficients_of(equation, estimated):
        yield Finding(
            equation.place, say("language.nothing_to_estimate", name=equation.name),
            say("language.nothing_to_estimate_mend"), False,
        )  # fmt: skip
    if note.method in WITH_INSTRUMENTS and not note.iv_instruments:
        yield Finding(
            equation.place, say("language.wants_instruments", name=equation.name, method=note.method),
            say("language.wants_instruments_mend"), False,
        )  # fmt: skip
    if note.method in ("ols", "nls") and note.iv_instruments:
        yield Finding(
            equation.place, say("language.idle_instruments", name=equation.name, method=note.method),
            say("language.idle_instruments_mend"), False,
        )  # fmt: skip


def _instruments(
    equation: Equation,
    note: EstimationNote,
    endogenous: set[str],
    parameters: set[str],
    knows: Callable[[str], bool],
) -> Iterator[Finding]:
    uses = uses_of(note.iv_instruments)
    for name, node in uses.names.items():
        if not knows(name):
            yield Finding(
                node.place, say("language.unknown", name=name, equation=equation.name),
                say("language.unknown_mend", name=name),
            )  # fmt: skip
        elif name in parameters:
            yield Finding(
                node.place,
                say("language.parameter_instrument", name=name),
                say("language.parameter_instrument_mend"),
            )
    for name, node in uses.current.items():
        if name in endogenous:
            yield Finding(
                node.place, say("language.endogenous_instrument", name=name),
                say("language.endogenous_instrument_mend", name=name), False,
            )  # fmt: skip


def _restrictions(
    equation: Equation,
    note: EstimationNote,
    estimated: set[str],
    parameters: set[str],
    knows: Callable[[str], bool],
) -> Iterator[Finding]:
    """A restriction may name coefficients of other equations: estimators of whole systems can hold it."""
    inside = estimated | {f"{equation.name}.rho{order}" for order in range(1, note.ar + 1)}
    for left, right in note.restrictions:
        uses = uses_of((left, right))
        strange = [
            node
            for name, node in uses.names.items()
            if name not in inside and name not in parameters - estimated
        ]
        for node in strange:
            key = "language.restricts_elsewhere" if knows(node.name) else "language.unknown"
            yield Finding(
                node.place,
                say(key, name=node.name, equation=equation.name),
                say("language.restricts_elsewhere_mend"),
            )
        if not strange and not (_degree(left, inside) in (0, 1) and _degree(right, inside) in (0, 1)):
            yield Finding(
                left.place or equation.place, say("language.not_linear", name=equation.name),
                say("language.not_linear_mend"),
            )  # fmt: skip
        elif not strange and not (set(uses.names) & inside):
            yield Finding(
                left.place or equation.place, say("language.restricts_nothing", name=equation.name),
                say("language.restricts_elsewhere_mend"),
            )  # fmt: skip


def _degree(node: Expression, unknown: set[str]) -> int | None:
    """0 where the coefficients do not occur, 1 where they come in linearly, None for anything else."""
    if isinstance(node, Number):
        return 0
    if isinstance(node, Name):
        return 1 if node.name in unknown else 0
    degrees = [_degree(each, unknown) for each in node.arguments]
    if any(each is None for each in degrees):
        return None
    known = [each for each in degrees if each is not None]
    if max(known) == 0:
        return 0
    if node.operator in ("+", "neg"):
        return 1
    if node.operator == "*":
        return 1 if sum(known) == 1 else None
    return 1 if _over_number(node, known) else None


def _over_number(node: Apply, degrees: list[int]) -> bool:
    return node.operator == "/" and degrees[1] == 0


def _sample(model: Model, equation: Equation, note: EstimationNote) -> Iterator[Finding]:
    periods: list[Period] = []
    for text in (note.first, note.last):
        if not text:
            continue
        try:
            periods.append(Period.parse(text))
        except BadInput as error:
            yield Finding(equation.place, error.message, error.mend)
            return
    frequencies = {each.frequency for each in periods}
    if len(frequencies) > 1 or (model.frequency is not None and frequencies - {model.frequency}):
        yield Finding(
            equation.place, say("language.sample_frequency", name=equation.name, first=note.first, last=note.last),
            say("language.sample_frequency_mend"),
        )  # fmt: skip
    elif len(periods) == 2 and periods[1] < periods[0]:
        yield Finding(
            equation.place, say("language.sample_backward", name=equation.name, first=note.first, last=note.last),
            say("language.sample_backward_mend"),
        )  # fmt: skip
