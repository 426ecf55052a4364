"""MDL, the model description language of the R package bimets.

A text between ``MODEL`` and ``END``; a line that begins with a word and ``>`` begins a statement, other lines go on
with the one before. ``BEHAVIORAL>`` (or ``EQUATION>``) and ``IDENTITY>`` open an equation, to which ``EQ>``,
``COEFF>``, ``TSRANGE``, ``RESTRICT>``, ``PDL>``, ``ERROR> AUTO(n)``, ``IV>`` and ``IF>`` belong. Identities of one
variable with ``IF>`` are its regimes. Names are case-sensitive, functions are written large.

An Almon lag ``PDL> c degree length`` runs over lags 0 ... length - 1 of the regressor that `c` multiplies; here its
coefficients are those of the polynomial, not of the lags. Where a text has no behavioural equation at all (the Fed's
model is distributed so), its equations hold up to a residual like any others, so they get add-factors.

Source: bimets reference manual, page MDL (Luciani and Stok, CRAN).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from longwave.core.errors import BadInput
from longwave.core.message import Names, say
from longwave.core.period import Frequency, Period
from longwave.macro.interop.draft import Draft
from longwave.macro.interop.formula import Dialect, equation, formula, ours, whole_number
from longwave.macro.interop.imported import Imported
from longwave.macro.interop.importing import IMPORTERS, Importer
from longwave.macro.interop.source import text_of
from longwave.macro.interop.tokens import at
from longwave.macro.language.tree import Apply, Expression, Name, Number, Place, walk
from longwave.macro.model import EstimationNote, Kind, Parameter

_LAG = ours("lag", 1, 2)

DIALECT = Dialect(
    language="MDL",
    functions={
        "tslag": _LAG,
        "tslead": ours("lead", 1, 2),
        "tsdelta": ours("d", 1, 2),
        "tsdeltalog": ours("dlog", 1, 2),
        "tsdeltap": ours("pct", 1, 2),
        "movavg": ours("movavg", 2),
        "mave": ours("movavg", 2),
        "movsum": ours("movsum", 2),
        "movtot": ours("movsum", 2),
        "mtot": ours("movsum", 2),
        "log": ours("log", 1),
        "exp": ours("exp", 1),
        "abs": ours("abs", 1),
        "sqrt": ours("sqrt", 1),
    },
    shifts=False,
)

_RESTRICTIONS = Dialect(language="RESTRICT>", functions={"lag": _LAG}, shifts=False)

_STATEMENT = re.compile(r"\s*([A-Z]+)>")
_BARE = re.compile(r"\s*(MODEL|END|TSRANGE)\b")
_OPENING = {"BEHAVIORAL": Kind.BEHAVIOURAL, "EQUATION": Kind.BEHAVIOURAL, "IDENTITY": Kind.IDENTITY}
_PARTS = frozenset({"EQ", "COEFF", "TSRANGE", "RESTRICT", "PDL", "ERROR", "IV", "IF", "STORE"})


@dataclass(frozen=True)
class _Statement:
    word: str
    text: str
    place: Place  # of the text


@dataclass
class _Group:
    """An equation with the statements that belong to it."""

    kind: Kind
    name: str
    place: Place
    comment: str = ""
    parts: dict[str, list[_Statement]] = field(default_factory=dict)

    def one(self, word: str) -> _Statement | None:
        """The only statement of this word. Raises BadInput where there are two."""
        found = self.parts.get(word, [])
        if len(found) > 1:
            raise at(
                found[1].place,
                say("interop.part_twice", word=word, name=self.name),
                say("interop.twice_mend"),
            )
        return found[0] if found else None


def read_mdl(
    source: str | Path | bytes, *, adjustable: bool | None = None, frequency: Frequency | None = None
) -> Imported:
    """The model of an MDL text.

    adjustable: whether identities may have add-factors too; None: where the text has nothing else. frequency: None
    takes it from the TSRANGE statements, where they tell. Raises BadInput that names line, column and mend.
    """
    groups = _grouped(_statements(text_of(source)))
    if not groups:
        raise BadInput(say("interop.no_equations", format="MDL"), say("interop.mdl_mend"))
    if frequency is None:
        frequency = _frequency(groups)
    draft = Draft("mdl")
    if adjustable is None:
        adjustable = all(each.kind is Kind.IDENTITY for each in groups)
        if adjustable:
            draft.warnings.append(say("interop.adjustable"))
    owners = _owners(groups)
    for group in groups:
        _add(draft, group, Kind.BEHAVIOURAL if adjustable else group.kind, frequency, owners)
    _without_last_conditions(draft)
    if any("STORE" in each.parts for each in groups):
        draft.warnings.append(say("interop.ignored", words=("STORE>",)))
    return draft.imported("mdl", frequency=frequency)


def _statements(text: str) -> Iterator[_Statement]:
    """The statements between MODEL and END, comments with their text."""
    word, lines, begun = "", [], Place(1, 1)
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("$"):
            yield _Statement("COMMENT", line.lstrip()[1:], Place(number, 1))
            continue
        found = _STATEMENT.match(line) or _BARE.match(line)
        known = found is not None and (found[1] in _PARTS or found[1] in _OPENING or found[1] in _BARE_WORDS)
        if not known or found is None:
            _check_line(line, number, inside, word)
            lines.append(line)
            continue
        if inside and word:
            yield _Statement(word, "\n".join(lines), begun)
        word, lines, begun = found[1], [line[found.end() :]], Place(number, found.end() + 1)
        if word == "END":
            return
        if word == "MODEL":
            inside, word = True, ""
    if inside and word:
        yield _Statement(word, "\n".join(lines), begun)


_BARE_WORDS = frozenset({"MODEL", "END", "TSRANGE", "COMMENT"})


def _check_line(line: str, number: int, inside: bool, word: str) -> None:
    """Raises BadInput for a line that goes on with nothing."""
    if not line.strip():
        return
    unknown = _STATEMENT.match(line)
    if unknown is not None and word != "IF":
        raise at(Place(number, 1), say("interop.mdl_word", word=unknown[1]), say("interop.mdl_word_mend"))
    if not inside or not word or word == "COMMENT":
        raise at(Place(number, 1), say("interop.mdl_stray", text=line.strip()[:60]), say("interop.mdl_mend"))


def _grouped(statements: Iterator[_Statement]) -> list[_Group]:
    groups: list[_Group] = []
    comments: list[str] = []  # since the last statement, rules of dashes aside
    for each in statements:
        if each.word == "COMMENT":
            comments.extend([" ".join(each.text.split())] if re.search(r"\w", each.text) else [])
            continue
        comment = comments[0] if len(comments) == 1 else ""  # of several lines none is known to be the name
        comments.clear()
        if each.word in _OPENING:
            groups.append(_opened(each, comment))
        elif not groups:
            raise at(each.place, say("interop.mdl_stray", text=each.word), say("interop.mdl_mend"))
        else:
            groups[-1].parts.setdefault(each.word, []).append(each)
    return groups


def _opened(each: _Statement, comment: str) -> _Group:
    words = each.text.split()
    if not words:
        raise at(each.place, say("interop.mdl_unnamed"), say("interop.mdl_mend"))
    group = _Group(_OPENING[each.word], words[0], each.place, comment)
    if len(words) > 1:
        rest = _BARE.match(each.text.lstrip()[len(words[0]) :])
        if rest is None or rest[1] != "TSRANGE":
            raise at(
                each.place, say("interop.mdl_stray", text=" ".join(words[1:])[:60]), say("interop.mdl_mend")
            )
        group.parts["TSRANGE"] = [replace(each, word="TSRANGE", text=" ".join(words[2:]))]
    return group


def _owners(groups: list[_Group]) -> dict[str, str]:
    """The variable in whose equation a coefficient stands; "" where several equations call a coefficient alike."""
    owners: dict[str, str] = {}
    for group in groups:
        for each in group.parts.get("COEFF", []):
            for name in each.text.split():
                owners[name] = group.name if owners.get(name, group.name) == group.name else ""
    return owners


def _add(
    draft: Draft, group: _Group, kind: Kind, frequency: Frequency | None, owners: dict[str, str]
) -> None:
    written = group.one("EQ")
    if written is None:
        raise at(group.place, say("interop.no_equation", name=group.name), say("interop.mdl_mend"))
    left, right = equation(written.text, DIALECT, written.place)
    if group.name not in {node.name for node in walk(left) if isinstance(node, Name)}:
        raise at(
            written.place,
            say("interop.mdl_left", name=group.name),
            say("interop.mdl_left_mend", name=group.name),
        )
    coefficients = _coefficients(group, owners)
    right = _renamed(right, coefficients)
    lags = {_as(coefficients, name): lag for name, lag in _polynomials(group).items()}
    restrictions = list(_restrictions(group, coefficients, lags))
    for name, lag in lags.items():
        right = _with_lag(right, name, lag, written.place)
        restrictions.extend(lag.ends(name))
    condition = group.one("IF")
    made = draft.add(
        kind,
        group.name,
        (left, right),
        written.place,
        condition=None if condition is None else formula(condition.text, DIALECT, condition.place),
        estimation=_note(draft, group, tuple(restrictions), frequency),
    )
    if group.comment and group.name not in draft.described:
        draft.described[group.name] = Names(group.comment[:200])
    for name in coefficients.values():
        for each in lags[name].names(name) if name in lags else [name]:
            draft.parameters[each] = Parameter(each, estimated=True, place=group.place)
    for number in range(1, (made.estimation.ar if made.estimation else 0) + 1):
        rho = f"{made.name}.rho{number}"
        draft.parameters[rho] = Parameter(rho, estimated=True, place=group.place)


def _coefficients(group: _Group, owners: dict[str, str]) -> dict[str, str]:
    """The equation's coefficients and their names in the model, unlike those of other equations."""
    names = [name for each in group.parts.get("COEFF", []) for name in each.text.split()]
    return {name: name if owners[name] else f"{group.name}_{name}" for name in names}


