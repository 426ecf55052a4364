"""An encoder with PEFT's prefix, called with all that it takes: PEFT's own door drops the kind of each token, which
tells the two texts of a pair apart."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class Prefixed(nn.Module):
    """peft: the encoder as PEFT wrapped it."""

    def __init__(self, peft: Any) -> None:
        super().__init__()
        self.peft = peft
        peft.word_embeddings = None  # a second name of the encoder's own, which safetensors would not write

    @property
    def config(self) -> Any:
        return self.peft.get_base_model().config

    def get_input_embeddings(self) -> Any:
        return self.peft.get_base_model().get_input_embeddings()

    def forward(self, attention_mask: Tensor, **taken: Tensor) -> Any:
        rows = attention_mask.shape[0]
        count = int(self.peft.active_peft_config.num_virtual_tokens)
        there = torch.ones(rows, count, dtype=attention_mask.dtype, device=attention_mask.device)
        return self.peft.get_base_model()(
            attention_mask=torch.cat([there, attention_mask], dim=1),
            past_key_values=self.peft.get_prompt(rows),
            **taken,
        )
