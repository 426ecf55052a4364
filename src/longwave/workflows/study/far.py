"""Mean growth over the next years: sentences, and the table of methods beside each other."""

from __future__ import annotations

from collections.abc import Mapping

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Value, say
from longwave.forecast.long_run import LongRun
from longwave.measure.measurement import Measurement
from longwave.report.document import Part, Table

_BANDS = (("0.1", "0.9"), ("0.025", "0.975"))


def long_run_parts(
    found: Mapping[str, LongRun | Refusal], measured: Mapping[str, Mapping[str, Measurement]]
) -> tuple[Part, ...]:
    """One part an area that has a long run."""
    return tuple(
        Part(
            f"long-run-{area}",
            say("workflows.long_run_title", area=area_names(area)),
            one.sentences,
            tables=(_table(area, one, measured[area]["labour_productivity"].sources),),
        )
        for area, one in found.items()
        if isinstance(one, LongRun)
    )


def _table(area: str, one: LongRun, sources: tuple[str, ...]) -> Table:
    ordered = one.frame.sort_index(level="years", sort_remaining=False).reset_index()
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            say("workflows.long_run_years", years=int(row["years"])),
            say(f"long_run.name_{row['method']}"),
            f"{row['0.5']:.1%}",
            *(f"{row[low]:.1%} … {row[high]:.1%}" for low, high in _BANDS),
        )
        for row in ordered.to_dict("records")
    )
    header = (
        say("workflows.long_run_over"),
        say("workflows.long_run_method"),
        say("workflows.long_run_median"),
        *(say("workflows.long_run_band", level=level) for level in (0.8, 0.95)),
    )
    caption = say("workflows.long_run_caption", area=area_names(area), origin=one.origin)
    return Table(f"long-run-{area}", caption, header, rows, sources)
