"""What a linear model reads of a row: lists of names, one list a block.

texts       units 1-2 and characters 2-5 inside words; for scripts without spaces units 1-2 or 1-4 (a unit is a character)
relations   what stands between the two entities, just before, just behind, and in them; all once more with the direction;
            without spaces also what stands beside each of them, on either side
pairs       see `linear`: both texts by the same names, their product and difference
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from .units import grams, inner_grams, plain, units

Row = Mapping[str, Any]
Reader = Callable[[Row], list[str]]


def words(row: Row) -> list[str]:
    return grams(units(row["text"]), 1, 2)


def single(row: Row) -> list[str]:
    return units(row["text"])


def runs(row: Row) -> list[str]:
    """Units 1-4: in Chinese, characters to four-character words."""
    return grams(units(row["text"]), 1, 4, glue="")


def characters(row: Row) -> list[str]:
    return inner_grams(row["text"])


def around(row: Row) -> list[str]:
    """The words around and between two entities (Zelenko et al. 2003; Rink and Harabagiu 2010), in the text's order.

    Each stands a second time with > (head first) or < (tail first) before it. Stems are the first five characters.
    """
    text, turned = row["text"], _turned(row)
    first, second = _in_order(row)
    between = units(text[first[1] : max(second[0], first[1])])
    before = units(text[max(first[0] - 200, 0) : first[0]])[-3:]
    behind = units(text[second[1] : second[1] + 200])[:3]
    one, two = (units(text[start:end]) for start, end in (first, second))
    found = [f"|{run}" for run in grams(between[:40], 1, 3)]
    found += [f"|{unit[:5]}-" for unit in between[:40]]
    found += ["||" + " ".join(between)] if len(between) <= 8 else []
    found += [f"|first {unit}" for unit in between[:1]] + [f"|last {unit}" for unit in between[-1:]]
    found += [f"before {run}" for run in grams(before, 1, 2)] + [
        f"behind {run}" for run in grams(behind, 1, 2)
    ]
    found += [f"gap {min(int(math.log2(len(between) + 1)), 6)}"]
    # English heads stand last in a noun phrase; in a script without spaces every character counts.
    found += [f"one {unit}" for unit in one] + [f"two {unit}" for unit in two]
    found += [f"one- {unit[:5]}" for unit in one[-1:]] + [f"two- {unit[:5]}" for unit in two[-1:]]
    found += [f"one+ {unit[-3:]}" for unit in one[-1:]] + [f"two+ {unit[-3:]}" for unit in two[-1:]]
    found += [f"both {a} {b}" for a in one[-1:] for b in two[-1:]]
    return found + [f"{turned}{name}" for name in found]


def between_runs(row: Row) -> list[str]:
    """Character runs 1-4 of what stands between and within, for scripts without spaces; with the direction."""
    text, turned = row["text"], _turned(row)
    first, second = _in_order(row)
    parts = {
        "|": units(text[first[1] : max(second[0], first[1])])[:60],
        "[": units(text[: first[0]])[-10:],
        "]": units(text[second[1] :][:100])[:10],
        "1": units(text[first[0] : first[1]]),
        "2": units(text[second[0] : second[1]]),
    }
    found = [f"{mark}{run}" for mark, part in parts.items() for run in grams(part, 1, 4, glue="")]
    return found + [f"{turned}{name}" for name in found]


def beside_runs(row: Row) -> list[str]:
    """Character runs 1-3 of the twelve characters on either side of each entity, and the 1-4 that touch it; with the
    direction. For scripts without spaces: what is said of each of the two, where the stretch between them is long."""
    text, turned = row["text"], _turned(row)
    found = []
    for mark, (start, end) in zip("12", _in_order(row), strict=True):
        before, behind = units(text[max(start - 12, 0) : start]), units(text[end : end + 12])
        found += [f"[{mark}{run}" for run in grams(before, 1, 3, glue="")]
        found += [f"]{mark}{run}" for run in grams(behind, 1, 3, glue="")]
        found += [f"[[{mark}{''.join(before[-size:])}" for size in range(1, 5)]
        found += [f"]]{mark}{''.join(behind[:size])}" for size in range(1, 5)]
    return found + [f"{turned}{name}" for name in found]


def _in_order(row: Row) -> list[tuple[int, int]]:
    """Where the two entities begin and end, in the text's order."""
    return sorted((row[f"{name}_start"], row[f"{name}_end"]) for name in ("head", "tail"))


def _turned(row: Row) -> str:
    """< where the tail stands before the head."""
    return "<" if row["tail_start"] < row["head_start"] else ">"


READERS: Mapping[str, Reader] = {
    "words": words,
    "single": single,
    "runs": runs,
    "characters": characters,
    "around": around,
    "between_runs": between_runs,
    "beside_runs": beside_runs,
}
"""By the name under which a kept model remembers them."""


def overlap(one: str, other: str) -> list[float]:
    """How alike two texts are: shared units and characters, shared numbers, lengths; each between 0 and 1."""
    a, b = units(one), units(other)
    numbers = [{unit for unit in part if unit[:1].isdigit()} for part in (a, b)]
    letters = [set(grams(plain(text)[:2000], 2, 3, glue="")) for text in (one, other)]
    return [
        _share(set(a), set(b)),
        _within(set(a), set(b)),
        _within(set(b), set(a)),
        _share(set(grams(a, 2, 2)), set(grams(b, 2, 2))),
        _share(*letters),
        _share(*numbers) if numbers[0] or numbers[1] else 0.5,
        min(len(a), len(b)) / max(len(a), len(b), 1),
        float(plain(one).strip() == plain(other).strip()),
    ]


OVERLAPS = (
    "shared words",
    "words of the first in the second",
    "words of the second in the first",
    "shared pairs of words",
    "shared characters",
    "shared numbers",
    "likeness of length",
    "equal",
)


def _share(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0


def _within(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a) if a else 0.0
