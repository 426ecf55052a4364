"""Logistic regression on an encoder's states (scikit-learn's), its strength chosen, written into a straight head.

x is put on one scale, z = (x - m) / s; the head that answers alike has the weights w / s and the intercept b - w m / s.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.encoder_learner import BATCH_TOKENS
from longwave.text.heads import IGNORED
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


def fit_head(learner: Any, train: TextTable, dev: TextTable, progress: Progress) -> None:
    """Finds `learner.model.head.out`. Raises NotEnoughData where there is nothing to tell apart."""
    told, seed = learner.model.told, learner.recipe.seed
    x, y = states_of(learner, train, progress)
    held = states_of(learner, dev, progress) if len(dev) >= FEWEST_DEV else None
    middle, spread = x.mean(0), x.std(0)
    spread[spread < 1e-6] = 1.0
    scaled = (x - middle) / spread
    held_scaled = None if held is None else ((held[0] - middle) / spread, held[1])
    progress(say("text_methods.fitting"), 0, 1)
    balanced = learner.recipe.class_weights == "balanced"
    if told.get("several") or told.get("ordered"):
        weights, biases = _each_by_itself(scaled, y, held_scaled, seed=seed, balanced=balanced)
    else:
        outputs = learner.model.head.out.out_features
        weights, biases = one_of_many(scaled, y, held_scaled, outputs, seed=seed, balanced=balanced)
    write(learner.model.head, weights / spread, biases - (weights / spread) @ middle)
    progress(say("text_methods.fitting"), 1, 1)


def write(head: Any, weights: Numbers, biases: Numbers) -> None:
    """weights: (labels, numbers), biases: (labels,), into a straight head."""
    out = head.out
    with torch.no_grad():
        out.weight.copy_(torch.as_tensor(np.asarray(weights), dtype=out.weight.dtype))
        out.bias.copy_(torch.as_tensor(np.asarray(biases), dtype=out.bias.dtype))


def states_of(learner: Any, rows: TextTable, progress: Progress) -> tuple[Matrix, Places]:
    """What the head reads of labelled rows (n, numbers), and what it is to say: (n,), or (n, outputs) of noughts and ones.

    Of tags each word is a row; beyond 400,000 words, so many drawn by seed. Raises NotEnoughData for no labelled row.
    """
    told, examples = learner.model.told, learner.examples(rows)
    if not examples:
        raise NotEnoughData(say("text_engine.no_train"))
    found = read(learner, examples, progress)
    labels = [each["labels"] for each in examples]
    if told["kind"] == "tokens":
        x = np.concatenate(
            [states[np.array(mine) != IGNORED] for states, mine in zip(found, labels, strict=True)]
        )
        y = np.concatenate([np.array(mine)[np.array(mine) != IGNORED] for mine in labels])
        if len(y) > MOST_TOKENS:
            kept = np.random.default_rng(learner.recipe.seed).permutation(len(y))[:MOST_TOKENS]
            x, y = x[kept], y[kept]
        return x, y
    y = np.array(labels)
    if told.get("ordered"):
        y = y[:, None] > np.arange(len(told["labels"]) - 1)
    return np.stack(found), y.astype(np.int64)


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
    x: Matrix,
    y: Places,
    held: tuple[Matrix, Places] | None,
    outputs: int,
    *,
    seed: int,
    balanced: bool,
) -> tuple[Numbers, Numbers]:
    """Multinomial: (outputs, numbers) and (outputs,); a label that no row has is never said."""
    seen = np.unique(y)
    if len(seen) < 2:
        raise NotEnoughData(say("text_methods.one_label"), say("text_methods.one_label_mend"))
    model = _best(x, y, held, seed=seed, balanced=balanced)
    weights = np.zeros((outputs, x.shape[1]))
    biases = np.full(outputs, NEVER)
    if len(seen) == 2:  # one line of numbers for two labels: half for, half against
        weights[seen] = np.stack([-model.coef_[0], model.coef_[0]]) / 2
        biases[seen] = np.array([-model.intercept_[0], model.intercept_[0]]) / 2
    else:
        weights[seen], biases[seen] = model.coef_, model.intercept_
    return weights, biases


def _each_by_itself(
    x: Matrix, y: Places, held: tuple[Matrix, Places] | None, *, seed: int, balanced: bool
) -> tuple[Numbers, Numbers]:
    """One yes or no for each column of y: (outputs, numbers) and (outputs,)."""
    weights, biases = np.zeros((y.shape[1], x.shape[1])), np.zeros(y.shape[1])
    for k in range(y.shape[1]):
        if len(np.unique(y[:, k])) < 2:
            biases[k] = NEVER if y[0, k] == 0 else -NEVER
            continue
        mine = None if held is None else (held[0], held[1][:, k])
        model = _best(x, y[:, k], mine, seed=seed, balanced=balanced)
        weights[k], biases[k] = model.coef_[0], model.intercept_[0]
    return weights, biases


def _best(x: Matrix, y: Places, held: tuple[Matrix, Places] | None, *, seed: int, balanced: bool) -> Any:
    """The regression of the C of least log loss: on dev, on a quarter of many rows, or over folds of few; of a hundredth
    where none can be held out."""
    if held is not None:
        path = list(_path(x, y, STRENGTHS, balanced))
        return path[int(np.argmin([_loss(each, *held) for each in path]))]
    losses = [
        [_loss(each, x[theirs], y[theirs]) for each in _path(x[mine], y[mine], STRENGTHS, balanced)]
        for mine, theirs in _folds(x, y, seed)
    ]
    chosen = STRENGTHS[int(np.argmin(np.sum(losses, axis=0)))] if losses else 0.01
    return next(_path(x, y, (chosen,), balanced))


def _folds(x: Matrix, y: Places, seed: int) -> list[tuple[Places, Places]]:
    from sklearn.model_selection import StratifiedKFold

    fewest = int(np.unique(y, return_counts=True)[1].min())
    if fewest < 2:
        return []
    folds = list(StratifiedKFold(min(FOLDS, fewest), shuffle=True, random_state=seed).split(x, y))
    return folds[:1] if len(x) > MANY_ROWS else folds


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
