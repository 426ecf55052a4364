"""Pruning takes what matters least, and makes up for what it can."""

import copy
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch

from longwave.text.export.pruned import Matters, Part, chosen, parts_of, pruned, weigh

from .made import made, table

pytestmark = pytest.mark.slow


def _weighed() -> tuple[Any, list[Any], list[Part], Matters]:
    learner = made().learner
    features = learner.features(table("classify").rows()[:64])
    batches = [learner.collate(features[k : k + 8]) for k in range(0, 64, 8)]
    parts = parts_of(learner.model.encoder)
    return learner, batches, parts, weigh(learner.model, batches, parts)


def test_parts_are_heads_and_inner_numbers() -> None:
    parts = parts_of(made().learner.model.encoder)
    assert [part.heads for part in parts] == [False, True] * 2
    assert [part.groups for part in parts] == [96, 4] * 2
    assert sum(part.cost * part.groups for part in parts) == 2 * (2 * 48 * 96 + 4 * 48 * 48)


def test_what_does_nothing_goes_first_and_is_not_missed() -> None:
    learner = made().learner
    model = copy.deepcopy(learner.model).eval()
    parts = parts_of(model.encoder)
    with torch.no_grad():
        parts[0].down.weight[:, 40:] = 0  # these inner numbers are heard by nobody
        parts[3].down.weight[:, 12:24] = 0  # nor is the second head of the last layer
    features = learner.features(table("classify").rows()[:32])
    batches = [learner.collate(features[k : k + 8]) for k in range(0, 32, 8)]
    matters = weigh(model, batches, parts)
    dead = 56 * parts[0].cost + parts[3].cost
    share = dead / sum(part.cost * part.groups for part in parts)
    kept = chosen(parts, matters, share)
    assert kept[0].tolist() == list(range(40))
    assert kept[3].tolist() == [*range(12), *range(24, 48)]
    small = pruned(model, True, matters, share)
    with torch.inference_mode():
        assert torch.allclose(small(**batches[0])["logits"], model(**batches[0])["logits"], atol=2e-2)
    assert sum(each.numel() for each in small.parameters()) < sum(each.numel() for each in model.parameters())


def test_fitting_what_is_left_helps() -> None:
    learner, batches, _, matters = _weighed()
    plain = replace(matters, products=tuple(torch.eye(len(each)) for each in matters.products))
    with torch.inference_mode():
        own = [learner.model(**batch)["logits"] for batch in batches]
        gaps = [
            sum(
                float(((made_model(**batch)["logits"] - mine) ** 2).sum())
                for batch, mine in zip(batches, own, strict=True)
            )
            for made_model in (pruned(learner.model, True, each, 0.5) for each in (matters, plain))
        ]
    assert gaps[0] < gaps[1]


def test_something_of_each_layer_stays() -> None:
    _, _, parts, matters = _weighed()
    kept = chosen(parts, matters, 0.999)
    assert [len(each) for each in kept] == [8, 12, 8, 12]