def _as(coefficients: dict[str, str], name: str) -> str:
    return coefficients.get(name, name)


def _renamed(side: Expression, names: dict[str, str]) -> Expression:
    if all(old == new for old, new in names.items()):
        return side
    if isinstance(side, Name):
        return replace(side, name=names.get(side.name, side.name))
    if isinstance(side, Apply):
        return replace(side, arguments=tuple(_renamed(each, names) for each in side.arguments))
    return side


# polynomial lags


@dataclass(frozen=True)
class _Lag:
    """An Almon lag over 0 ... length - 1, weights c0 + c1 k + ...; near, far: the first, last weight is nought."""

    degree: int
    length: int
    near: bool
    far: bool
    place: Place

    def names(self, coefficient: str) -> list[str]:
        return [f"{coefficient}_{power}" for power in range(self.degree + 1)]

    def weight(self, coefficient: str, lag: int) -> Expression:
        """The weight of one lag, in the coefficients of the polynomial."""
        terms: list[Expression] = []
        for power, name in enumerate(self.names(coefficient)):
            factor = float(lag**power)
            if factor:
                terms.append(Name(name) if factor == 1 else Apply("*", (Number(factor), Name(name))))
        return terms[0] if len(terms) == 1 else Apply("+", tuple(terms))

    def ends(self, coefficient: str) -> Iterator[tuple[Expression, Expression]]:
        if self.near:
            yield self.weight(coefficient, 0), Number(0.0)
        if self.far:
            yield self.weight(coefficient, self.length - 1), Number(0.0)


