"""FRB/US: what is taken from its XML, and what is refused. Its solutions are in tests/truth/test_frbus.py."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from longwave.core.errors import BadInput, UnsafeInput, UsageError
from longwave.core.period import Period
from longwave.macro.interop.frbus import read_frbus, read_longbase
from longwave.macro.language.read import read_model
from longwave.macro.language.tree import Apply, Name
from longwave.macro.language.write import write_model
from longwave.macro.model import Kind

SMALL = """<?xml version="1.0" encoding="UTF-8"?>
<model>
  <name>small</name>
  <variable>
    <name>gap</name>
    <equation_type>Behavioral</equation_type>
    <sector>Demand Side</sector>
    <definition>Output
       gap</definition>
    <stochastic_type>IS</stochastic_type>
    <standard_equation>
      <python_equation>gap - gap_aerr = y_gap_1 * gap(-1)
          + y_gap_2 * (rate - zinf) + ind_ltezero(idle)</python_equation>
      <coeff><cf_name>y_gap(1)</cf_name><cf_value>.8</cf_value></coeff>
      <coeff><cf_name>y_gap(2)</cf_name><cf_value>-0.1</cf_value></coeff>
    </standard_equation>
  </variable>
  <variable>
    <name>zinf</name>
    <equation_type>Identity</equation_type>
    <stochastic_type>NO</stochastic_type>
    <standard_equation>
      <python_equation>(log(zinf) - log(zinf(-1))) - zinf_aerr = y_zinf_1 * gap(-1)</python_equation>
      <coeff><cf_name>y_zinf(1)</cf_name><cf_value>0.5</cf_value></coeff>
    </standard_equation>
    <mce_equation>
      <mce_group>mcap</mce_group>
      <python_equation>zinf - zinf_aerr = y_zinf_1 * gap + zinf(1)</python_equation>
      <coeff><cf_name>y_zinf(1)</cf_name><cf_value>0.7</cf_value></coeff>
    </mce_equation>
  </variable>
  <variable><name>rate</name><equation_type>Exogenous</equation_type></variable>
  <variable><name>idle</name><equation_type>Exogenous</equation_type></variable>
  <variable><name>nobody</name><equation_type>Exogenous</equation_type></variable>
