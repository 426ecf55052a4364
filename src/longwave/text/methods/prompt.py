"""Prompt tuning: a few vectors that no word has are learnt and stand after the first sign of every text.

Lester, Al-Rfou and Constant (2021), The power of scale for parameter-efficient prompt tuning. They are taken out of the
states again before the head sees them, so that the head reads the mean of the text's own states, and every word keeps its
place for tagging. With the first sign's state alone (the pooler of BERT) small encoders never left the commonest label.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from longwave.core.message import Names
from longwave.text.bases import Base
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.settings.recipe import Recipe

FILE = "prompts.safetensors"


class Prompt(AbstractMethod):
    """prompt_tokens: how many vectors."""

    name = "prompt"
    names = Names("Prompt tuning", "提示微调")
    whole = False
    plain = False
    learning_rate = 1e-2
    epochs = 2.0

    def room(self, recipe: Recipe) -> int:
        return max(1, recipe.prompt_tokens)

    def prepare(self, model: Any, recipe: Recipe) -> None:
        from longwave.text.methods.modules.prompted import Prompted

        model.encoder.requires_grad_(False)
        model.encoder = Prompted(model.encoder, max(1, recipe.prompt_tokens), recipe.seed)

    def save(self, model: Any, base: Base, folder: Path) -> None:
        from longwave.text.methods.modules.kept import ADAPTER, keep

        keep({"prompts": model.encoder.prompts}, folder / ADAPTER / FILE)

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        from longwave.text.methods.modules.kept import ADAPTER, kept

        self.prepare(model, recipe)
        found = kept(folder / ADAPTER / FILE, {"prompts": model.encoder.prompts})
        model.encoder.prompts.data.copy_(found["prompts"])


PROMPT = METHODS.register("prompt")(Prompt())
