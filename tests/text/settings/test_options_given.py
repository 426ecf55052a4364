"""Options are taken as the command line takes them, and refused as there."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from longwave.core.errors import UsageError  # noqa: E402
from longwave.text.finetuned import FinetuneOptions, _options  # noqa: E402
from longwave.text.settings.options_given import as_meant  # noqa: E402
from longwave.text.settings.recipe import Recipe  # noqa: E402


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"budget": "10min"}, {"budget": 600.0}),
        ({"search": "1min", "budget": 30}, {"search": 60.0, "budget": 30.0}),
        ({"ordered": [1, 2.0, np.int64(3)]}, {"ordered": ("1", "2", "3")}),
        ({"ordered": "low, middle,high"}, {"ordered": ("low", "middle", "high")}),
        ({"by": "source", "files": ["a", "b"]}, {"by": ("source",), "files": ("a", "b")}),
        ({"trackers": "tensorboard"}, {"trackers": ("tensorboard",)}),
        ({"floors": "linear", "budget": None, "split_seed": 0}, {}),
    ],
)
def test_what_may_be_written_in_several_ways_is_read_as_one(given, meant):
    assert as_meant(given) == meant


@pytest.mark.parametrize(
    "given",
    [
        {"budget": "soon"},
        {"budget": -5},
        {"search": 0},
        {"budget": float("nan")},
        {"floors": "linaer"},
        {"split_seed": -1},
        {"split_seed": "first"},
        {"by": 3},
    ],
)
def test_what_means_nothing_is_refused_by_name(given):
    with pytest.raises(UsageError, match=str(next(iter(given.values())))):
        as_meant(given)


def test_options_of_their_own_and_settings_are_read_alike(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text(Recipe(learning_rate=1e-3).toml())
    for options in (_options(FinetuneOptions(recipe=path, base=tmp_path, budget="2h"), {}),
                    _options(None, {"recipe": path, "base": tmp_path, "budget": "2h"})):  # fmt: skip
        assert options.budget == 7200
        assert (options.settled().learning_rate, options.settled().base) == (1e-3, str(tmp_path))
    taught = _options(None, {"teacher": Path("model")}).settled()
    assert taught.teacher == str(Path("model").absolute())
