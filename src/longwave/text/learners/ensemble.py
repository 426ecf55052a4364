"""Several models of one recipe, each begun with another seed, that answer as one: what each got wrong by chance is averaged
out.

labels         the mean of the members' probabilities; their mean "energy" (log of the sum of exp) is kept beside
several, ordered   the mean of the chances of each label, of each "higher than k"
tags           the mean of the members' probabilities at each word; with learnt transitions, the mean of scores and of
               transitions
answers        the mean of the scores for begin and end

Hansen and Salamon (1990), Neural network ensembles; Lakshminarayanan, Pritzel and Blundell (2017), Simple and scalable
predictive uncertainty estimation using deep ensembles, NeurIPS. The members are one torch module, so that an ensemble is
exported as one graph; a member costs what a model costs, in training, on the disk and at every answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.text.bases import Base, check_weights
from longwave.text.checkpoints.kept_head import read_head, write_head
from longwave.text.learners.encoder_learner import EncoderLearner, base_of
from longwave.text.learners.model import TextModel
from longwave.text.method import METHODS
from longwave.text.settings.recipe import FILE as RECIPE
from longwave.text.settings.recipe import Recipe, read_recipe


def member_folder(folder: Path, place: int) -> Path:
    """``member-1``, ``member-2``, ..."""
    return folder / f"member-{place + 1}"


class MeanHead(nn.Module):
    """The mean of the members' transitions between tags; None where they learnt none."""

    def __init__(self, heads: Sequence[Any]) -> None:
        super().__init__()
        learnt = all(getattr(each, "moves", None) is not None for each in heads)
        for name in ("moves", "begins"):
            mean = torch.stack([getattr(each, name).detach() for each in heads]).mean(0) if learnt else None
            self.register_buffer(name, mean, persistent=False)


class Together(nn.Module):
    """Members as one model: their logits become logits of which `portable.decode` makes the mean answer."""

    def __init__(self, members: Sequence[TextModel], told: dict[str, Any]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.head = MeanHead([each.head for each in members])
        self.told = told
        self.forms = None

    @property
    def encoder(self) -> Any:
        """The first member's."""
        first: Any = self.members[0]
        return first.encoder

    def forward(self, **batch: Tensor) -> dict[str, Tensor]:
        found = [each(**batch) for each in self.members]
        logits = mean_logits(
            torch.stack([each["logits"] for each in found]), self.told, self.head.moves is not None
        )
        if "labels" not in batch:
            return {"logits": logits}
        return {"loss": torch.stack([each["loss"] for each in found]).mean(), "logits": logits}


def mean_logits(logits: Tensor, told: dict[str, Any], chained: bool) -> Tensor:
    """(members, ...) -> (...). chained: tags with learnt transitions, whose scores are no probabilities by themselves."""
    members = math.log(len(logits))
    if told["kind"] == "span" or chained:
        return logits.mean(0)
    if told.get("several") or told.get("ordered"):
        yes, no = (torch.logsumexp(functional.logsigmoid(sign * logits), 0) for sign in (1, -1))
        return yes - no
    mean = torch.logsumexp(functional.log_softmax(logits, -1), 0) - members
    return mean + torch.logsumexp(logits, -1, keepdim=True).mean(0)


class EnsembleLearner(EncoderLearner):
    """learners: the members. Temperature and thresholds are chosen once, for the mean. Raises BadInput for members that
    do not read alike."""

    def __init__(self, learners: Sequence[EncoderLearner], recipe: Recipe) -> None:
        first = learners[0]
        if any(each.tokenizer.get_vocab() != first.tokenizer.get_vocab() for each in learners[1:]):
            raise BadInput(say("text_engine.other_members"), say("text_engine.broken_mend"))
        untuned = {**first.model.told, "temperature": 1.0}
        self.learners = tuple(learners)
        super().__init__(
            Together([each.model for each in learners], untuned),
            first.tokenizer,
            first.layout,
            first.task,
            recipe,
            first.base,
        )
        self.probe = first.probe

    def merged(self) -> Together:
        """The members without their methods' wrappings, for export."""
        bare = [METHODS.get(each.recipe.method).merged(each.model) for each in self.learners]
        return Together(bare, self.model.told)

    def save(self, folder: Path) -> None:
        for place, each in enumerate(self.learners):
            mine = member_folder(folder, place)
            mine.mkdir()
            each.save(mine)
            (mine / RECIPE).write_text(each.recipe.toml(), "utf-8")
        # Not by its own save, which tells a full disk by an error that has no kind.
        (folder / "tokenizer.json").write_text(self.tokenizer.to_str(pretty=True), "utf-8")
        kept = {**read_head(member_folder(folder, 0)), "head": self.head(), "members": len(self.learners)}
        write_head(folder, kept)

    @classmethod
    def load(cls, folder: Path, recipe: Recipe, base: Base) -> EnsembleLearner:
        """Raises BadInput for a folder whose files are not whole, or that lacks a member."""
        kept = read_head(folder)
        if kept.get("members") != recipe.members:
            raise BadInput(say("text_engine.no_head", folder=str(folder)), say("text_engine.broken_mend"))
        made = cls([_member(member_folder(folder, place), base) for place in range(recipe.members)], recipe)
        made.layout = kept["layout"]
        made.model.told = dict(kept["head"])
        made.model.eval()
        return made


def _member(folder: Path, base: Base) -> EncoderLearner:
    recipe = read_recipe(folder / RECIPE)
    for file in sorted(folder.glob("*.safetensors")):
        check_weights(file)
    if METHODS.get(recipe.method).whole:
        return EncoderLearner.load(folder, recipe, Base(base.name, folder, base.sha256))
    return EncoderLearner.load(folder, recipe, base_of(folder, base.name, base.sha256))


def together(learners: Sequence[Any], recipe: Recipe) -> EnsembleLearner:
    """The members as one learner. recipe: of the whole, its `members` and the first one's seed."""
    first = learners[0]
    whole = replace(first.recipe, members=recipe.members, seed=recipe.seed)
    return EnsembleLearner(learners, whole)
