"""What continual learning takes over: a checkpoint's way of reading, and its label that means none of the others."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import UsageError  # noqa: E402
from longwave.text.checkpoints.checkpoint import save  # noqa: E402
from longwave.text.continuing.taken_over import check_outside, taken_over  # noqa: E402
from longwave.text.settings.recipe import Recipe  # noqa: E402

LABELS = ("growth", "prices")
ROWS = made.table("classify", made.labelled(60, LABELS), LABELS)
TAGS = made.table("entities", made.tagged(40), ("O", "B-PLACE"))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


def kept(base, rows, folder, card=None, **settings):
    """A checkpoint that has learnt nothing yet, and reads as it was told."""
    return save(made.started(rows, made.recipe(base, "full", **settings)), card or {}, folder / "old")


def on(old, **settings):
    return Recipe(
        method="continual", base=str(old.folder), threads=1, precision="fp32", dropout=0.0, **settings
    )


def test_what_is_not_said_is_as_the_checkpoint_has_it(base, tmp_path):
    old = kept(base, ROWS, tmp_path, pool="max", layers=2, long="windows", stride=8, max_length=20)
    recipe, notes = taken_over(on(old), old, ())
    taken = {key: getattr(recipe, key) for key in ("pool", "layers", "long", "stride", "max_length")}
    assert taken == {"pool": "max", "layers": 2, "long": "windows", "stride": 8, "max_length": 20}
    assert [each.key for each in notes] == ["text_methods.taken_over"]
    assert "layers = 2" in notes[0].text("en")
    rows = ROWS.part("test").rows()
    learner = made.started(ROWS, recipe)
    assert np.allclose(
        learner.logits(learner.features(rows)), old.learner.logits(old.learner.features(rows)), atol=1e-5
    )


def test_of_tags_the_chain_the_letters_and_that_there_are_no_shapes(base, tmp_path):
    old = kept(base, TAGS, tmp_path, crf=True, letters=6, shapes=False)
    recipe, _ = taken_over(on(old), old, ())
    assert (recipe.crf, recipe.letters, recipe.shapes, recipe.layers) == (True, 6, False, 4)
    learner = made.started(TAGS, recipe)
    assert torch.equal(learner.model.head.moves, old.learner.model.head.moves)
    assert learner.model.forms.letters is not None
    recipe, _ = taken_over(on(old), old, ("shapes",))
    assert recipe.shapes  # given, and begins at nought
    with pytest.raises(UsageError, match="crf = true"):
        taken_over(on(old), old, ("crf",))


@pytest.mark.parametrize(("setting", "value"), [("pool", "cls"), ("layers", 1)])
def test_what_would_make_the_old_head_mean_nothing_is_refused(base, tmp_path, setting, value):
    old = kept(base, ROWS, tmp_path, pool="max", layers=2)
    with pytest.raises(UsageError, match=f"{setting} = "):
        taken_over(on(old, **{setting: value}), old, ())
    with pytest.raises(UsageError, match="pool = max"):
        taken_over(on(old), old, ("pool",))  # the default, said aloud
    with pytest.raises(UsageError, match="pool = max"):
        made.started(ROWS, on(old, layers=2))  # nothing was taken over
    recipe, _ = taken_over(on(old, max_length=12, long="ends"), old, ())
    assert (recipe.max_length, recipe.long, recipe.pool) == (12, "ends", "max")


def test_a_checkpoint_that_reads_as_any_does_is_not_spoken_of(base, tmp_path):
    old = kept(base, ROWS, tmp_path, max_length=0)
    assert taken_over(on(old), old, ())[1] == ()


def test_none_of_the_others_is_the_checkpoints_label(base, tmp_path):
    rows = made.table("intent", made.labelled(60, ("growth", "trade")), ("growth", "trade"))
    old = kept(base, rows, tmp_path, {"data": {"outside": "trade"}}, out_of_scope="trade")
    recipe, _ = taken_over(on(old), old, ())
    assert recipe.out_of_scope == "trade"
    assert taken_over(on(old, out_of_scope="-"), old, ())[0].out_of_scope == "-"
    with pytest.raises(UsageError, match="trade"):
        taken_over(on(old, out_of_scope="growth"), old, ())
    check_outside(on(old), recipe, rows)
    two = replace(rows, labels=("growth", "oos"))
    with pytest.raises(UsageError, match="oos"):
        check_outside(on(old), recipe, two)
    check_outside(on(old, out_of_scope="trade"), recipe, two)
