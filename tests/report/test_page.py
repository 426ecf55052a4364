"""The page as a reader and a browser get it: whole, escaped, alike each time, and honest about its sources."""

import base64
import dataclasses
import hashlib
import io
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import report_example as example
from fontTools.ttLib import TTFont

from longwave.core.estimate import Refusal
from longwave.core.message import Names
from longwave.core.origin import Licence, Origin
from longwave.report.document import Chart, Curve, Document, Mark, Section, Table
from longwave.report.figures import draw
from longwave.report.page import Register, make_page, render, safe_link

EVIL = "<script>alert(1)</script>}}{{7*7}}{%x%}\"'><img src=x onerror=alert(2)>&\u202e\x00\ufffe"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Reads a page strictly: every element closed in turn; keeps tags, ids, links and the text of each tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1:] != ["style"]:
            self.texts.append((self.open[-1] if self.open else "", " ".join(data.split())))

    def values(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]

    @property
    def text(self) -> str:
        return " ".join(text for _, text in self.texts)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_whole_and_asks_for_nothing(pages: dict[str, str], lang: str) -> None:
    read = Reader(pages[lang])
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "img", "iframe", "object", "embed", "base", "form", "image", "foreignobject"}
    assert not [name for _, attrs in read.tags for name in attrs if name.startswith("on") or name == "src"]
    policy = next(attrs for tag, attrs in read.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
    )
    assert not re.search(r"url\((?!data:font/woff|#)", pages[lang]) and "@import" not in pages[lang]
    loaded = [attrs["href"] for tag, attrs in read.tags if tag == "link"]
    assert loaded == ["report.zh.html" if lang == "en" else "report.html"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ids_are_one_of_a_kind_and_every_pointer_finds_its_own(pages: dict[str, str], lang: str) -> None:
    read = Reader(pages[lang])
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    pointers = [name for value in read.values("aria-labelledby") for name in value.split()]
    pointers += [href[1:] for href in read.values("href") if href.startswith("#")]
    pointers += re.findall(r"url\(#([^)]+)\)", pages[lang])
    assert len(pointers) > 100 and set(pointers) <= set(ids)


def test_language_title_and_the_other_language(pages: dict[str, str]) -> None:
    chinese = Reader(pages["zh"])
    assert chinese.tags[0] == ("html", {"lang": "zh-CN"})
    assert ("title", "美国与中国：经济增长、增长来源与前景") in chinese.texts
    assert ("h1", "美国与中国：经济增长、增长来源与前景") in chinese.texts
    english = Reader(pages["en"])
    assert english.tags[0] == ("html", {"lang": "en"})
    link = next(attrs for tag, attrs in english.tags if tag == "a" and attrs.get("hreflang"))
    assert link["hreflang"] == "zh-CN" and link["href"] == "report.zh.html"


def test_no_interface_word_is_left_in_the_other_language(pages: dict[str, str]) -> None:
    words = {"Source", "Licence", "Contents", "Period", "Overview", "Table 1", "Figure 1", "What would help"}
    assert words <= {text for _, text in Reader(pages["en"]).texts}
    assert not words & {text for _, text in Reader(pages["zh"]).texts}
    foreign = [text for _, text in Reader(pages["en"]).texts if re.search(r"[\u4e00-\u9fff]", text)]
    assert foreign == ["中文"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_chart_says_its_source_and_licence_and_has_its_table(pages: dict[str, str], lang: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", pages[lang], re.S)
    assert len(figures) == 8
    for figure in figures:
        assert 'class="credits"' in figure and "<table>" in figure and 'tabindex="0"' in figure
        assert figure.count('role="img"') == 2 and figure.count("<desc ") == 2
    assert 'class="unstated"' in figures[3] and 'class="unstated"' not in figures[0]
    unstated = {"en": "licence not stated", "zh": "未注明许可"}[lang]
    survey = Reader(figures[3]).text
    assert "National Bureau of Surveys" in survey and unstated in survey
    assert {"en": "elsewhere (origin not recorded)", "zh": "elsewhere（来源未记录）"}[lang] in figures[6]


def test_the_last_table_names_every_dataset_with_its_checksum(pages: dict[str, str]) -> None:
    table = pages["en"][pages["en"].index('<table class="sources">') :]
    for origin in example.ORIGINS.values():
        assert origin.publisher in table and f'title="{origin.sha256}"' in table and origin.retrieved in table
    assert "The Next Generation of the Penn World Table" in table


def test_sources_say_what_is_not_known_and_name_licences_in_words(pages: dict[str, str]) -> None:
    bare = Origin("own", "Own figures", "A ministry", "", "", Licence("US-federal-public-domain"))
    whole = dataclasses.replace(example.document(), origins={**example.ORIGINS, "own": bare})
    for lang, words in (
        ("en", ("address not stated", "not stated", "public domain (US federal government)", "CC BY 4.0")),
        ("zh", ("未注明网址", "未注明", "美国联邦政府作品，公有领域", "CC BY 4.0")),
    ):
        page = render(whole, lang)
        assert set(words) <= {text for _, text in Reader(page).texts}
        assert 'title="US-federal-public-domain"' in page and 'title="CC-BY-4.0"' in page
    assert "World Bank, World Development Indicators, 2026-10" in Reader(pages["zh"]).text


@pytest.mark.parametrize("points", [1, 2])
def test_lines_of_single_figures_are_a_table_only(points: int) -> None:
    curves = tuple(
        Curve(name, pd.Series([1.0 + place], [str(2000 + place)]))
        for place, name in enumerate((example.USA, example.CHN)[:points])
    )
    chart = example.chart("quarterly", "lines", curves)
    section = Section("s", example.given("s"), (), (chart,))
    page = render(dataclasses.replace(example.document(), sections=(section,)), "en")
    figure = page[page.index("<figure") : page.index("</figure>")]
    assert "<svg" not in figure and "No figures to draw" not in figure and "<table>" in figure


def test_a_wide_table_stands_below_its_chart_and_says_where_it_scrolls(pages: dict[str, str]) -> None:
    figures = re.findall(r"<figure.*?</figure>", pages["en"], re.S)
    wide, narrow = figures[5], figures[0]
    assert 'class="chart broad"' in wide and "Scroll the table sideways" in wide
    assert 'class="chart beside onepage"' in narrow and "Scroll the table sideways" not in narrow
    assert "64 periods; scroll the table for earlier ones" in narrow
    assert "newest period first" in narrow and "newest" not in figures[4]


def test_a_table_that_fits_a_page_and_no_tablet_says_so_there() -> None:
    columns = ("What", *(f"Model {number}" for number in range(4)))
    for cell, hint in ((17 * "x", '<p class="hint tablet">'), (12 * "x", '<p class="hint handheld">')):
        table = Table("t", example.given("t"), columns, (("a", *4 * [cell]),))
        section = Section("s", example.given("s"), (), (), tables=(table,))
        page = render(dataclasses.replace(example.document(), sections=(section,)), "en")
        assert hint in page
    css = page[page.index("<style>") : page.index("</style>")]
    assert ".handheld,.tablet{display:none}" in css and ".tablet{display:block}" in css


def test_refusals_stand_in_plain_sight_with_their_mend(pages: dict[str, str]) -> None:
    text = Reader(pages["en"]).text
    assert "What could not be said The return on capital of China could not be computed" in text
    assert "What would help Add a pack with a longer labour share" in text
    assert "<details" not in pages["en"]


def _hostile() -> Document:
    name = Names(EVIL, EVIL)
    periods, categories = (
        ["2000", "2001", "2002"],
        pd.Series([1.0, -2.0], [name, Names("$x^2$ \\frac{1}{2} _y", "")]),
    )
    words = {"title": example.given(EVIL), "unit": example.given(EVIL), "summary": example.given(EVIL)}
    marks = (Mark("2001", "2001", example.given(EVIL)),)
    series = pd.Series([1.0, 2.0, 3.0], periods)
    charts = tuple(
        Chart(key=EVIL, kind=kind, curves=(Curve(name, values), Curve(name, values * 2, dashed=True)),
              sources=("evil", EVIL), marks=marks, note=example.given(EVIL), **words)
        for kind, values in (("lines", series), ("bars", categories), ("stack", series), ("stacked_bars", categories))
    )  # fmt: skip
    table = Table(EVIL, example.given(EVIL), (EVIL, name), ((EVIL, name), (EVIL, 1.5)), (EVIL,))
    origin = Origin(
        "evil",
        EVIL,
        EVIL,
        EVIL,
        EVIL,
        Licence(EVIL, "javascript:alert(1)"),
        "javascript:alert(1)",
        EVIL,
        EVIL,
        EVIL,
    )
    section = Section(
        EVIL, example.given(EVIL), (example.given(EVIL),), charts, (table,),
        (Refusal(EVIL, example.given(EVIL), example.given(EVIL)),),
    )  # fmt: skip
    words = (example.given(EVIL),)
    return Document(
        words[0], words[0], words, (section, section), {"evil": origin, EVIL: origin}, (table,), words
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_string_of_a_document_is_trusted(lang: str) -> None:
    page = render(_hostile(), lang, "javascript:alert(1)")
    read = Reader(page)
    plain_page = Reader(render(example.document(), lang))
    assert {tag for tag, _ in read.tags} <= {tag for tag, _ in plain_page.tags} | {"code"}
    assert not [name for _, attrs in read.tags for name in attrs if name.startswith("on")]
    assert not [value for value in read.values("href") if value.startswith("javascript")]
    assert "7*7" in read.text and "49" not in read.text.replace("1949", "")
    assert not set("\u202e\x00\ufffe") & set(page)
    ids = read.values("id")
    assert len(ids) == len(set(ids))


def test_same_document_same_bytes_in_another_process(pages: dict[str, str]) -> None:
    program = (
        "import hashlib, report_example as example; from longwave.report.page import render; example.learn_words();"
        "d = example.document();"
        "print(*[hashlib.sha256(render(d, l, a).encode()).hexdigest()"
        " for l, a in (('zh', 'report.html'), ('en', 'report.zh.html'))])"
    )
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTHONHASHSEED": "4711", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=here, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [hashlib.sha256(pages[lang].encode()).hexdigest() for lang in ("zh", "en")]


def test_rendering_leaves_matplotlib_as_it_was_and_is_not_led_by_it() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    calm = draw(example.fan(), "en", "x")
    with matplotlib.rc_context({"font.size": 33.0, "svg.fonttype": "path", "lines.linewidth": 9.0}):
        assert draw(example.fan(), "en", "x") == calm
    assert dict(matplotlib.rcParams) == before
    assert "matplotlib.pyplot" not in subprocess.run(
        [sys.executable, "-c", "import sys, longwave.report.page; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip


def _embedded(page: str) -> TTFont | None:
    found = re.search(r"base64,([A-Za-z0-9+/=]+)\)", page)
    return TTFont(io.BytesIO(base64.b64decode(found[1]))) if found else None


def test_the_chinese_page_carries_every_character_it_shows(pages: dict[str, str]) -> None:
    font = _embedded(pages["zh"])
    shown = set(Reader(pages["zh"]).text) - {" "}
    assert font is not None and {ord(c) for c in shown} <= set(font.getBestCmap())
    assert font["name"].getDebugName(1) == "Longwave Sans SC"


def test_an_english_page_carries_chinese_only_for_its_chinese(
    pages: dict[str, str], document: Document
) -> None:
    font = _embedded(pages["en"])
    assert font is not None and set(map(chr, font.getBestCmap())) == set("中文")
    assert "unicode-range:U+2E80-10FFFF" in pages["en"] and "unicode-range" not in pages["zh"]
    alone = dataclasses.replace(document, sections=(), overview=())
    assert _embedded(render(alone, "en")) is None


def test_rare_characters_are_counted_and_left_to_the_system(document: Document) -> None:
    rare = dataclasses.replace(document, sections=(), headlines=(example.given("龘 and 𠮷", "龘与𠮷"),))
    page = make_page(rare, "zh")
    assert page.outside_font == ("龘", "𠮷")
    assert "有 2 个字符不在本页内嵌的字体中" in page.html and "龘与𠮷" in page.html
    assert make_page(rare, "en").outside_font == ("龘", "𠮷")
    assert make_page(dataclasses.replace(document, sections=()), "zh").outside_font == ()


def test_rare_characters_in_a_chart_stay_what_they_are() -> None:
    names = [Names("龘 province", "龘省"), Names("𠮷", "𠮷市"), Names("Grönland 100%", "格陵兰 100%?")]
    chart = example.chart(
        "causes", "bars", (Curve(example.USA, pd.Series([1.0, 2.0, 3.0], names)),), sources=("survey",)
    )
    whole = dataclasses.replace(
        example.document(), sections=(Section("s", example.given("s"), (), (chart,)),)
    )
    for lang in ("en", "zh"):
        svg = re.search(r'<svg viewBox="0 0 640.*?</svg>', render(whole, lang), re.S)
        assert svg is not None
        texts = {text for tag, text in Reader(svg[0]).texts if tag == "text"}
        assert {name.text(lang) for name in names} <= texts


def test_a_document_with_next_to_nothing_is_a_page_too() -> None:
    word = example.given("A", "甲")
    empty = Chart("e", "lines", word, word, word, (), ())
    hollow = Chart("h", "bars", word, word, word, (Curve(word, pd.Series([np.nan], ["2000"])),), ())
    bare = Document(
        word, word, (), (Section("s", word, (), (empty, hollow), (Table("t", word, (), ()),)),), {}
    )
    for lang, sentence in (("en", "No figures to draw."), ("zh", "没有可供绘图的数据。")):
        assert Reader(render(bare, lang)).text.count(sentence) == 2


def test_a_page_of_ten_charts_takes_less_than_three_seconds(document: Document) -> None:
    import time

    charts = tuple(chart for section in document.sections for chart in section.charts)
    ten = Section("ten", example.given("ten"), (), (charts + charts)[:10])
    whole = dataclasses.replace(document, sections=(ten,))

    def seconds() -> float:
        started = time.process_time()
        render(whole, "zh")
        return time.process_time() - started

    assert seconds() < 3 or seconds() < 3  # another program may have had the machine the first time


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("report.zh.html", True), ("https://example.org/a?b=1", True), ("../report.html#x", True),
        ("javascript:alert(1)", False), (" JavaScript:alert(1)", False), ("data:text/html,x", False),
        ("//evil.example", False), ("\\\\evil.example", False), ("http://[", False), ("\x01javascript:x", False),
        ("file:///etc/passwd", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_links_lead_to_pages_only(address: str | None, kept: bool) -> None:
    assert bool(safe_link(address)) is kept


def test_ids_are_plain_and_never_twice() -> None:
    register = Register()
    taken = [register.key("figure", key) for key in ("a b", "A_B", "a-b-2", "a b", "", "中文", '"><x')]
    assert taken == [
        "figure-a-b", "figure-a-b-2", "figure-a-b-2-2", "figure-a-b-3", "figure-x", "figure-x-2", "figure-x-3"
    ]  # fmt: skip
