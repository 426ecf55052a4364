"""Logistic regression on an encoder's states (scikit-learn's), its strength chosen, written into a straight head.

x is put on one scale, z = (x - m) / s; the head that answers alike has the weights w / s and the intercept b - w m / s.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.augment.augment import given_ids
from longwave.text.learners.encoder_learner import BATCH_TOKENS
from longwave.text.learners.heads import IGNORED
from longwave.text.portable.batch import batches
from longwave.text.table import TextTable

Matrix = NDArray[np.float32]
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
"""C, the smaller the stronger the penalty, for numbers of spread one."""
FOLDS, FEWEST_DEV, MANY_ROWS, MOST_TOKENS = 4, 50, 2_000, 400_000
NEVER = -30.0
"""Logit of a label that no row was seen of."""


@dataclass(frozen=True, eq=False)
class States:
    """x: what the head reads, (n, numbers); y: what it is to say, (n,), or (n, outputs) of noughts and ones; rows: (n,),
    which row each is of: windows of a text, both readings of a pair, words of a sentence, copies are several of one."""

    x: Matrix
    y: Places
    rows: Places

    def scaled(self, middle: Matrix, spread: Matrix) -> States:
        return States((self.x - middle) / spread, self.y, self.rows)

    def output(self, k: int) -> States:
        """Of one column of y."""
        return States(self.x, self.y[:, k], self.rows)


def fit_head(learner: Any, train: TextTable, dev: TextTable, progress: Progress) -> None:
    """Finds `learner.model.head.out`. Raises NotEnoughData where there is nothing to tell apart."""
    told, seed = learner.model.told, learner.recipe.seed
    found = states_of(learner, train, progress)
    held = states_of(learner, dev, progress) if _enough(dev, told) else None
    middle, spread = found.x.mean(0), found.x.std(0)
    spread[spread < 1e-6] = 1.0
    scaled = found.scaled(middle, spread)
    held_scaled = None if held is None else held.scaled(middle, spread)
    progress(say("text_methods.fitting"), 0, 1)
    balanced = learner.recipe.class_weights == "balanced"
    if told.get("several") or told.get("ordered"):
        weights, biases = each_by_itself(scaled, held_scaled, seed=seed, balanced=balanced)
    else:
        outputs = learner.model.head.out.out_features
        weights, biases = one_of_many(scaled, held_scaled, outputs, seed=seed, balanced=balanced)
    write(learner.model.head, weights / spread, biases - (weights / spread) @ middle)
    progress(say("text_methods.fitting"), 1, 1)


def _enough(dev: TextTable, told: Mapping[str, Any]) -> bool:
    """Whether the penalty can be chosen on dev: by rows whose label was learnt."""
    if not dev.has("label"):
        return len(dev) >= FEWEST_DEV
    return int(dev.frame["label"].isin(told["labels"]).sum()) >= FEWEST_DEV


def write(head: Any, weights: Numbers, biases: Numbers) -> None:
    """weights: (labels, numbers), biases: (labels,), into a straight head."""
    out = head.out
    with torch.no_grad():
        out.weight.copy_(torch.as_tensor(np.asarray(weights), dtype=out.weight.dtype))
        out.bias.copy_(torch.as_tensor(np.asarray(biases), dtype=out.bias.dtype))


def states_of(learner: Any, rows: TextTable, progress: Progress) -> States:
    """Of labelled rows. Of tags each word counts; beyond 400,000 words, so many drawn by seed.

    Raises NotEnoughData for no labelled row."""
    told, examples = learner.model.told, learner.examples(rows)
    if not examples:
        raise NotEnoughData(say("text_engine.no_train"))
    found = read(learner, examples, progress)
    labels = [each["labels"] for each in examples]
    sources = np.unique(given_ids(rows, learner.recipe), return_inverse=True)[1]
    owners = sources[[each["row"] for each in examples]].astype(np.int64)
    if told["kind"] == "tokens":
        tagged = [np.array(mine) != IGNORED for mine in labels]
        x = np.concatenate([states[here] for states, here in zip(found, tagged, strict=True)])
        y = np.concatenate([np.array(mine)[here] for mine, here in zip(labels, tagged, strict=True)])
        owners = np.repeat(owners, [int(here.sum()) for here in tagged])
        if len(y) > MOST_TOKENS:
            kept = np.random.default_rng(learner.recipe.seed).permutation(len(y))[:MOST_TOKENS]
            x, y, owners = x[kept], y[kept], owners[kept]
        return States(x, y, owners)
    y = np.array(labels)
    if told.get("ordered"):
        y = y[:, None] > np.arange(len(told["labels"]) - 1)
    return States(np.stack(found), y.astype(np.int64), owners)


def read(learner: Any, examples: Sequence[Mapping[str, Any]], progress: Progress) -> list[Matrix]:
    """What the head reads of each feature, in their order, without padding."""
    found: list[Any] = [None] * len(examples)
    model, done = learner.model, 0
    model.eval()
    where = next(model.parameters()).device
    bare = [{k: v for k, v in each.items() if k != "labels"} for each in examples]
    with torch.inference_mode():
        for places in batches(bare, BATCH_TOKENS):
            batch = {k: v.to(where) for k, v in learner.collate([bare[place] for place in places]).items()}
            rows = model.head.read(model.states(batch), batch).float().cpu().numpy()
            for place, row in zip(places, rows, strict=True):
                found[place] = row[: len(bare[place]["input_ids"])] if row.ndim == 2 else row
            done += len(places)
            progress(say("text_methods.reading"), done, len(bare))
    return found


def one_of_many(
    given: States, held: States | None, outputs: int, *, seed: int, balanced: bool
) -> tuple[Numbers, Numbers]:
    """Multinomial: (outputs, numbers) and (outputs,); a label that no row has is never said."""
    seen = np.unique(given.y)
    if len(seen) < 2:
        raise NotEnoughData(say("text_methods.one_label"), say("text_methods.one_label_mend"))
    model = _best(given, held, seed=seed, balanced=balanced)
    weights = np.zeros((outputs, given.x.shape[1]))
    biases = np.full(outputs, NEVER)
    if len(seen) == 2:  # one line of numbers for two labels: half for, half against
        weights[seen] = np.stack([-model.coef_[0], model.coef_[0]]) / 2
        biases[seen] = np.array([-model.intercept_[0], model.intercept_[0]]) / 2
    else:
        weights[seen], biases[seen] = model.coef_, model.intercept_
    return weights, biases


def each_by_itself(
    given: States, held: States | None, *, seed: int, balanced: bool
) -> tuple[Numbers, Numbers]:
    """One yes or no for each column of y: (outputs, numbers) and (outputs,)."""
    outputs = given.y.shape[1]
    weights, biases = np.zeros((outputs, given.x.shape[1])), np.zeros(outputs)
    for k in range(outputs):
        mine = given.output(k)
        if len(np.unique(mine.y)) < 2:
            biases[k] = NEVER if mine.y[0] == 0 else -NEVER
            continue
        model = _best(mine, None if held is None else held.output(k), seed=seed, balanced=balanced)
        weights[k], biases[k] = model.coef_[0], model.intercept_[0]
    return weights, biases


def _best(given: States, held: States | None, *, seed: int, balanced: bool) -> Any:
    """The regression of the C of least log loss: on dev, on a quarter of many rows, or over folds of few; of a hundredth
    where none can be held out."""
    x, y = given.x, given.y
    if held is not None:
        path = list(_path(x, y, STRENGTHS, balanced))
        return path[int(np.argmin([_loss(each, held.x, held.y) for each in path]))]
    losses = [
        [_loss(each, x[theirs], y[theirs]) for each in _path(x[mine], y[mine], STRENGTHS, balanced)]
        for mine, theirs in _folds(given, seed)
    ]
    chosen = STRENGTHS[int(np.argmin(np.sum(losses, axis=0)))] if losses else 0.01
    return next(_path(x, y, (chosen,), balanced))


def _folds(given: States, seed: int) -> list[tuple[Places, Places]]:
    """Each side of each fold. What is of one row is alike, and stands on one side: else the weakest penalty, which knows
    a row again, would look best."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    y, rows = given.y, given.rows
    fewest = min(len(np.unique(rows[y == label])) for label in np.unique(y))
    if fewest < 2:
        return []
    groups = None if len(np.unique(rows)) == len(rows) else rows
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    folds = kind(min(FOLDS, fewest), shuffle=True, random_state=seed).split(given.x, y, groups)
    # Sentences hold tags of many kinds: a side may come to lack all of a rare one, and of two nothing is left to fit.
    sound = [(mine, theirs) for mine, theirs in folds if len(np.unique(y[mine])) > 1 and len(theirs)]
    return sound[:1] if len(y) > MANY_ROWS else sound


def _path(x: Matrix, y: Places, strengths: Sequence[float], balanced: bool) -> Iterator[Any]:
    """A regression for each C, each begun where the last one ended."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    start: Any = None
    for strength in strengths:
        model = LogisticRegression(
            C=strength, class_weight="balanced" if balanced else None, max_iter=100, tol=1e-4, warm_start=True
        )
        if start is not None:
            model.coef_, model.intercept_, model.classes_ = (
                start.coef_.copy(),
                start.intercept_.copy(),
                start.classes_,
            )
        with warnings.catch_warnings():
            # A hundred steps of so smooth a loss are near enough: what is left is below the noise of dev.
            warnings.simplefilter("ignore", ConvergenceWarning)
            start = model.fit(x, y)
        yield start


def _loss(model: Any, x: Matrix, y: Places) -> float:
    known = np.isin(y, model.classes_)
    if not known.any():
        return 0.0
    chances = model.predict_proba(x[known])[np.arange(known.sum()), np.searchsorted(model.classes_, y[known])]
    return float(-np.log(np.maximum(chances, 1e-12)).mean())