def _polynomials(group: _Group) -> dict[str, _Lag]:
    found: dict[str, _Lag] = {}
    for each in group.parts.get("PDL", []):
        for line in filter(None, (line.strip() for line in each.text.splitlines())):
            name, *rest = line.split()
            numbers = [word for word in rest if word.isdecimal()]
            ends = [word for word in rest if word in ("N", "F")]
            if (
                len(numbers) != 2
                or len(numbers) + len(ends) != len(rest)
                or int(numbers[1]) <= int(numbers[0])
            ):
                raise at(each.place, say("interop.mdl_pdl", text=line[:60]), say("interop.mdl_pdl_mend"))
            if int(numbers[0]) > 20 or int(numbers[1]) > 1000:
                raise at(each.place, say("interop.mdl_pdl", text=line[:60]), say("interop.mdl_pdl_mend"))
            found[name] = _Lag(int(numbers[0]), int(numbers[1]), "N" in ends, "F" in ends, each.place)
    return found


def _with_lag(right: Expression, coefficient: str, lag: _Lag, place: Place) -> Expression:
    """The right side with the regressor of a coefficient spread over its lags."""
    terms = right.arguments if isinstance(right, Apply) and right.operator == "+" else (right,)
    made: list[Expression] = []
    for term in terms:
        inner = term.arguments[0] if isinstance(term, Apply) and term.operator == "neg" else term
        regressor = _times(inner, coefficient)
        if regressor is None:
            made.append(term)
            continue
        prefix, last = Name(f"{coefficient}_"), Number(float(lag.length - 1))
        spread = Apply("pdl", (regressor, prefix, last, Number(float(lag.degree))), place)
        made.append(spread if inner is term else Apply("neg", (spread,), place))
    if sum(each is not term for each, term in zip(made, terms, strict=True)) != 1:
        raise at(lag.place, say("interop.mdl_pdl_term", name=coefficient), say("interop.mdl_pdl_term_mend"))
    return made[0] if len(made) == 1 else Apply("+", tuple(made), place)


