"""Records come back from the catalogue as they went in."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.harvest import Fault
from longwave.core.message import Message, Names, say
from longwave.core.origin import Licence, Origin
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit
from longwave.store.rows import (
    fault_text,
    meta_text,
    origin_file,
    origin_text,
    read_fault,
    read_meta,
    read_origin,
)

from .batches import fault, meta, origin

words = st.text(max_size=12)
values = st.recursive(
    words | st.integers() | st.floats(allow_nan=False) | st.builds(Names, words, words),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.builds(Message, st.just("core.mixed_units"), st.dictionaries(words, inner, max_size=3))
    ),
    max_leaves=6,
)


@given(
    st.builds(
        Origin,
        words,
        words,
        words,
        words,
        words,
        st.builds(Licence, words, words, st.booleans()),
        words,
        words,
    )
)
def test_origins(record):
    assert read_origin(origin_text(record)) == record


@given(
    st.builds(
        SeriesMeta,
        words,
        words,
        st.builds(Names, words, words),
        st.builds(Unit, words, words, st.floats(allow_nan=False), words, words, words),
        words,
        st.lists(words, max_size=3).map(tuple),
        st.lists(words, max_size=3).map(tuple),
        words,
    )
)
def test_metas(record):
    assert read_meta(meta_text(record)) == record


@given(st.dictionaries(words, values, max_size=3))
def test_faults_with_any_blanks(blanks):
    record = Fault("gap", "who:gdp@USA", Message("core.mixed_units", blanks), held_back=True, rows=3)
    assert read_fault(fault_text(record)) == record


def test_numbers_of_numpy_become_plain_ones():
    record = Fault("gap", "who", say("core.duplicates", count=np.int64(3), share=np.float64(0.5)))
    assert read_fault(fault_text(record)).message.values == {"count": 3, "share": 0.5}


def test_a_sentence_that_is_no_longer_known_still_names_check_and_subject():
    text = fault_text(Fault("gap", "who:gdp@USA", Message("core.gone_in_a_later_version")))
    told = read_fault(text)
    assert (told.check, told.subject) == ("gap", "who:gdp@USA")
    assert told.message.text("en") == "who:gdp@USA did not pass the check gap."
    assert "未通过检查" in told.message.text("zh")


def test_the_file_beside_raw_bytes_tells_publisher_release_licence_and_checksum():
    record = json.loads(origin_file("ab" * 32, 10, [("数据.csv", origin())]))
    (told,) = record["origins"]
    assert told["file"] == "数据.csv"
    for name in ("publisher", "dataset", "release", "url", "retrieved", "sha256", "licence"):
        assert told[name]


def test_the_samples_are_as_rich_as_the_records():
    assert read_fault(fault_text(fault())) == fault()
    assert read_meta(meta_text(meta("who", "gdp"))) == meta("who", "gdp")
