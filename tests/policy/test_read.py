"""A domain's folder: what it gives, what is refused, and that nothing in it brings the program down."""

from __future__ import annotations

import copy
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.policy.worlds import DOMAIN, ESTIMATES, MODEL, garden, write_garden

from longwave.core.errors import BadInput, LongwaveError, UsageError
from longwave.core.message import Names
from longwave.policy.conditions import KINDS
from longwave.policy.domain import Domain
from longwave.policy.read import domain_names, find_domain, read_domain


def test_a_folder_is_read_whole(tmp_path: Path):
    domain = garden(tmp_path)
    assert [each.name for each in domain.indicators] == ["size", "people"]
    assert domain.indicator("size").needed
    assert domain.instrument("water").bars[0].areas == {"USA"}
    assert domain.target("green").desired == 4.0
    assert domain.shocks == {"green.add": "real_gdp"}
    assert domain.cases[0].settings == {"water": 1.0}
    assert domain.refuses[0].text("zh") == "不下雨。"
    assert domain.names == Names("Garden", "花园")
    assert (domain.horizon, domain.discount, domain.watched) == (6, 0.96, ("green", "jobs"))
    assert len(domain.watch) == len(domain.evaluations) == 1


def test_the_house_has_its_domains_and_all_of_them_hold_together():
    assert domain_names()[0] == "macro"
    for name in domain_names():
        domain = find_domain(name)
        assert domain.names.zh
        assert domain.about.zh
        for each in (*domain.indicators, *domain.instruments, *domain.targets, *domain.cases):
            assert each.names.zh, (name, each.name)
        for rule in domain.rules:
            assert rule.diagnosis.zh
            assert rule.reason.zh
            assert rule.source
            assert {each.kind for each in rule.conditions} <= set(KINDS)


def test_a_ninth_domain_is_a_folder_or_comes_with_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = write_garden(tmp_path / "garden")
    assert find_domain(folder).name == "garden"
    assert find_domain(str(folder) + "/").name == "garden"
    package = tmp_path / "guests"
    write_garden(package / "guest_garden")
    (package / "guest_garden" / "__init__.py").write_text("")
    info = package / "guest-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: guest\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[longwave.policy_domain]\norchard = guest_garden\n")
    monkeypatch.syspath_prepend(str(package))
    assert "orchard" in domain_names()
    assert find_domain("orchard").name == "orchard"
    sys.modules.pop("guest_garden", None)


