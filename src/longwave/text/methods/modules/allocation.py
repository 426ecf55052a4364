"""AdaLoRA's budget, kept by PEFT and called by the Trainer: after the optimiser's step, before the gradients are gone.

The sensitivities are averages over steps; they are written beside each of the Trainer's own states, so that a training
that was killed goes on as if it had not been. What dev said before the last pruning is forgotten: such an epoch is never
the best, and early stopping counts from there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import TrainerCallback

from longwave.text.training.bend import Bend

_AVERAGES = ("ipt", "exp_avg_ipt", "exp_avg_unc")
_FILE, _PATTERN = "adalora.safetensors", "adalora.json"
WARM_UP, SETTLED = 0.1, 0.3
"""Shares of the steps before the first pruning, and after the last."""


class Allocation(TrainerCallback):
    """encoder: as PEFT wrapped it."""

    def __init__(self, encoder: Any) -> None:
        self.encoder = encoder

    def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        config, steps = self.encoder.active_peft_config, int(state.max_steps)
        config.total_step = steps
        config.tinit, config.tfinal = int(WARM_UP * steps), int(SETTLED * steps)
        config.deltaT = max(1, steps // 100)
        if state.global_step:
            self._read(_folder(args, state))

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        if state.best_global_step is not None and state.best_global_step < pruned_at(self.encoder):
            state.best_metric = state.best_global_step = state.best_model_checkpoint = None
        self.encoder.base_model.update_and_allocate(state.global_step + 1)

    def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        folder = _folder(args, state)
        if not folder.is_dir():
            return
        allocator = self.encoder.base_model.rankallocator
        held = {f"{a}/{n}": each.contiguous() for a in _AVERAGES for n, each in getattr(allocator, a).items()}
        save_file(held, folder / _FILE)
        pattern = self.encoder.active_peft_config.rank_pattern
        (folder / _PATTERN).write_text(json.dumps(pattern or {}), "utf-8")

    def _read(self, folder: Path) -> None:
        allocator = self.encoder.base_model.rankallocator
        for name, each in load_file(folder / _FILE).items():
            average, _, weight = name.partition("/")
            getattr(allocator, average)[weight] = each
        pattern = json.loads((folder / _PATTERN).read_text("utf-8"))
        self.encoder.active_peft_config.rank_pattern = pattern or None


def pruned_at(encoder: Any) -> int:
    """The step after which no more than the budget is left."""
    config = encoder.active_peft_config
    return int(config.total_step - config.tfinal)


class Orthogonal(Bend):
    """|P'P - I| + |QQ' - I| (Frobenius), the mean over maps, times PEFT's weight for it."""

    def __init__(self, encoder: Any) -> None:
        self.weight = float(encoder.active_peft_config.orth_reg_weight)
        named = dict(encoder.named_parameters())
        self.rows = [each for name, each in named.items() if "lora_A" in name]
        self.columns = [each for name, each in named.items() if "lora_B" in name]

    def loss(self, model: Any, batch: dict[str, Tensor], outputs: dict[str, Tensor]) -> Tensor:
        inner = [each @ each.T for each in self.rows] + [each.T @ each for each in self.columns]
        away = [torch.linalg.norm(each - torch.eye(len(each), device=each.device)) for each in inner]
        return outputs["loss"] + self.weight * torch.stack(away).mean()


def _folder(args: Any, state: Any) -> Path:
    return Path(args.output_dir) / f"checkpoint-{state.global_step}"
