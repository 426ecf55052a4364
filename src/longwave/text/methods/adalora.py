"""AdaLoRA: low-rank updates in the form P L Q, whose singular values are pruned where they matter least.

Zhang, Chen, Bukharin et al. (2023), Adaptive budget allocation for parameter-efficient fine-tuning. Every map begins with
one and a half times the rank; from a tenth of the steps to seven tenths the budget falls to `lora_r` on average, the
singular values of least sensitivity being set to nought; P and Q are held near orthogonal by a penalty. The best epoch is
chosen among those that end after that: one before has more numbers than the budget. By PEFT, whose update must run while
the gradients are still there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from longwave.core.harvest import Progress, silent
from longwave.core.message import Names
from longwave.text.bases import Base
from longwave.text.method import METHODS
from longwave.text.methods.lora import Lora
from longwave.text.settings.recipe import Recipe

if TYPE_CHECKING:
    from longwave.text.learners.learner import AbstractLearner
    from longwave.text.table import TextTable
    from longwave.text.training.bend import Bend


class Adalora(Lora):
    """lora_r: the rank that is left on average; lora_alpha, lora_dropout: as PEFT names them."""

    name = "adalora"
    names = Names("AdaLoRA", "AdaLoRA 自适应秩微调")
    learning_rate = 4e-3

    def prepare(self, model: Any, recipe: Recipe) -> None:
        from peft import AdaLoraConfig

        from longwave.text.methods.modules.by_peft import attention_targets, wrapped

        rank = max(1, recipe.lora_r)
        config = AdaLoraConfig(
            task_type="FEATURE_EXTRACTION",
            init_r=rank + max(1, rank // 2),
            target_r=rank,
            lora_alpha=recipe.lora_alpha,
            lora_dropout=recipe.lora_dropout,
            target_modules=attention_targets(model.encoder, self.names),
            total_step=1_000_000,  # the callback puts the true number in its place when the Trainer knows it
        )
        model.encoder = wrapped(model.encoder, config)

    def callbacks(self, model: Any) -> Sequence[Any]:
        from longwave.text.methods.modules.allocation import Allocation

        return (Allocation(model.encoder),)

    def settled_at(self, model: Any) -> int:
        from longwave.text.methods.modules.allocation import pruned_at

        return pruned_at(model.encoder)

    def bends(
        self, learner: AbstractLearner, previous: TextTable | None, progress: Progress = silent
    ) -> Sequence[Bend]:
        from longwave.text.methods.modules.allocation import Orthogonal

        return (Orthogonal(learner.model.encoder),)

    def save(self, model: Any, base: Base, folder: Path) -> None:
        # What was pruned is nought in the weights: with no pattern beside it, PEFT reads them as they are.
        model.encoder.active_peft_config.rank_pattern = None
        super().save(model, base, folder)


ADALORA = METHODS.register("adalora")(Adalora())
