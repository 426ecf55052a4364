"""Integrated gradients: the answer's log odds, shared out among the words (Sundararajan, Taly and Yan 2017, Axiomatic
attribution for deep networks, ICML).

weight of a token = sum over its embedding of (x - x0) * mean gradient on the straight way from x0 to x

x0 has the vocabulary's sign for padding in place of every word, without a word's shape and letters where these are read;
the model's own signs stay. The weights add up to the log odds on the row less those on x0 (completeness); steps on the way
are doubled until they do to 2 % (to .02 where the two differ by less than 1), and what is left is `gap`. Captum does the
work. A word has the sum of its pieces, a long text the mean of its windows, an ensemble the mean of its members. For an
entity, the log odds are the mean of its words' tags', transitions between tags left aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.optional import require
from longwave.text.explain.alignment import owners
from longwave.text.explain.explanation import (
    Explanation,
    Part,
    asked_entity,
    asked_label,
    given_labels,
    words_of,
)
from longwave.text.learners.encoder_learner import EncoderLearner
from longwave.text.table import Row

CLOSE = 0.02
_STEPS = (32, 64, 128, 256, 512)
_AT_ONCE = 16
_OF_WORDS = ("input_ids", "shapes", "letters")
"""What of a batch is a word's own."""


def attributed(learner: Any, row: Row, *, label: str = "", entity: int = 0) -> Explanation:
    """learner: of an encoder, alone, of several members, or with a linear model beside (which is left aside).

    Raises UsageError (another kind of model; no such label or entity), MissingPackage."""
    require("captum", why=say("text_explain.why_captum").text(), extra="text-tools")
    inner = getattr(learner, "inner", learner)
    if not isinstance(inner, EncoderLearner):
        raise UsageError(say("text_explain.no_gradients"), say("text_explain.no_gradients_mend"))
    words = words_of(inner.task, row)
    (answer,) = learner.predict([row])
    found = asked_entity(answer, entity) if inner.task == "entities" else None
    name = str(found["label"]) if found is not None else asked_label(answer, label)
    chance = float(found["score"] if found is not None else answer["scores"][name])
    members: Sequence[EncoderLearner] = getattr(inner, "learners", (inner,))
    weights = np.zeros((len(members), len(words)))
    ends = np.zeros((len(members), 3))
    read: set[int] = set()
    for place, each in enumerate(members):
        weights[place], ends[place], seen = _of_member(each, row, words, name, found)
        read |= seen
    parts = tuple(Part(word, float(weights[:, at].mean()), at in read) for at, word in enumerate(words))
    whole, without, gap = ends.mean(axis=0)
    return Explanation(
        inner.task,
        row,
        name,
        chance,
        "gradients",
        "log_odds",
        parts,
        float(whole),
        float(without),
        float(gap),
        entity=found,
        given=given_labels(answer),
    )


def _of_member(
    learner: EncoderLearner, row: Row, words: Sequence[Any], name: str, entity: Row | None
) -> tuple[Any, tuple[float, float, float], set[int]]:
    """Weights of the words; the score on the row, on nothing, and what the weights' sum lacks; which words were read."""
    features = learner.features([row])
    mine = owners(row, words, features, learner.tokenizer, learner.layout)
    chosen = [
        (feature, owner, _asked(learner, feature, name, entity))
        for feature, owner in zip(features, mine, strict=True)
    ]
    chosen = [each for each in chosen if each[2] is not None]
    weights, ends = np.zeros(len(words)), np.zeros(3)
    read: set[int] = set()
    for feature, owner, score in chosen:
        tokens, told = _of_feature(learner, feature, owner, score)  # type: ignore[arg-type]
        for place, weight in zip(owner, tokens, strict=True):
            if place >= 0:
                weights[place] += weight / len(chosen)
                read.add(place)
        ends += np.array(told) / len(chosen)
    return weights, (float(ends[0]), float(ends[1]), float(ends[2])), read


def _of_feature(
    learner: EncoderLearner,
    feature: Mapping[str, Any],
    owner: Sequence[int],
    score: Callable[[Tensor], Tensor],
) -> tuple[list[float], tuple[float, float, float]]:
    from captum.attr import LayerIntegratedGradients

    model: Any = learner.model.eval()
    where = next(model.parameters()).device
    batch = {name: each.to(where) for name, each in learner.collate([feature]).items()}
    words = torch.tensor([owner], device=where) >= 0
    said = tuple(name for name in _OF_WORDS if name in batch)
    names = (*said, *(name for name in batch if name not in said))
    here = tuple(batch[name] for name in said)
    nothing = tuple(
        _emptied(batch[name], words, learner.padding if name == "input_ids" else 0) for name in said
    )
    given = tuple(batch[name] for name in names[len(said) :])

    def answer(*values: Tensor) -> Tensor:
        return score(model(**dict(zip(names, values, strict=True)))["logits"])

    way = LayerIntegratedGradients(answer, model.forms or model.encoder.get_input_embeddings())
    with torch.no_grad():
        whole, without = (float(answer(*values, *given)) for values in (here, nothing))
    tokens, gap = [0.0] * len(owner), whole - without
    for steps in _STEPS:
        found = way.attribute(
            here, nothing, additional_forward_args=given, n_steps=steps, internal_batch_size=_AT_ONCE
        )
        tokens = found.sum(-1)[0].detach().cpu().tolist()
        gap = sum(tokens) - (whole - without)
        if abs(gap) <= CLOSE * max(1.0, abs(whole - without)):
            break
    return tokens, (whole, without, gap)


def _emptied(values: Tensor, words: Tensor, empty: int) -> Tensor:
    """The model's own signs as they are, and nothing in place of words. values: (1, tokens) or (1, tokens, letters)."""
    mask = words if values.dim() == 2 else words.unsqueeze(-1)
    return torch.where(mask, torch.full_like(values, empty), values)


def _asked(
    learner: EncoderLearner, feature: Mapping[str, Any], name: str, entity: Row | None
) -> Callable[[Tensor], Tensor] | None:
    """The log odds of the answer by a feature's logits; None where the entity is not answered by this window."""
    told = learner.model.told
    heat = float(told.get("temperature", 1.0))
    labels = list(told["labels"])
    if entity is None:
        place = labels.index(name)
        if told.get("several"):
            return lambda logits: logits[:, place] / heat
        if told.get("ordered"):
            return lambda logits: _of_scale(logits / heat, place)
        return lambda logits: _odds(logits / heat, place)
    first, last = feature["kept"]
    mine = range(max(first, int(entity["start"])), min(last, int(entity["end"])))
    if not mine:
        return None
    places = [feature["firsts"][word - feature["start"]] for word in mine]
    tags = [labels.index(f"{'B' if word == entity['start'] else 'I'}-{name}") for word in mine]
    return lambda logits: torch.stack(
        [_odds(logits[:, at] / heat, tag) for at, tag in zip(places, tags, strict=True)]
    ).mean(0)


def _odds(logits: Tensor, place: int) -> Tensor:
    """ln p / (1 - p) of one label under softmax."""
    others = torch.cat([logits[:, :place], logits[:, place + 1 :]], 1)
    return logits[:, place] - torch.logsumexp(others, 1)


def _of_scale(logits: Tensor, place: int) -> Tensor:
    above = torch.cummin(torch.sigmoid(logits), 1).values
    ends = torch.ones_like(above[:, :1])
    steps = torch.cat([ends, above, 0 * ends], 1)
    chance = (steps[:, place] - steps[:, place + 1]).clamp(1e-6, 1 - 1e-6)
    return torch.log(chance) - torch.log1p(-chance)
