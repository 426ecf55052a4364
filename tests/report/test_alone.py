"""A chart as a file of its own: everything that the page would have said is in it."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import report_example as example

from longwave.core.errors import UsageError
from longwave.report.alone import save_chart
from longwave.report.document import Chart, Curve

CHARTS = [example.fan, example.contributions, example.shares, example.research, example.causes]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("make", CHARTS, ids=lambda make: make.__name__)
def test_every_kind_of_chart_is_written_as_svg_and_png(make: object, lang: str, tmp_path: Path) -> None:
    for suffix, head in ((".svg", b"<?xml"), (".png", b"\x89PNG")):
        path = save_chart(make(), tmp_path / f"new/chart{suffix}", lang, origins=example.ORIGINS)
        assert path.read_bytes().startswith(head)


def test_the_svg_tells_itself_to_those_who_do_not_see_it_and_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = (
        save_chart(example.fan(), tmp_path / f"{n}.svg", "zh", origins=example.ORIGINS) for n in "ab"
    )
    assert first.read_bytes() == second.read_bytes()
    root = ET.parse(first).getroot()  # noqa: S314 (our own picture)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}desc") == example.fan().summary.text("zh") and root.get("role") == "img"
    assert not list(root.iter(f"{space}metadata")) and not list(root.iter(f"{space}text"))


def test_the_source_is_in_the_picture(tmp_path: Path) -> None:
    with_source = save_chart(example.fan(), tmp_path / "a.svg", origins=example.ORIGINS).read_text("utf-8")
    without = save_chart(replace(example.fan(), sources=()), tmp_path / "b.svg").read_text("utf-8")
    # Letters are shapes: more of them, on a higher paper.
    assert len(with_source) > len(without)
    assert _height(with_source) > _height(without)


def _height(svg: str) -> float:
    return float(ET.fromstring(svg.encode()).get("height", "").removesuffix("pt"))  # noqa: S314


@pytest.mark.parametrize("name", ["chart.pdf", "chart", "chart.svg.gz"])
def test_another_ending_is_refused_with_the_mend(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        save_chart(example.fan(), tmp_path / name)
    assert error.value.mend is not None and not list(tmp_path.iterdir())


def test_what_cannot_be_written_or_drawn_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError):
        save_chart(example.fan(), tmp_path / "file" / "chart.png")
    word = example.given("A")
    nothing = Chart(
        "k", "lines", word, word, word, (Curve(word, example.series(2000, [np.nan, np.nan])),), ()
    )
    with pytest.raises(UsageError):
        save_chart(nothing, tmp_path / "chart.png")
