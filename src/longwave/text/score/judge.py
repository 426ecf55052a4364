"""The one door to scores: what a model told of the rows of a table, judged as its task is judged.

    task                     headline          beside
    classify, pairs          macro_f1 (pairs: accuracy), accuracy, balanced, weighted, Matthews, calibration
    ... several labels       micro_f1          macro F1, exact match, share of labels wrong
    ... ordered labels       quadratic_kappa   mean steps, within one step, and those of labels
    intent                   accuracy_in_scope out-of-scope recall, AUROC, AUPR, FPR at 95 % recall
    entities                 entity_f1         precision, recall, macro over types, tokens, "O" throughout, partial, type
    relations                micro_f1 without the negative label; official_f1 where labels have a direction
    answers                  f1                exact; with and without an answer
    summarise                rougeL            rouge1, rouge2
    translate                bleu              chrf
    generate                 token_f1          bleu, chrf

Calibration stands beside wherever every row has probabilities of its labels, and from twenty labels on how often the right
one is among the first five.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from longwave.core.errors import BadInput, NotEnoughData, UsageError
from longwave.core.message import Message, say
from longwave.text.score import answers as answer_scores
from longwave.text.score import labels as label_scores
from longwave.text.score.abstention import risk_coverage
from longwave.text.score.bleu import bleu, chrf
from longwave.text.score.calibration import (
    Probabilities,
    calibration_metrics,
    classwise_ece,
    expected_by_chance,
    probabilities,
    reliability,
)
from longwave.text.score.groups import enough, groups_of
from longwave.text.score.metric import FEW_ROWS, AbstractMetric, Judged, average
from longwave.text.score.ranking import ranking_metrics
from longwave.text.score.relations import directed, official_relation_f1, relation_table
from longwave.text.score.rouge import rouge_metrics, token_f1
from longwave.text.score.scope import doubtful, no_relation, outside_of
from longwave.text.score.spans import entity_metrics, entity_table
from longwave.text.score.words import words
from longwave.text.table import Row, TextTable

FEW_OF_LABEL = 10
"""Below, intervals of means over labels are too narrow (docs/concepts/text_scores.md has the figures)."""

MANY_LABELS, FIRST = 20, 5
"""From so many labels on it is told how often the right one is among the first so many: a list to choose from is of use
then."""


def judge(
    task: str,
    gold: TextTable,
    told: Sequence[Row],
    *,
    groups: ArrayLike | None = None,
    negative: str | None = None,
) -> Judged:
    """The scores of what was told of each row of `gold`, in its order.

    told: one dict a row, as `portable.decode` makes them; groups: a name per row, such as its document: rows of one name
    are drawn together (documents, contexts and sources where not said: see `groups`); negative: the label of intent or
    relations that means none of the others, ``-`` where none does (the table's, or found by its usual names, where not
    said). Raises UsageError for another task, NotEnoughData without rows, BadInput where told and gold do not fit.
    """
    if task not in _JUDGES:
        raise UsageError(say("text_score.no_such_task", task=task, there=tuple(_JUDGES)))
    if len(gold) == 0:
        raise NotEnoughData(say("text_score.no_rows"), say("text_score.no_rows_mend"))
    if len(told) != len(gold):
        raise BadInput(say("text_score.wrong_length", wanted=len(gold), given=len(told)))
    named = None if groups is None else np.asarray(groups, dtype=object)
    if named is not None and len(named) != len(gold):
        raise BadInput(say("text_score.wrong_length", wanted=len(gold), given=len(named)))
    notes = (say("text_score.few_rows", rows=len(gold)),) if len(gold) < FEW_ROWS else ()
    known = groups_of(gold) if named is None else None
    if known is not None and enough(known):
        named = known.to_numpy(dtype=object)
    elif known is not None:
        notes = (*notes, say("text_score.few_groups", groups=int(known.nunique())))
    judged = _JUDGES[task](gold, told, negative)
    return replace(judged, groups=named, notes=(*judged.notes, *notes))


def _classify(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    if gold.several:
        return _several(gold, told)
    return _labels(gold, told, "quadratic_kappa" if gold.ordered else "macro_f1")


def _pairs(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    if gold.several:
        return _several(gold, told)
    return _labels(gold, told, "quadratic_kappa" if gold.ordered else "accuracy")


def _labels(gold: TextTable, told: Sequence[Row], headline: str) -> Judged:
    there, said, named = _read_labels(gold, told)
    g, t = label_scores.places(named, there), label_scores.places(named, said)
    metrics: dict[str, AbstractMetric] = dict(label_scores.label_metrics(g, t, len(named)))
    if gold.ordered:
        if len(named) > len(gold.labels):
            raise BadInput(say("text_score.off_scale", labels=tuple(named[len(gold.labels) :][:5])))
        metrics |= label_scores.ordinal_metrics(g, t, len(named))
    tables = {
        "labels": label_scores.by_label(g, t, named),
        "confusion": label_scores.confusion(g, t, named),
    }
    more, told_tables, notes = _calibration(named, there, told)
    notes = (*notes, *_rare(tables["labels"]))
    return Judged(metrics | more, headline, tables | told_tables, len(gold), "accuracy", notes=notes)


def _several(gold: TextTable, told: Sequence[Row]) -> Judged:
    there = [tuple(map(str, row)) for row in _column(gold, "labels")]
    said = [tuple(map(str, row)) for row in _given(told, "labels")]
    named = label_scores.every_label(gold.labels, *there, *said)
    at = {name: place for place, name in enumerate(named)}
    marks = [np.zeros((len(gold), len(named)), dtype=bool) for _ in range(2)]
    for mark, rows in zip(marks, (there, said), strict=True):
        for row, names in enumerate(rows):
            mark[row, [at[name] for name in names]] = True
    metrics: dict[str, AbstractMetric] = dict(label_scores.several_metrics(marks[0], marks[1]))
    if all(isinstance(row.get("scores"), Mapping) for row in told):
        shares = np.array([[float(row["scores"].get(name, 0.0)) for name in named] for row in told])
        if np.isfinite(shares).all() and (shares >= 0).all() and (shares <= 1).all() and len(named):
            metrics["classwise_ece"] = classwise_ece(shares, marks[0].astype(np.float64))
    right, counted, here = (marks[0] & marks[1]).sum(0), marks[1].sum(0), marks[0].sum(0)
    tables = {"labels": label_scores.label_table(right, counted, here, named)}
    return Judged(metrics, "micro_f1", tables, len(gold), "micro_f1", notes=_rare(tables["labels"]))


def _intent(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    there, said, named = _read_labels(gold, told)
    outside = outside_of(gold.labels or named, negative or gold.outside)
    plain = _labels(gold, told, "macro_f1")
    within = np.array([label != outside for label in there])
    right = np.array([a == b for a, b in zip(there, said, strict=True)])
    metrics: dict[str, AbstractMetric] = {
        "accuracy_in_scope": average("accuracy_in_scope", np.where(within, right, np.nan)),
        **plain.metrics,
    }
    notes = list(plain.notes)
    if outside is not None:
        unsure = doubtful(outside) and outside != (negative or gold.outside)
        notes.append(say("text_score.outside_by_name" if unsure else "text_score.negative_is", label=outside))
    if not within.all():
        metrics["out_of_scope_recall"] = average("out_of_scope_recall", np.where(within, np.nan, right))
        if all(row.get("in_scope") is not None for row in told):
            metrics |= ranking_metrics([float(row["in_scope"]) for row in told], within)
    return replace(plain, metrics=metrics, headline="accuracy_in_scope", notes=tuple(notes))


def _relations(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    there, said, named = _read_labels(gold, told)
    none = no_relation(gold.labels or named, negative or gold.outside)
    g, t = label_scores.places(named, there), label_scores.places(named, said)
    place = named.index(none) if none in named else None
    metrics: dict[str, AbstractMetric] = dict(label_scores.micro_f1_without(g, t, len(named), place))
    metrics |= label_scores.label_metrics(g, t, len(named))
    tables = {
        "labels": label_scores.by_label(g, t, named),
        "confusion": label_scores.confusion(g, t, named),
    }
    headline = "micro_f1"
    if directed(named):
        headline = "official_f1"
        metrics["official_f1"] = official_relation_f1(there, said, none)
        tables["relations"] = relation_table(there, said, none)
    more, told_tables, notes = _calibration(named, there, told)
    notes = (*notes, *_rare(tables["labels"]))
    if none is not None:
        notes = (*notes, say("text_score.negative_is", label=none))
    return Judged(metrics | more, headline, tables | told_tables, len(gold), "accuracy", notes=notes)


def _entities(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    there, said = _column(gold, "tags"), _given(told, "tags")
    metrics: dict[str, AbstractMetric] = dict(entity_metrics(there, said))
    table = entity_table(there, said)
    return Judged(metrics, "entity_f1", {"labels": table}, len(gold), "entity_f1", notes=_rare(table))


def _answers(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    said = _texts(told, "answer")
    metrics: dict[str, AbstractMetric] = dict(
        answer_scores.answer_metrics(_column(gold, "question"), _column(gold, "answers"), said)
    )
    return Judged(metrics, "f1", {}, len(gold), "f1")


def _summarise(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    there, said = _column(gold, "summary"), _texts(told, "text")
    metrics: dict[str, AbstractMetric] = dict(rouge_metrics(there, said))
    lengths = pd.DataFrame(
        {"text": ["reference", "told"], "words": [_mean_words(there), _mean_words(said)]},
    )
    return Judged(metrics, "rougeL", {"lengths": lengths}, len(gold), "rougeL", notes=_silent(said))


def _translate(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    there, said = _column(gold, "target"), _texts(told, "text")
    metrics: dict[str, AbstractMetric] = {"bleu": bleu(there, said), "chrf": chrf(there, said)}
    return Judged(metrics, "bleu", {}, len(gold), "chrf", notes=_silent(said))


def _generate(gold: TextTable, told: Sequence[Row], negative: str | None) -> Judged:
    there = [str(turns[-1][1]) for turns in _column(gold, "turns")]
    said = _texts(told, "text")
    shares = [token_f1(words(a), words(b)) for a, b in zip(there, said, strict=True)]
    metrics = {"token_f1": average("token_f1", shares), "bleu": bleu(there, said), "chrf": chrf(there, said)}
    return Judged(metrics, "token_f1", {}, len(gold), "token_f1", notes=_silent(said))


def _silent(said: Sequence[str]) -> tuple[Message, ...]:
    """That a model which should write mostly writes nothing: a score of nought has a cause, and a mend."""
    empty = sum(not text.strip() for text in said)
    return (say("text_score.silent", empty=empty, rows=len(said)),) if 2 * empty > len(said) else ()


def _calibration(
    named: Sequence[str], there: Sequence[str], told: Sequence[Row]
) -> tuple[dict[str, AbstractMetric], dict[str, pd.DataFrame], tuple[Message, ...]]:
    """Metrics, tables and notes; nothing where rows have no probabilities."""
    given: Probabilities | None = probabilities(named, there, told)
    if given is None:
        unfit = any(row.get("scores") for row in told)
        return {}, {}, (say("text_score.no_probabilities"),) if unfit else ()
    tables = {
        "reliability": reliability(given.top, given.right),
        "abstention": risk_coverage(given.top, given.right),
    }
    chance = expected_by_chance(given.top, draws=50)
    note = say("text_score.ece_by_chance", chance=chance, rows=len(told))
    metrics: dict[str, AbstractMetric] = dict(calibration_metrics(given))
    if all("in_scope" in row for row in told) and not _all_priced(there, told):
        metrics = {name: each for name, each in metrics.items() if name not in _OF_EACH_LABEL}
    if len(given.labels) >= MANY_LABELS:
        first = label_scores.among_first(given.shares, given.truth, FIRST)
        metrics = {first.name: first, **metrics}
    return metrics, tables, (note,)


_OF_EACH_LABEL = ("classwise_ece", "brier", "log_loss")
"""Scores that want a probability of every label: of what is out of scope a model may have none and still be right."""


def _all_priced(there: Sequence[str], told: Sequence[Row]) -> bool:
    """Whether every label of the rows has a probability of its own."""
    return set(there) <= {str(name) for row in told for name in row["scores"]}


def _rare(labels: pd.DataFrame) -> tuple[Message, ...]:
    """A note where some labels have too few rows for means over labels."""
    rare = int(((labels["support"] > 0) & (labels["support"] < FEW_OF_LABEL)).sum())
    return (say("text_score.rare_labels", count=rare, least=FEW_OF_LABEL),) if rare else ()


def _read_labels(gold: TextTable, told: Sequence[Row]) -> tuple[list[str], list[str], tuple[str, ...]]:
    there = [str(label) for label in _column(gold, "label")]
    said = _texts(told, "label")
    return there, said, label_scores.every_label(gold.labels, there, said)


def _column(gold: TextTable, name: str) -> list[Any]:
    if not gold.has(name):
        raise BadInput(say("text_score.no_such_column", name=name, there=tuple(map(str, gold.frame.columns))))
    return gold.frame[name].tolist()


def _given(told: Sequence[Row], name: str) -> list[Any]:
    bare = next((place for place, row in enumerate(told) if row.get(name) is None), None)
    if bare is not None:
        raise BadInput(say("text_score.not_told", name=name, row=bare + 1))
    return [row[name] for row in told]


def _texts(told: Sequence[Row], name: str) -> list[str]:
    return [str(value) for value in _given(told, name)]


def _mean_words(texts: Sequence[str]) -> float:
    return float(np.mean([len(words(text)) for text in texts]))


_JUDGES: dict[str, Callable[[TextTable, Sequence[Row], str | None], Judged]] = {
    "classify": _classify,
    "pairs": _pairs,
    "intent": _intent,
    "relations": _relations,
    "entities": _entities,
    "answers": _answers,
    "summarise": _summarise,
    "translate": _translate,
    "generate": _generate,
}