def _times(term: Expression, coefficient: str) -> Expression | None:
    """What a coefficient multiplies in a product, None where it is not a factor of it."""
    if not isinstance(term, Apply) or term.operator != "*" or Name(coefficient) not in term.arguments:
        return None
    rest = list(term.arguments)
    rest.remove(Name(coefficient))
    return rest[0] if len(rest) == 1 else Apply("*", tuple(rest), term.place)


# estimation


def _restrictions(
    group: _Group, coefficients: dict[str, str], lags: dict[str, _Lag]
) -> Iterator[tuple[Expression, Expression]]:
    for each in group.parts.get("RESTRICT", []):
        for number, line in enumerate(each.text.splitlines()):
            if not line.strip():
                continue
            place = Place(each.place.line + number, each.place.column if number == 0 else 1)
            left, right = equation(line, _RESTRICTIONS, place)
            yield _of_weights(left, coefficients, lags, place), _of_weights(right, coefficients, lags, place)


def _of_weights(
    side: Expression, coefficients: dict[str, str], lags: dict[str, _Lag], place: Place
) -> Expression:
    """A side of a restriction with the weights of polynomial lags in the coefficients of their polynomials."""
    if isinstance(side, Apply) and side.operator == "lag":
        name = side.arguments[0]
        number = whole_number(side.arguments[1]) if len(side.arguments) == 2 else None
        known = _as(coefficients, name.name) if isinstance(name, Name) else ""
        if known not in lags or number is None or not 0 <= number < lags[known].length:
            raise at(place, say("interop.mdl_restrict"), say("interop.mdl_restrict_mend"))
        return lags[known].weight(known, number)
    if isinstance(side, Name):
        name_in_model = _as(coefficients, side.name)
        if name_in_model in lags:
            return lags[name_in_model].weight(name_in_model, 0)
        if side.name not in coefficients:
            raise at(place, say("interop.mdl_restrict"), say("interop.mdl_restrict_mend"))
        return replace(side, name=name_in_model)
    if isinstance(side, Apply):
        return replace(
            side, arguments=tuple(_of_weights(each, coefficients, lags, place) for each in side.arguments)
        )
    return side


