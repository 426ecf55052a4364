"""LoRA: beside a frozen weight W learns a product B A of low rank r, so that W + (alpha / r) B A answers.

Hu, Shen, Wallis et al. (2022), LoRA: Low-rank adaptation of large language models. By PEFT, on the maps that make queries
and values. B begins at nought, so that the encoder begins as it was published.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from longwave.core.message import Names
from longwave.text.bases import Base
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.settings.recipe import Recipe


class Lora(AbstractMethod):
    """lora_r: the rank; lora_alpha, lora_dropout: as PEFT names them."""

    name = "lora"
    names = Names("LoRA", "LoRA 低秩微调")
    whole = False
    learning_rate = 2e-3
    epochs = 1.5

    def prepare(self, model: Any, recipe: Recipe) -> None:
        from peft import LoraConfig

        from longwave.text.methods.modules.by_peft import attention_targets, wrapped

        config = LoraConfig(
            task_type="FEATURE_EXTRACTION",
            r=max(1, recipe.lora_r),
            lora_alpha=recipe.lora_alpha,
            lora_dropout=recipe.lora_dropout,
            target_modules=attention_targets(model.encoder, self.names),
        )
        model.encoder = wrapped(model.encoder, config)

    def save(self, model: Any, base: Base, folder: Path) -> None:
        from longwave.text.methods.modules import by_peft

        by_peft.save(model.encoder, base, folder)

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        from longwave.text.methods.modules import by_peft

        self.prepare(model, recipe)
        by_peft.restore(model.encoder, folder)

    def merged(self, model: Any) -> Any:
        from longwave.text.methods.modules import by_peft

        return by_peft.merged(model)


LORA = METHODS.register("lora")(Lora())
