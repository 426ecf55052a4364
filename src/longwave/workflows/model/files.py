"""Where models' results are written: tables, pages, texts; each whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from longwave.core.errors import UsageError
from longwave.core.message import Language, say
from longwave.core.origin import Origin

if TYPE_CHECKING:
    import pandas as pd

    from longwave.report.document import Document
    from longwave.workflows.model.solve import Solved

# What writes files rests on the forecasts' rooms; a command that writes none does not wait for them.


def check_files(plot: Path | None, out: Path | None) -> None:
    """Raises UsageError before the work for a file that could not be written."""
    if plot is None and out is None:
        return
    from longwave.workflows.forecast.files import check_out, check_plot

    check_plot(plot)
    check_out(out)


def write_text(path: Path, text: str, endings: tuple[str, ...]) -> None:
    """Writes a text. Raises UsageError for another ending or a place that cannot be written to."""
    from longwave.workflows.whole_file import whole

    if path.suffix.lower() not in endings:
        raise UsageError(say("workflows.other_ending", path=str(path), endings=endings))
    try:
        with whole(path) as part:
            part.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(
            say("workflows.not_writable", path=str(path)), say("workflows.not_writable_mend")
        ) from error


def save_table(solved: Solved, path: Path) -> Path:
    """The watched variables of every scenario where they were chosen, else every one; one row a scenario and period."""
    import pandas as pd

    from longwave.workflows.forecast.files import save_frame

    frames = []
    for each in (solved.baseline, *solved.scenarios):
        frame = each.solution.frame(solved.watch if solved.chosen else None)
        frame.insert(0, "scenario", each.names.en or each.name)
        frames.append(frame.reset_index())
    return save_frame(pd.concat(frames, ignore_index=True), path)


def save_columns(frames: Mapping[str, pd.DataFrame], path: Path) -> Path:
    """Frames of one index beside each other, one row a name and period."""
    import pandas as pd

    from longwave.workflows.forecast.files import save_frame

    parts = []
    for name, frame in frames.items():
        part = frame.copy()
        part.insert(0, "name", name)
        parts.append(part.reset_index())
    return save_frame(pd.concat(parts, ignore_index=True), path)


def save_page(
    page: Document, path: Path, languages: Sequence[Language], origins: Mapping[str, Origin]
) -> list[Path]:
    """The page (.html), or its first chart alone (.svg, .png), one file a language; the first has the name as given."""
    from longwave.workflows.whole_file import whole

    names = {
        lang: path if lang == languages[0] else path.with_suffix(f".{lang}{path.suffix}")
        for lang in languages
    }
    for lang, name in names.items():
        if path.suffix.lower() != ".html":
            from longwave.report.alone import save_chart

            chart = next(chart for section in page.sections for chart in section.charts)
            save_chart(chart, name, lang, origins=origins)
            continue
        from longwave.report.page import render

        other = next((names[each].name for each in languages if each != lang), None)
        with whole(name) as part:
            part.write_text(render(page, lang, alternate=other), "utf-8")
    return list(names.values())