def _note(
    draft: Draft,
    group: _Group,
    restrictions: tuple[tuple[Expression, Expression], ...],
    frequency: Frequency | None,
) -> EstimationNote | None:
    if group.kind is Kind.IDENTITY:
        return None
    instruments = tuple(
        formula(each.text, DIALECT, each.place) for each in group.parts.get("IV", []) if each.text.strip()
    )
    instruments = tuple(
        each for each in instruments if not isinstance(each, Number)
    )  # the constant goes without saying
    first, last = _sample(draft, group, frequency)
    return EstimationNote(
        method="2sls" if instruments else "ols",
        first=first,
        last=last,
        iv_instruments=instruments,
        restrictions=restrictions,
        ar=_order(group),
    )


def _order(group: _Group) -> int:
    error = group.one("ERROR")
    if error is None:
        return 0
    found = re.fullmatch(r"\s*AUTO\(\s*(\d{1,2})\s*\)\s*", error.text)
    if found is None or not 1 <= int(found[1]) <= 24:
        raise at(
            error.place, say("interop.mdl_error", text=error.text.strip()[:60]), say("interop.mdl_error_mend")
        )
    return int(found[1])


def _range(group: _Group) -> tuple[int, int, int, int] | None:
    """Year and period of the first and the last observation of an equation's sample."""
    written = group.one("TSRANGE")
    if written is None:
        return None
    words = written.text.replace(",", " ").split()
    if len(words) != 4 or not all(word.isdecimal() and len(word) <= 4 for word in words):
        raise at(
            written.place,
            say("interop.mdl_range", text=written.text.strip()[:60]),
            say("interop.mdl_range_mend"),
        )
    first_year, first_step, last_year, last_step = (int(word) for word in words)
    return first_year, first_step, last_year, last_step


def _frequency(groups: list[_Group]) -> Frequency | None:
    """Annual where every sample begins and ends in a period 1; quarterly up to 4; monthly up to 12."""
    found = [each for each in (_range(group) for group in groups) if each is not None]
    if not found:
        return None
    most = max(max(each[1], each[3]) for each in found)
    if most <= 1:
        return Frequency.ANNUAL
    return Frequency.QUARTERLY if most <= 4 else Frequency.MONTHLY if most <= 12 else None


def _sample(draft: Draft, group: _Group, frequency: Frequency | None) -> tuple[str, str]:
    found = _range(group)
    if found is None or frequency is None:
        return "", ""
    steps = frequency.value
    if max(found[1], found[3]) > steps or min(found[1], found[3]) < 1:
        draft.warnings.append(say("interop.ignored_sample", name=group.name))
        return "", ""
    first, last = (Period(frequency, year * steps + step - 1) for year, step in (found[:2], found[2:]))
    return str(first), str(last)


# regimes

_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def _without_last_conditions(draft: Draft) -> None:
    """The second of two regimes goes without condition where that is the opposite of the first's."""
    places: dict[str, list[int]] = {}
    for place, each in enumerate(draft.equations):
        if each.variable:
            places.setdefault(each.variable, []).append(place)
    for variable, found in places.items():
        conditions = [draft.equations[place].condition for place in found]
        if len(found) > 1 and None in conditions[:-1]:
            where = draft.equations[found[1]].place or Place(1, 1)
            raise at(where, say("interop.mdl_twice", name=variable), say("interop.mdl_twice_mend"))
        if len(found) == 2 and _opposite(conditions[0], conditions[1]):
            draft.equations[found[1]] = replace(draft.equations[found[1]], condition=None)


def _opposite(first: Expression | None, second: Expression | None) -> bool:
    if not isinstance(first, Apply) or not isinstance(second, Apply):
        return False
    return _OPPOSITE.get(first.operator) == second.operator and first.arguments == second.arguments


_SIGN = re.compile(r"^\s*(?:BEHAVIORAL|EQUATION|IDENTITY)>", re.MULTILINE)

IMPORTERS.register("mdl")(Importer(lambda text: 3 if _SIGN.search(text) else 0, read_mdl, endings=(".mdl",)))
