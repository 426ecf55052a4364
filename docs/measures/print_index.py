"""Prints docs/measures/index.md from the catalogue: ``make docs``. A test compares the two."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from longwave.measure.measurement import DIMENSIONS, DRIVERS, POLICY, WIDER, of_panel, of_table

HEAD = """\
# Measures

Printed from the catalogue by `make docs`; do not edit.

One measure is one pure function: figures in, a table, estimates, tests, dates, sentences and refusals out. Each has a
page with its formula first, then its reference, its caveats and an example.

## Of an area's published figures

`longwave measure DIMENSION AREA`, or by name: `longwave measure growth_accounting USA`. Without what it **needs** a measure
refuses; what it **uses** it takes where it is there, and refuses that part where it is not. The names are
[concepts](../concepts/concepts.md). Measures marked *across* compare the area with all others there are.
"""

MIDDLE = """
## Of your own table

`longwave measure NAME --file FILE` (csv, xlsx, parquet). No publisher's series stands for these columns in what longwave
brings; columns in brackets may be left out.
"""

FOOT = """
All of them share one way of making intervals, spans and grades: [evidence](../concepts/evidence.md). What is found from the
dimensions together: [breaks](../concepts/breaks.md), [the era model](../concepts/era.md),
[effects on growth](../concepts/effects.md) and [the scorecard](../concepts/scorecard.md). What they leave out:
[what longwave does not do](../scope.md).

A new one: [add a measure](../how-to/add-a-measure.md).
"""

ORDER = {name: place for place, name in enumerate((*DIMENSIONS, *DRIVERS, *WIDER, *POLICY))}


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    yield "| measure | dimension | needs | also uses | |"
    yield "|---|---|---|---|---|"
    for name, measure in sorted(of_panel().items(), key=lambda item: (ORDER[item[1].dimension], item[0])):
        across = "across" if measure.across else ""
        cells = (
            f"[{name}]({name}.md)",
            measure.dimension,
            _names(measure.needs),
            _names(measure.uses),
            across,
        )
        yield _row(*cells)
    yield MIDDLE
    yield "| measure | dimension | columns |"
    yield "|---|---|---|"
    for name, measure in sorted(of_table().items(), key=lambda item: (ORDER[item[1].dimension], item[0])):
        columns = ", ".join(f"[`{c.name}`]" if c.optional else f"`{c.name}`" for c in measure.columns)
        yield _row(f"[{name}]({name}.md)", measure.dimension, columns)
    yield FOOT.rstrip("\n")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
