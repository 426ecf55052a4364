"""Numbers to answers: what a model's logits say of each row, as plain dicts.

classify, intent, relations, pairs   label, probability, scores (every label's); intent: in_scope and energy beside
several labels                       labels, scores
entities                             tags (BIO, one a token), entities (label, start, end, text, score; `characters` adds
                                     char_start, char_end of a row that is a text); where the head asks for chances, each
                                     tag's at each word
answers                              answer, start, end (characters of the context), score; an empty answer: there is none,
                                     and `candidate` is what would have been said
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .script import wide

Logits = NDArray[np.float32]
Vector = NDArray[np.float64]
Answer = dict[str, Any]

ILLEGAL = -1e9
"""Score of a step that may not be taken."""


def decode(
    rows: Sequence[Mapping[str, Any]],
    features: Sequence[Mapping[str, Any]],
    logits: Sequence[Logits],
    head: Mapping[str, Any],
) -> list[Answer]:
    """One answer a row. logits: one array a feature, without padding: (labels,), or (tokens, labels); head: of head.json."""
    windows: list[list[int]] = [[] for _ in rows]
    for place, feature in enumerate(features):
        windows[feature["row"]].append(place)
    kind = str(head["kind"])
    if kind == "tokens":
        rules = transitions(head)
        return [
            _tagged(row, [(features[k], logits[k]) for k in mine], head, rules)
            for row, mine in zip(rows, windows, strict=True)
        ]
    if kind == "span":
        return [
            _answered(row, [(features[k], logits[k]) for k in mine], head)
            for row, mine in zip(rows, windows, strict=True)
        ]
    return [_labelled([logits[k] for k in mine], head) for mine in windows]


def softmax(logits: Logits | Vector) -> Vector:
    """Along the last axis."""
    moved = np.asarray(logits, float) - np.max(logits, axis=-1, keepdims=True)
    shares = np.exp(moved)
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True), float)


def sigmoid(logits: Logits | Vector) -> Vector:
    """Without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(logits, float))), float)


def probabilities(logits: Logits, head: Mapping[str, Any]) -> Vector:
    """Of each label, the temperature of calibration applied.

    One label of several: softmax. Several labels: each by itself. An ordinal scale: K - 1 logits of "higher than k",
    made to fall, and their differences.
    """
    cooled = np.asarray(logits, float) / float(head.get("temperature", 1.0))
    if head.get("several"):
        return sigmoid(cooled)
    if not head.get("ordered"):
        return softmax(cooled)
    above = np.minimum.accumulate(sigmoid(cooled))
    return np.diff(np.concatenate([[1.0], above, [0.0]])) * -1


def _labelled(windows: Sequence[Logits], head: Mapping[str, Any]) -> Answer:
    """The mean of the windows' probabilities decides."""
    labels = list(head["labels"])
    chances = np.mean([probabilities(each, head) for each in windows], axis=0)
    scores = {label: float(chance) for label, chance in zip(labels, chances, strict=True)}
    if head.get("several"):
        bars = head.get("thresholds") or [0.5] * len(labels)
        told = tuple(label for label, bar in zip(labels, bars, strict=True) if scores[label] >= bar)
        return {"labels": told, "scores": scores}
    best = int(np.argmax(chances))
    answer: Answer = {"label": labels[best], "probability": float(chances[best]), "scores": scores}
    return answer if "outside" not in head else _scoped(answer, windows, head)