</model>
"""


def test_equations_parameters_names_and_add_factors() -> None:
    found = read_frbus(SMALL)
    model = found.model
    assert [each.name for each in model.endogenous] == ["gap", "zinf"]
    assert [each.name for each in model.exogenous] == ["rate", "idle"]
    assert model.values == {"y_gap_1": 0.8, "y_gap_2": -0.1, "y_zinf_1": 0.5}
    assert model.variable("gap").names.en == "Output gap"
    assert [(each.name, each.names.en) for each in model.sections] == [("demand_side", "Demand Side")]
    assert all(each.kind is Kind.BEHAVIOURAL for each in model.equations)
    assert model.equations[0].left == Name("gap")
    assert found.renamed == {"gap_aerr": "gap.add", "zinf_aerr": "zinf.add"}
    assert found.stochastic == ("gap",)
    assert "nobody" in found.warnings[0].text("en") and "nobody" in found.warnings[0].text("zh")
    assert model.equations[0].place is not None and model.equations[0].place.line == 12


def test_expectations_choose_the_equation_with_its_own_coefficients() -> None:
    for expectations in ("mcap", "mcap+wp", "all"):
        model = read_frbus(SMALL, expectations).model
        assert model.values["y_zinf_1"] == 0.7
        assert Name("zinf", 1) in model.equations[1].right.arguments  # type: ignore[union-attr]
    assert read_frbus(SMALL, "wp").model.equations == read_frbus(SMALL).model.equations
    with pytest.raises(UsageError, match=r"mcap\+wp"):
        read_frbus(SMALL, "rational")


def test_an_error_inside_the_equation_stays_a_variable_that_is_nought() -> None:
    found = read_frbus(
        SMALL.replace("gap - gap_aerr =", "gap =").replace("* gap(-1)\n", "* (gap(-1) + gap_aerr)\n")
    )
    assert found.defaults == {"gap_aerr": 0.0}
    assert "gap_aerr" in [each.name for each in found.model.exogenous]
    assert "gap_aerr" in found.warnings[0].text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (">.8<", ">much<", "much"),
        (">.8<", ">nan<", "nan"),
        ("* (rate", "* (rote", "rote"),
        ("* (rate", "* ((rate", "Line 13"),
        ("ind_ltezero", "mystery", "mystery"),
        ("<name>rate</name>", "<name>gap</name>", "twice"),
        ("<name>rate</name>", "<name>a b</name>", "a b"),
        (
            "gap - gap_aerr = y_gap_1 * gap(-1)\n          + y_gap_2 * (rate - zinf) + ind_ltezero(idle)",
            " ",
            "gap",
        ),
        ("</variable>", "</varable>", "well-formed"),
    ],
)
def test_refusals_say_where(old: str, new: str, told: str) -> None:
    with pytest.raises(BadInput, match=told) as caught:
        read_frbus(SMALL.replace(old, new, 1))
    assert caught.value.mend is not None and caught.value.text("zh")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><model><variable><name>&b;</name></variable></model>',
        '<!DOCTYPE model SYSTEM "http://example.org/model.dtd"><model/>',
        '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><model><name>&x;</name></model>',
        "<model>" * 50 + "</model>" * 50,
    ],
)
def test_hostile_documents_are_refused(text: str) -> None:
    with pytest.raises(UnsafeInput):
        read_frbus(text)
    with pytest.raises(UnsafeInput):
        read_frbus(text.encode("utf-16"))


def test_no_model_no_file() -> None:
    with pytest.raises(BadInput):
        read_frbus("<html></html>")
    with pytest.raises(BadInput):
        read_frbus("no such file.xml")
    with pytest.raises(BadInput):
        read_frbus(b"")


def test_longbase_plain_and_packed(tmp_path: Path) -> None:
    table = '"OBS","RFF","LUR"\n"1962Q1",2.5,NA\n"1962Q2",,5.5\n'
    plain = tmp_path / "bank.txt"
    plain.write_text(table)
    bank = read_longbase(plain)
    assert bank.first == Period.parse("1962-Q1") and bank.names == ("rff", "lur")
    assert bank.values[0, 0] == 2.5 and bank.values[1, 1] == 5.5
    packed = tmp_path / "bank.csv.gz"
    packed.write_bytes(gzip.compress(table.encode()))
    assert read_longbase(packed).names == bank.names
    for content in (
        b"\x1f\x8bnot a gzip",
        b"",
        b"\x00\xff\x00",
        b"OBS,a\n1962Q1,1\n1962Q3,2\n",
        b"OBS,a\n1962Q1,word\n",
    ):
        packed.write_bytes(content)
        with pytest.raises(BadInput):
            read_longbase(packed)
    with pytest.raises(BadInput):
        read_longbase(tmp_path)


@pytest.mark.parametrize(("expectations", "ahead"), [("var", 0), ("mcap", 8), ("mcap+wp", 8), ("all", 8)])
def test_the_real_file(frbus_pack: Path, expectations: str, ahead: int) -> None:
    found = read_frbus(frbus_pack / "model.xml", expectations)
    assert len(found.model.equations) == 284 and len(found.stochastic) == 52
    assert len(found.renamed) == 284 and not found.defaults
    leads = [node.shift for each in found.model.equations for node in _names(each.left) + _names(each.right)]
    assert max(leads) == ahead and min(leads) == -15
    assert read_model(write_model(found.model)) == found.model


def _names(side: object) -> list[Name]:
    if isinstance(side, Name):
        return [side]
    return [name for each in side.arguments for name in _names(each)] if isinstance(side, Apply) else []


def test_the_real_databases(frbus_pack: Path) -> None:
    bank = read_longbase(frbus_pack / "longbase_feb2024_1962Q1_2173Q4.csv.gz")
    assert bank.values.shape == (848, 366)
    assert (str(bank.first), str(bank.last)) == ("1962-Q1", "2173-Q4")
    history = read_longbase(frbus_pack / "HISTDATA_1968Q1_2024Q4.TXT")
    assert history.values.shape == (228, 365) and str(history.last) == "2024-Q4"
    needed = read_frbus(frbus_pack / "model.xml").model
    assert {each.name for each in (*needed.endogenous, *needed.exogenous)} <= set(bank.names)