@pytest.mark.parametrize("name", ["nonsense", "", "\0", "a" * 5000, "macro/../macro", "."])
def test_a_name_that_is_no_domain_is_told(name, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no policy domain"):
        find_domain(name)


WRONG = [
    ('name = "water"\ntitle', 'name = "wine"\ntitle', "instrument names wine"),
    ('name = "green"\ntitle', 'name = "grey"\ntitle', "target names grey"),
    ('through = ["watering"]', 'through = ["nothing"]', "through names nothing"),
    ("cost = 1.0", 'cost = "bill"', "cost names bill"),
    ("desired = 4.0", 'desired = "wish"', "desired names wish"),
    ('watched = ["green", "jobs"]', 'watched = ["grey"]', "watched names grey"),
    ('equation = "real_gdp"', 'equation = "gdp"', "equation names gdp"),
    ('coefficient = "slope"', 'coefficient = "slop"', "coefficient names slop"),
    ('coefficient = "slope"', "", "coefficient should be"),
    ('"green.add" = "real_gdp"', '"grey.add" = "real_gdp"', "shocks names grey.add"),
    ('"green.add" = "real_gdp"', '"green.add" = "nothing"', "shocks names nothing"),
    ('jobs = "0*size"', 'jops = "0*size"', "map names jops"),
    ('jobs = "0*size"', 'jobs = "0*"', "jobs cannot be read"),
    ('jobs = "0*size"', "jobs = 3", "jobs should be"),
    ('indicator = "size", is = "below"', 'indicator = "sise", is = "below"', "when names sise"),
    ('is = "below", value = 10.0', 'is = "under", value = 10.0', "one of"),
    ('is = "below", value = 10.0', 'is = "less_than_other", other = "weight"', "when names weight"),
    ('is = "below", value = 10.0', 'is = "below", value = nan', "finite number"),
    ('is = "below", value = 10.0', 'is = "below", value = 10.0, years = -1', "years should be"),
    ('is = "below", value = 10.0', 'is = "rising", level = 1.5', "level should be"),
    ('is = "below", value = 10.0', 'is = "high_for_itself", value = 120', "value should be"),
    ('calls_for = ["water"]', 'calls_for = ["wine"]', "calls_for names wine"),
    ("settings = { water = 1.0 }", "settings = { wine = 1.0 }", "settings names wine"),
    ('that = "green >= 1"', 'that = "grey >= 1"', "claims names grey"),
    ('that = "green >= 1"', 'that = "green >="', "claims cannot be read"),
    ("year = 2", "year = 9", "outside the plan"),
    ("bounds = [-2.0, 2.0]", "bounds = [2.0, -2.0]", "bounds should be"),
    ("bounds = [-2.0, 2.0]", "bounds = [1.0, 2.0]", "bounds that hold 0"),
    ("bounds = [-2.0, 2.0]", "bounds = [-2.0, nan]", "bounds should be"),
    ("bounds = [-2.0, 2.0]\n", "", "bounds should be"),
    ("step = 1.0", "step = 0.0", "above 0"),
    ("usual_move = 0.5", "usual_move = -1", "above 0"),
    ("tolerance = 1.0", "tolerance = 0", "above 0"),
    ("tolerance = 1.0", "tolerance = 1.0\nafter = 6", "outside the plan"),
    ("horizon = 6", "horizon = 0", "horizon should be"),
    ("horizon = 6", "horizon = 500", "horizon should be"),
    ("discount = 0.96", "discount = 1.5", "discount should be"),
    ('group = "farmers"', 'group = "gnomes"', "group should be one of"),
    ("range = [0.4, 0.6]\n", "", "range should be"),
    ('range = [0.4, 0.6]\nsource = "Nobody (2000)"', "range = [0.4, 0.6]", "source should be"),
    ("sign = -1", 'sign = -1\nfirst = "lately"', "first should be"),
    ("sign = -1", 'sign = -1\nskip = ["99"]', "first should be"),
    ('is = "real_gdp"', 'of = "nonsense"\ncolumn = "x"', "of names nonsense"),
    ('is = "real_gdp"', 'of = "output_gap"', "is should be"),
    ('is = "real_gdp"', 'is = "real_gdp +"', "is cannot be read"),
    ('is = "real_gdp"', "is = 5", "is should be"),
    ('name = "people"', 'name = "size"', "size twice"),
    ('name = "jobs"\ntitle', 'name = "green"\ntitle', "green twice"),
    ('name = "growing"', 'name = "watering"', "watering twice"),
    ("refuses = [", "refuses = [3, ", "refuses should be"),
    ("needed = true", "need = true", "means nothing here: need"),
    ("cost = 1.0", "cost = -1.0", "cost should be 0 or more"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_what_does_not_hold_together_is_told_with_its_place(tmp_path: Path, old: str, new: str, words: str):
    with pytest.raises(LongwaveError, match=r"(?s)garden/domain\.toml.*" + words.replace(".", r"\.")):
        garden(tmp_path, (old, new))


def test_a_folder_without_its_files_is_told(tmp_path: Path):
    folder = write_garden(tmp_path / "garden")
    (folder / "model.lw").write_bytes(b"model \xff")
    with pytest.raises(BadInput, match=r"garden/model\.lw is not text"):
        read_domain(folder, "garden")
    (folder / "model.lw").write_bytes(b"//" + b"x" * 1_000_001)
    with pytest.raises(BadInput, match="larger than"):
        read_domain(folder, "garden")
    (folder / "model.lw").unlink()
    with pytest.raises(BadInput, match=r"no model\.lw"):
        read_domain(folder, "garden")


def test_a_model_that_cannot_be_read_is_told(tmp_path: Path):
    with pytest.raises(LongwaveError):
        garden(tmp_path, model=MODEL.replace("identity jobs:", "identity jobs"))
    with pytest.raises(LongwaveError, match="equation names real_gdp"):
        garden(tmp_path, estimates=ESTIMATES.replace("real_gdp:", "other:"))


STRANGE: tuple[Any, ...] = (
    0,
    -7,
    2.5,
    float("nan"),
    True,
    "",
    "x y",
    "é\u0000",
    [],
    {},
    ["a"],
    [1, "a"],
    {"en": 3},
    [{}],
)


def test_nothing_in_a_description_brings_the_program_down(tmp_path: Path):
    told = tomllib.loads(DOMAIN)
    folder = write_garden(tmp_path / "garden")
    tried = 0
    for path in _places(told):
        for strange in STRANGE:
            edited = copy.deepcopy(told)
            _put(edited, path, strange)
            (folder / "domain.toml").write_text(_toml(edited), "utf-8")
            try:
                found = read_domain(folder, "garden")
            except LongwaveError as error:
                assert str(error)
            else:
                assert isinstance(found, Domain)
            tried += 1
    assert tried > 1000


def _places(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, each in inner:
        yield from _places(each, (*path, key))


def _put(told: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        told = told[key]
    told[path[-1]] = value


def _toml(told: dict[str, Any]) -> str:
    return "\n".join(f"{_cell(key)} = {_cell(each)}" for key, each in told.items())


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(
            f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\' else c for c in value
        ) + '"'  # fmt: skip
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_cell(key)} = {_cell(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_cell(each) for each in value) + "]"
    return repr(value)