def _scoped(answer: Answer, windows: Sequence[Logits], head: Mapping[str, Any]) -> Answer:
    """The answer with `in_scope` and `energy`; its label the one for what no intent covers where the bar is not reached."""
    outside, scores = head["outside"], answer["scores"]
    inner = [place for place, label in enumerate(head["labels"]) if label != outside]
    answer["energy"] = float(np.mean([log_sum_exp(np.asarray(each, float)[inner]) for each in windows]))
    likeliest = max((head["labels"][place] for place in inner), key=lambda label: scores[label])
    measure = head.get("scope", "probability")
    if measure == "outside":
        answer["in_scope"] = 1 - scores[outside]
    elif measure == "energy":
        answer["in_scope"] = float(sigmoid(np.array(answer["energy"] - float(head["scope_centre"]))))
    else:
        answer["in_scope"] = scores[likeliest]
    if outside and "scope_bar" in head:
        within = answer["in_scope"] >= float(head["scope_bar"])
        answer["label"] = likeliest if within else outside
        answer["probability"] = scores.get(answer["label"], 1 - answer["in_scope"])
    return answer


def log_sum_exp(logits: Vector) -> float:
    """Without overflow."""
    top = float(np.max(logits))
    return top + float(np.log(np.exp(logits - top).sum()))


def transitions(head: Mapping[str, Any]) -> tuple[Vector, Vector]:
    """Scores of going from one tag to the next (L, L) and of beginning with one (L,): I-X only after B-X or I-X."""
    tags = list(head["labels"])
    learnt = np.asarray(head.get("transitions") or np.zeros((len(tags), len(tags))), float)
    begins = np.asarray(head.get("begins") or np.zeros(len(tags)), float)
    inside = np.array([tag.startswith("I-") for tag in tags])
    kinds = np.array([tag[2:] for tag in tags])
    same = (kinds[:, None] == kinds[None, :]) & np.array([tag != "O" for tag in tags])[:, None]
    legal = ~inside[None, :] | same
    return np.where(legal, learnt, ILLEGAL), np.where(inside, ILLEGAL, begins)


