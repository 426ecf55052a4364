"""What must hold before a batch is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from longwave.core.errors import BadInput
from longwave.core.panel import Panel
from longwave.store.batch import checked

from .batches import batch, origin, realtime


def test_a_sound_batch_passes_unchanged():
    sound = batch()
    assert checked(sound).panel.frame is sound.panel.frame
    checked(realtime([("2019", "2020-01-01", 1.0), ("2019", "2021-01-01", 2.0)]))


def test_an_empty_vintage_is_the_release_date():
    bare = batch()
    bare = replace(bare, panel=Panel(bare.panel.frame.assign(vintage="")))
    assert set(checked(bare).panel.frame["vintage"]) == {"2024-01-31"}
    assert set(bare.panel.frame["vintage"]) == {""}  # what was handed in is not changed in place


@pytest.mark.parametrize(
    "released", ["", "2024", "2024-13-01", "20240131", "2024-1-31", "../2024-01-31", "２０２４-01-31"]
)
def test_a_release_date_is_a_date(released):
    with pytest.raises(BadInput, match="not a date") as refusal:
        checked(replace(batch(), origin=origin(released=released)))
    assert refusal.value.exit_code == 5
    assert "2024-05-31" in refusal.value.text("zh")


@pytest.mark.parametrize("dataset", ["", "  ", "a\x00b", "a\nb", "\ud800"])
def test_a_dataset_has_an_id(dataset):
    with pytest.raises(BadInput, match="id that can be printed"):
        checked(replace(batch(), origin=origin(dataset=dataset)))


def test_rows_of_another_dataset_are_refused():
    with pytest.raises(BadInput, match="other datasets: who"):
        checked(replace(batch(), origin=origin(dataset="which")))


def test_rows_of_another_vintage_are_refused():
    with pytest.raises(BadInput, match="other vintages: 2024-01-31"):
        checked(replace(batch(), origin=origin(released="2024-02-29")))


def test_a_realtime_row_has_a_date():
    sound = realtime([("2019", "2020-01-01", 1.0)])
    with pytest.raises(BadInput, match="other vintages"):
        checked(replace(sound, panel=Panel(sound.panel.frame.assign(vintage=""))))
