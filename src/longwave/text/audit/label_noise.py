"""Labels that are probably wrong, by confident learning.

Out-of-fold probabilities p_j(x) of a linear model on TF-IDF; a row counts as class j where p_j(x) is at least t_j, the
mean p_j of the rows labelled j. Rows labelled i that count as j != i (the likeliest such j) are the off-diagonal of the
confident joint: the ones in doubt. Northcutt, Jiang & Chuang (2021), "Confident learning: estimating uncertainty in
dataset labels", Journal of AI Research 70. The model is no oracle: it reads words, so rows that need more than words are
in doubt with no fault of theirs. Where it hardly beats the most frequent label nothing is said.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from longwave.core.errors import MissingPackage
from longwave.core.message import Message, say
from longwave.core.optional import require
from longwave.text.audit.finding import Finding, Severity, some_ids
from longwave.text.corpus.duplicates import keys, numbered
from longwave.text.portable.script import without_blanks
from longwave.text.table import TextTable

_Matrix = np.ndarray[Any, np.dtype[np.float64]]
_Places = np.ndarray[Any, np.dtype[np.int64]]
FOLDS = 3
LEAST = 6
"""Rows that a class must have, two a fold: below that no model of it is worth asking."""
MOST = 20_000
"""Rows looked at, drawn by the seed: doubt is a share and a list to look at, neither wants all rows."""
_LOOK = 2_000
_TRUSTED = 0.75
"""How often the model must be right for its doubts to be a warning; below, they are mostly its own errors."""
_BETTER = 0.1
"""How far above the most frequent label's share the model must be right, of what is left to gain; and beyond luck."""


def label_noise(table: TextTable, seed: int) -> Iterator[Finding]:
    """The rows whose label is in doubt, or why nothing can be said. Nothing for tasks whose answer is no one label."""
    if not table.has("label") or table.task == "pairs":
        return
    labels = table.frame["label"].tolist()
    counts = Counter(labels)
    places = np.array([at for at, label in enumerate(labels) if counts[label] >= LEAST], dtype=np.int64)
    small = sum(count < LEAST for count in counts.values())
    if len(places) == 0 or len(counts) - small < 2:
        yield _silent(say("text_audit.noise_small_classes", least=LEAST))
        return
    if len(places) > MOST:
        places = np.sort(np.random.default_rng(seed).choice(places, MOST, replace=False))
    given = [labels[at] for at in places]
    names = sorted(set(given))
    at = {name: place for place, name in enumerate(names)}
    codes = np.array([at[label] for label in given], dtype=np.int64)
    texts = table.texts()
    groups = numbered(keys(table.take(places.tolist())))
    try:
        chances = out_of_fold([texts[at][:_LOOK] for at in places], codes, groups, len(names), seed)
    except MissingPackage as error:
        yield _silent(error.message)
        return
    right = float((chances.argmax(axis=1) == codes).mean())
    usual = float(np.bincount(codes).max() / len(codes))
    luck = 3 * math.sqrt(usual * (1 - usual) / len(codes))
    if right < usual + max(_BETTER * (1 - usual), luck):
        yield _silent(say("text_audit.noise_weak_model", right=right, usual=usual))
        return
    yield from _told(table, places, codes, chances, names, small)


def _silent(reason: Message) -> Finding:
    return Finding("label_noise", "info", 0, 0.0, reason)


def _told(
    table: TextTable, places: _Places, codes: _Places, chances: _Matrix, names: Sequence[str], small: int
) -> Iterator[Finding]:
    doubtful, other = in_doubt(codes, chances)
    share = len(doubtful) / len(codes)
    right = float((chances.argmax(axis=1) == codes).mean())
    if not len(doubtful):
        return
    at = int(doubtful[0])
    message = say(
        "text_audit.label_noise",
        count=len(doubtful),
        share=share,
        rows=len(codes),
        id=str(table.frame["id"].iloc[int(places[at])]),
        given=names[int(codes[at])],
        other=names[int(other[at])],
        right=right,
    )
    severity: Severity = "warning" if share > 0.05 and right > _TRUSTED else "info"
    yield Finding("label_noise", severity, len(doubtful), share, message, some_ids(table, places[doubtful]))
    if small:
        yield Finding(
            "label_noise_left_out",
            "info",
            small,
            0.0,
            say("text_audit.noise_left_out", count=small, least=LEAST),
        )


def in_doubt(codes: _Places, chances: _Matrix) -> tuple[_Places, _Places]:
    """The rows off the diagonal of the confident joint, the most doubtful first, and for every row the class it counts as
    (its own where it counts as none).

    codes (rows): labels as 0, 1, ...; chances (rows, classes): out-of-fold probabilities.
    """
    classes = chances.shape[1]
    threshold = np.array(
        [chances[codes == j, j].mean() if (codes == j).any() else np.inf for j in range(classes)]
    )
    counted = np.where(chances >= threshold, chances, -1.0)
    best = counted.argmax(axis=1)
    best = np.where(counted.max(axis=1) < 0, codes, best)
    rows = np.arange(len(codes))
    margin = chances[rows, codes] - chances[rows, best]
    doubtful = np.flatnonzero((best != codes) & (margin < 0))
    return doubtful[np.argsort(margin[doubtful], kind="stable")], best


def out_of_fold(texts: Sequence[str], codes: _Places, groups: _Places, classes: int, seed: int) -> _Matrix:
    """Probabilities (rows, classes) of each row by a model that has not seen it, nor its copies: else a copied error
    would vouch for itself. Raises MissingPackage without scikit-learn."""
    why = "to look for doubtful labels"
    text = require("sklearn.feature_extraction.text", why=why, extra="text")
    linear = require("sklearn.linear_model", why=why, extra="text")
    eastern = sum(map(without_blanks, texts)) > 0.5 * len(texts)
    reader = text.TfidfVectorizer(
        analyzer="char" if eastern else "word",
        ngram_range=(1, 2),
        token_pattern=r"(?u)\b\w+\b" if not eastern else None,
        sublinear_tf=True,
        max_features=100_000,
        dtype=np.float64,
    )
    features = reader.fit_transform(texts)
    fold = _folds(codes, groups, seed)
    chances = np.full((len(texts), classes), 1 / classes)
    for held in range(FOLDS):
        train, test = np.flatnonzero(fold != held), np.flatnonzero(fold == held)
        model = linear.SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=20, random_state=seed)
        if len(test) == 0 or len(np.unique(codes[train])) < 2:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # twenty passes are enough for a second opinion
            model.fit(features[train], codes[train])
        found = np.zeros((len(test), classes))
        found[:, model.classes_] = model.predict_proba(features[test])
        chances[test] = found
    return chances


def _folds(codes: _Places, groups: _Places, seed: int) -> _Places:
    """The fold of each row: copies together, classes dealt in turn."""
    order = np.random.default_rng(seed).permutation(int(groups.max()) + 1)
    first = np.zeros(len(order), dtype=np.int64)
    first[groups[::-1]] = codes[::-1]
    by_class = order[np.argsort(first[order], kind="stable")]
    fold = np.empty(len(order), dtype=np.int64)
    fold[by_class] = np.arange(len(order)) % FOLDS
    return fold[groups]
