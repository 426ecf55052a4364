"""Prefix tuning: before the keys and values of every layer stand a few that are learnt; the encoder stays as it is.

Li and Liang (2021), Prefix-tuning: optimizing continuous prompts for generation; for understanding, Liu et al. (2022),
P-tuning v2. By PEFT, on encoders that can be given keys and values of the past (BERT, RoBERTa and their kin).
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.settings.recipe import Recipe


class Prefix(AbstractMethod):
    """prompt_tokens: how many keys and values a layer gets."""

    name = "prefix"
    names = Names("Prefix tuning", "前缀微调")
    whole = False
    plain = False
    learning_rate = 1e-2
    epochs = 2.0

    def room(self, recipe: Recipe) -> int:
        return max(1, recipe.prompt_tokens)

    def prepare(self, model: Any, recipe: Recipe) -> None:
        if "past_key_values" not in inspect.signature(model.encoder.forward).parameters:
            raise UsageError(
                say("text_methods.no_prefix", kind=str(model.encoder.config.model_type)),
                say("text_methods.other_method_mend"),
            )
        if recipe.gradient_checkpointing:
            raise UsageError(
                say("text_methods.no_second_pass", method=self.names), say("text_methods.other_method_mend")
            )
        from peft import PrefixTuningConfig

        from longwave.text.methods.modules.by_peft import wrapped
        from longwave.text.methods.modules.prefixed import Prefixed

        config = PrefixTuningConfig(
            task_type="FEATURE_EXTRACTION", num_virtual_tokens=max(1, recipe.prompt_tokens)
        )
        model.encoder = Prefixed(wrapped(model.encoder, config))

    def save(self, model: Any, base: Base, folder: Path) -> None:
        from longwave.text.methods.modules import by_peft

        by_peft.save(model.encoder.peft, base, folder)

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        from longwave.text.methods.modules import by_peft

        self.prepare(model, recipe)
        by_peft.restore(model.encoder.peft, folder)


PREFIX = METHODS.register("prefix")(Prefix())
