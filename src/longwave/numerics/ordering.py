"""The order in which a system of equations is best solved: matching, blocks, tears.

Each equation is matched with the unknown it shall give (maximum bipartite matching, Hopcroft and Karp, 1973). The
matched system is a directed graph whose strongly connected components (Tarjan, 1972) are the blocks that must be
solved together; all else follows one after the other. Within a block a few unknowns, the tears, are guessed so that
the rest follow in sequence; the fewest is the minimum feedback vertex set (NP-hard), taken greedily after removing
what is never needed (Levy and Low, 1988).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

Edges = Mapping[int, Collection[int]]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What a system without a full matching lacks, after Dulmage and Mendelsohn (1958).

    equations: those that together have too few unknowns (over-determined), with `their_unknowns`; unknowns: those
    that together have too few equations (under-determined), with `their_equations`.
    """

    equations: tuple[int, ...]
    their_unknowns: tuple[int, ...]
    unknowns: tuple[int, ...]
    their_equations: tuple[int, ...]


def match(rows: Sequence[Collection[int]], preferred: Sequence[int | None]) -> list[int] | Unmatched:
    """One unknown for each equation, or what stands in the way.

    rows: the unknowns (0 .. n-1, n the number of equations) that may be isolated in each equation; preferred: the
    unknown that an equation names as its own, which is kept whenever no other equation names it too.
    """
    count = len(rows)
    taken: dict[int, int] = {}
    mate: list[int | None] = [None] * count
    for equation, wish in enumerate(preferred):
        if wish is not None and wish in rows[equation] and wish not in taken:
            mate[equation], taken[wish] = wish, equation
    for equation in range(count):
        if mate[equation] is None:
            _augment(equation, rows, mate, taken)
    if all(each is not None for each in mate):
        return [each for each in mate if each is not None]
    return _unmatched(rows, mate, taken)


def _augment(
    start: int, rows: Sequence[Collection[int]], mate: list[int | None], taken: dict[int, int]
) -> None:
    """Gives equation `start` an unknown along a shortest alternating path, where there is one."""
    reached: dict[int, int] = {}  # unknown -> equation from which it was reached
    waiting = [start]
    for equation in waiting:
        for unknown in rows[equation]:
            if unknown in reached:
                continue
            reached[unknown] = equation
            if unknown not in taken:
                _flip(unknown, start, reached, mate, taken)
                return
            waiting.append(taken[unknown])


def _flip(
    unknown: int, start: int, reached: Mapping[int, int], mate: list[int | None], taken: dict[int, int]
) -> None:
    while True:
        equation = reached[unknown]
        before = mate[equation]
        mate[equation], taken[unknown] = unknown, equation
        if equation == start or before is None:
            return
        unknown = before


def _unmatched(
    rows: Sequence[Collection[int]], mate: Sequence[int | None], taken: Mapping[int, int]
) -> Unmatched:
    """The over- and under-determined parts: what alternating paths reach from what is left alone."""
    users: dict[int, list[int]] = {}
    for equation, row in enumerate(rows):
        for unknown in row:
            users.setdefault(unknown, []).append(equation)
    over = [equation for equation in range(len(rows)) if mate[equation] is None]
    over_unknowns: dict[int, None] = {}
    for equation in over:
        for unknown in rows[equation]:
            if unknown not in over_unknowns:
                over_unknowns[unknown] = None
                if unknown in taken and taken[unknown] not in over:
                    over.append(taken[unknown])
    under = [unknown for unknown in range(len(rows)) if unknown not in taken]
    under_equations: dict[int, None] = {}
    for unknown in under:
        for equation in users.get(unknown, ()):
            if equation not in under_equations:
                under_equations[equation] = None
                other = mate[equation]
                if other is not None and other not in under:
                    under.append(other)
    return Unmatched(tuple(over), tuple(over_unknowns), tuple(under), tuple(under_equations))


def blocks(needs: Edges) -> list[list[int]]:
    """The strongly connected components of `needs` (item -> items it needs), each after what it needs.

    Tarjan's algorithm, without recursion, so that no chain is too long.
    """
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in needs:
        if root in number:
            continue
        work = [(root, iter(sorted(needs[root])))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            item, rest = work[-1]
            for other in rest:
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(sorted(needs.get(other, ())))))
                    break
                if other in on_stack:
                    low[item] = min(low[item], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[item])
                if low[item] == number[item]:
                    found.append(_popped(stack, on_stack, item))
    return found


def _popped(stack: list[int], on_stack: set[int], until: int) -> list[int]:
    component = []
    while True:
        item = stack.pop()
        on_stack.discard(item)
        component.append(item)
        if item == until:
            return component[::-1]


def tears(needs: Edges, must: Collection[int] = ()) -> tuple[list[int], list[int]]:
    """(tears, the others in an order in which each needs only tears and earlier ones).

    needs: item -> items of the same block that it needs; must: items that have to be tears. An item that needs
    itself becomes one too.
    """
    ahead = {item: set(others) & needs.keys() for item, others in needs.items()}
    behind: dict[int, set[int]] = {item: set() for item in needs}
    for item, others in ahead.items():
        for other in others:
            behind[other].add(item)
    cut: list[int] = []
    for item in needs:
        if item in must or item in ahead[item]:
            cut.append(item)
            _remove(item, ahead, behind)
    while True:
        _reduce(ahead, behind, cut)
        if not ahead:
            break
        worst = max(ahead, key=lambda item: (len(ahead[item]) * len(behind[item]), -item))
        cut.append(worst)
        _remove(worst, ahead, behind)
    kept = set(needs) - set(cut)
    order = [
        component[0]
        for component in blocks({item: set(needs[item]) & kept for item in needs if item in kept})
    ]
    return cut, order


def _reduce(ahead: dict[int, set[int]], behind: dict[int, set[int]], cut: list[int]) -> None:
    """Levy and Low's reductions: sources, sinks and items passed straight through need never be cut."""
    waiting = set(ahead)
    while waiting:
        item = waiting.pop()
        if item not in ahead:
            continue
        if item in ahead[item]:
            touched = ahead[item] | behind[item]
            cut.append(item)
            _remove(item, ahead, behind)
        elif not ahead[item] or not behind[item]:
            touched = ahead[item] | behind[item]
            _remove(item, ahead, behind)
        elif len(ahead[item]) == 1 or len(behind[item]) == 1:
            touched = ahead[item] | behind[item]
            _bypass(item, ahead, behind)
        else:
            continue
        waiting |= touched & ahead.keys()


def _bypass(item: int, ahead: dict[int, set[int]], behind: dict[int, set[int]]) -> None:
    for before in behind[item]:
        ahead[before] |= ahead[item]
    for after in ahead[item]:
        behind[after] |= behind[item]
    _remove(item, ahead, behind)


def _remove(item: int, ahead: dict[int, set[int]], behind: dict[int, set[int]]) -> None:
    for after in ahead.pop(item):
        if after != item:
            behind[after].discard(item)
    for before in behind.pop(item):
        if before != item:
            ahead[before].discard(item)
