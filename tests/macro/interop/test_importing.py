"""One door: formats told apart by their contents, and no text that brings it down."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput, LongwaveError, UsageError
from longwave.macro.interop.importing import import_model

from .test_dynare import SOUND
from .test_eviews import FRML, TEXT
from .test_frbus import SMALL
from .test_mdl import FULL, KLEIN
from .test_modelflow_file import content

OURS = "model small\nexogenous g\nidentity y = g + d_\nexogenous d_\n"
SAMPLES: list[tuple[str, str | bytes]] = [
    ("dynare", SOUND),
    ("eviews", TEXT),
    ("eviews", "y = x + z\nz = 2*g\n"),
    ("frbus", SMALL),
    ("frml", FRML),
    ("longwave", OURS),
    ("mdl", KLEIN),
    ("mdl", FULL),
    ("modelflow", content()),
    ("modelflow", content().decode()),
]


@pytest.mark.parametrize(("format", "text"), SAMPLES)
def test_the_format_is_seen_in_the_text(format: str, text: str | bytes, tmp_path: Path) -> None:
    found = import_model(text)
    assert found.format in (format, "modelflow")  # FRML text is ModelFlow's too
    assert import_model(text, format).model == found.model
    file = tmp_path / "My model 2.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    again = import_model(file)
    assert again.model.equations == found.model.equations
    if found.model.name == found.format:
        assert again.model.name == "my_model_2"


def test_what_is_none_of_them() -> None:
    for text in ("\n\n", "Dear colleague,\nplease find the model attached.\n", b"\x00\x01\x02\xff" * 50, b""):
        with pytest.raises(BadInput) as caught:
            import_model(text)
        assert caught.value.text("zh")
    with pytest.raises(UsageError):
        import_model("x = 1\n", "troll")
    with pytest.raises(BadInput):
        import_model("/no/such/file")


def test_variants_are_those_of_the_format() -> None:
    assert import_model(SMALL, expectations="mcap").model.values["y_zinf_1"] == 0.7
    with pytest.raises(UsageError):
        import_model(SMALL, expectations="rational")
    with pytest.raises(UsageError):
        import_model(KLEIN, expectations="mcap")


def test_names_that_are_words_of_our_language_change() -> None:
    found = import_model("MODEL\nBEHAVIORAL> d\nEQ> d = c1*max + TSLAG(d)\nCOEFF> c1\nEND\n")
    assert found.renamed == {"d": "d_", "max": "max_"}
    assert found.model.equations[0].variable == "d_"
    assert "d_" in found.warnings[0].text("zh")


def _spoilt(seed: int) -> bytes:
    """A sample with a few bytes changed, cut out, doubled or swapped."""
    source = random.Random(seed)  # noqa: S311 - chance of a test
    _, text = source.choice(SAMPLES)
    raw = bytearray(text if isinstance(text, bytes) else text.encode())
    for _ in range(source.randint(1, 12)):
        start = source.randrange(len(raw))
        stop = min(len(raw), start + source.randint(1, 40))
        way = source.randrange(4)
        if way == 0:
            raw[start] = source.choice(b"()[]{}<>=;$#@\"'%/*+-,.^&|!~0aZ\n\x00\xff")
        elif way == 1 and len(raw) > 60:
            del raw[start:stop]
        elif way == 2:
            raw[start:start] = raw[start:stop] * source.randint(1, 5)
        else:
            raw[start:start] = source.choice(
                [b"((((", b"\n", b"IF>", b"end;", b"<!DOCTYPE a>", b"1e400", b"'", b"$"]
            )
    return bytes(raw)


@pytest.mark.parametrize("start", range(0, 1_000, 250))
def test_spoilt_texts_are_read_or_refused_quickly(start: int) -> None:
    for seed in range(start, start + 250):
        raw = _spoilt(seed)
        began = time.perf_counter()
        try:
            import_model(raw)
        except LongwaveError as error:
            assert error.text("en") and error.text("zh"), seed
        assert time.perf_counter() - began < 2.0, seed


HOSTILE = [
    "(" * 100_000,
    "y = " + "(" * 50_000 + "x",
    "y = " + "x + " * 300_000 + "x\n",
    "y = " + "-" * 100_000 + "x\n",
    "MODEL\nIDENTITY> y\nEQ> y = " + "LOG(" * 10_000 + "x\nEND",
    "MODEL\n" + "IDENTITY> y\n" * 20_000,
    "model;" + "/*" * 100_000,
    "model; [" + "'" * 50_001 + " x = 1; end;",
    "model;" + "'" * 50_001,
    "var " + "x" * 200_000 + ";\nmodel; x = 1; end;",
    "var x;\nmodel; x = 1" + "0" * 5_000 + "; end;",
    "FRML " * 50_000,
    "FRML <" * 20_000 + "$",
    "<a>" * 100_000,
    "<model>" + "<variable><standard_equation><python_equation>" * 3,
    '{"frml": ' + "[" * 200_000,
    "'" * 200_000 + "\ny = x(" + "9" * 400 + ")\n",
    '"' * 100_001 + "= y\n@identity",
    "@identity " * 20_000,
    "$" * 100_000 + "\nIDENTITY>",
    "$\n" * 100_000 + "IDENTITY> y\nEQ> y = x\n",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_refused_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(BadInput) as caught:
        import_model(text.encode())
    assert time.process_time() - began < 1.0
    assert len(caught.value.text("zh")) < 2_000


@settings(max_examples=150)
@given(st.text(max_size=200), st.sampled_from(["dynare", "eviews", "frbus", "frml", "mdl", "modelflow"]))
def test_any_text_by_any_importer(text: str, format: str) -> None:
    try:
        import_model(text.encode(), format)
    except BadInput as error:
        assert error.mend is not None


def test_the_ending_decides_where_the_text_does_not(tmp_path: Path) -> None:
    texts = {
        "a.mod": "var y; varexo x; model; y = x; end;",
        "b.mod": "var y;\nvarexo x;\nmodel; y = x",
        "c.mod": "var y; varexo x; y = x; end;",
        "d.mdl": "IDENTITY y\nEQ> y = x\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert import_model(tmp_path / "a.mod").format == "dynare"
    for name, piece in {"b.mod": "semicolon", "c.mod": "Dynare", "d.mdl": "MODEL"}.items():
        with pytest.raises(BadInput, match=piece):
            import_model(tmp_path / name)


@pytest.mark.parametrize("name", ["x.mod", "x.mdl", "x.pcim", "x.xml", "x.txt", "x.prg"])
def test_rubbish_is_told_and_not_printed(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x7fELF\x00\x01\x02 {y} = x %\n" * 40)
    with pytest.raises(BadInput, match="no model") as caught:
        import_model(tmp_path / name)
    assert "ELF" not in caught.value.text("en")


def test_a_text_of_no_format_is_refused_with_a_mend_that_works() -> None:
    with pytest.raises(BadInput) as caught:
        import_model("Dear colleague,\nplease find the model attached.\n")
    assert ".mod" in str(caught.value.mend)


def test_names_are_found_in_another_case() -> None:
    found = import_model("cons = 0.5*gov + @trend\ngov2 = cons\n")
    assert [found.own_name(each) for each in ("gov", "Cons", "cons.add", "GOV", "other")] == [
        "GOV",
        "CONS",
        "CONS.add",
        "GOV",
        "other",
    ]
    two = import_model("MODEL\nIDENTITY> y\nEQ> y = Ab + aB\nIDENTITY> d\nEQ> d = y\nEND\n")
    assert [two.own_name(each) for each in ("ab", "Ab", "Y", "d")] == ["ab", "Ab", "y", "d_"]