def best_path(scores: Vector, moves: Vector, begins: Vector) -> list[int]:
    """The likeliest sequence of tags (Viterbi). scores: (words, tags)."""
    if not len(scores):
        return []
    total, back = begins + scores[0], []
    for row in scores[1:]:
        ways = total[:, None] + moves
        came = ways.argmax(axis=0)
        back.append(came)
        total = ways[came, np.arange(len(came))] + row
    path = [int(total.argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    return path[::-1]


def marginals(scores: Vector, moves: Vector, begins: Vector) -> Vector:
    """Each word's chance of each tag, all sequences weighed (forward and backward). scores, answer: (words, tags)."""
    ahead, behind = np.empty_like(scores), np.zeros_like(scores)
    ahead[0] = begins + scores[0]
    for place in range(1, len(scores)):
        ahead[place] = _log_sums(ahead[place - 1][:, None] + moves) + scores[place]
    for place in range(len(scores) - 2, -1, -1):
        behind[place] = _log_sums((moves + (scores[place + 1] + behind[place + 1])[None, :]).T)
    return softmax(ahead + behind)


def _log_sums(table: Vector) -> Vector:
    """log of the sum of exp down each column."""
    top = table.max(axis=0)
    return np.asarray(top + np.log(np.exp(table - top).sum(axis=0)), float)


def _tagged(
    row: Mapping[str, Any],
    windows: Sequence[tuple[Mapping[str, Any], Logits]],
    head: Mapping[str, Any],
    rules: tuple[Vector, Vector],
) -> Answer:
    words, tags = list(row["tokens"]), list(head["labels"])
    scores = np.zeros((len(words), len(tags)))
    for feature, mine in windows:
        first, last = feature["kept"]
        for word in range(first, last):
            scores[word] = mine[feature["firsts"][word - feature["start"]]]
    scores = scores / float(head.get("temperature", 1.0))
    scores = scores if head.get("transitions") or not words else np.log(softmax(scores) + 1e-12)
    return tagged(words, tags, scores, rules, chances=bool(head.get("chances")))


def tagged(
    words: Sequence[str], tags: Sequence[str], scores: Vector, rules: tuple[Vector, Vector], *, chances: bool
) -> Answer:
    """The likeliest run of tags. scores: (words, tags), logs; rules: `transitions`; chances: whether each tag's at each word
    are in the answer too."""
    if not len(words):
        nothing: Answer = {"tags": (), "entities": ()}
        return nothing | ({"chances": {tag: np.zeros(0) for tag in tags}} if chances else {})
    path = best_path(scores, *rules)
    sure = marginals(scores, *rules)
    named = [tags[place] for place in path]
    found = tuple(entities(words, named, sure[np.arange(len(words)), path]))
    answer: Answer = {"tags": tuple(named), "entities": found}
    return answer | ({"chances": dict(zip(tags, sure.T, strict=True))} if chances else {})


def spans(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """What a sequence of BIO tags names: kind, first token and the one behind the last. An I without its B begins one."""
    found, start = list[tuple[str, int, int]](), -1
    for place in range(len(tags) + 1):
        tag = tags[place] if place < len(tags) else "O"
        if start >= 0 and not (tag.startswith("I-") and tag[2:] == tags[start][2:]):
            found.append((tags[start][2:], start, place))
            start = -1
        if tag.startswith("B-") or (tag.startswith("I-") and start < 0):
            start = place
    return found


def entities(words: Sequence[str], tags: Sequence[str], chances: Vector | None = None) -> list[Answer]:
    """The `spans` of tags: label, start and end (tokens, end left out), text, and score: the least of its tokens' chances,
    since an entity is right only where all of them are."""
    return [
        {
            "label": label,
            "start": start,
            "end": end,
            "text": joined(words[start:end]),
            "score": 1.0 if chances is None else float(np.min(chances[start:end])),
        }
        for label, start, end in spans(tags)
    ]


def joined(words: Sequence[str]) -> str:
    """Words with spaces between, but none between Chinese characters."""
    text = ""
    for word in words:
        text += word if not text or (wide(text[-1]) and wide(word[:1])) else " " + word
    return text


def _answered(
    row: Mapping[str, Any], windows: Sequence[tuple[Mapping[str, Any], Logits]], head: Mapping[str, Any]
) -> Answer:
    """The best span of any window, against the least of the windows' scores for no answer (Devlin et al. 2019)."""
    best, nothing = (-np.inf, 0, 0), np.inf
    for feature, mine in windows:
        nothing = min(nothing, float(mine[0, 0] + mine[0, 1]))
        score, start, end = best_span(mine, feature["offsets"], int(head.get("longest", 40)))
        best = max(best, (score, start, end))
    score, start, end = best
    text = str(row["context"])
    start, end = trimmed(text, start, end)
    margin = float(score - nothing) if end > start else -np.inf
    said: Answer = {"answer": text[start:end], "start": start, "end": end}
    if not head.get("unanswered") and end > start:
        return {**said, "score": float(sigmoid(np.array(margin)))}
    if margin < float(head.get("null_bar", 0.0)):
        refused: Answer = {"answer": "", "start": -1, "end": -1, "score": float(sigmoid(np.array(-margin)))}
        return {**refused, "candidate": text[start:end]}
    return {**said, "score": float(sigmoid(np.array(margin))), "candidate": text[start:end]}


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the spaces at its ends, which some vocabularies count to the word."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def best_span(logits: Logits, offsets: Sequence[tuple[int, int]], longest: int) -> tuple[float, int, int]:
    """The span of context, at most `longest` tokens, of the greatest sum of logits: score, first and last character."""
    inside = np.array([end > start >= 0 for start, end in offsets])
    starts = np.where(inside, logits[: len(offsets), 0], -np.inf)
    ends = np.where(inside, logits[: len(offsets), 1], -np.inf)
    sums = starts[:, None] + ends[None, :]
    reach = np.arange(len(offsets))
    sums = np.where(
        (reach[None, :] >= reach[:, None]) & (reach[None, :] < reach[:, None] + longest), sums, -np.inf
    )
    first, last = np.unravel_index(int(sums.argmax()), sums.shape)
    if not np.isfinite(sums[first, last]):
        return -np.inf, 0, 0
    return float(sums[first, last]), int(offsets[int(first)][0]), int(offsets[int(last)][1])
