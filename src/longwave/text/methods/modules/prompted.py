"""An encoder whose texts have learnt vectors after their first sign; its states are those of the text alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutput


class Prompted(nn.Module):
    """prompts: (tokens, hidden), which begin as the embeddings of words drawn by seed (Lester et al.: better than noise)."""

    def __init__(self, encoder: Any, tokens: int, seed: int) -> None:
        super().__init__()
        self.inner = encoder
        words = encoder.get_input_embeddings().weight
        drawn = torch.randint(len(words), (tokens,), generator=torch.Generator().manual_seed(seed))
        self.prompts = nn.Parameter(words[drawn.to(words.device)].detach().clone())

    @property
    def config(self) -> Any:
        return self.inner.config

    def get_input_embeddings(self) -> Any:
        return self.inner.get_input_embeddings()

    def activation_checkpointing_enable(self) -> None:
        self.inner.activation_checkpointing_enable()

    def forward(
        self,
        attention_mask: Tensor,
        input_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        output_hidden_states: bool = False,
    ) -> Any:
        words = self.get_input_embeddings()(input_ids) if inputs_embeds is None else inputs_embeds
        rows, count = words.shape[0], len(self.prompts)
        prompts = self.prompts.to(words.dtype).unsqueeze(0).expand(rows, -1, -1)
        taken = {"attention_mask": _between(attention_mask, torch.ones_like(attention_mask[:, :1]), count)}
        if token_type_ids is not None:
            taken["token_type_ids"] = _between(token_type_ids, torch.zeros_like(token_type_ids[:, :1]), count)
        made = self.inner(
            inputs_embeds=torch.cat([words[:, :1], prompts, words[:, 1:]], dim=1),
            output_hidden_states=output_hidden_states,
            **taken,
        )
        own = [
            torch.cat([states[:, :1], states[:, 1 + count :]], dim=1)
            for states in (made.last_hidden_state, *(made.hidden_states or ()))
        ]
        return BaseModelOutput(last_hidden_state=own[0], hidden_states=tuple(own[1:]) or None)


def _between(numbers: Tensor, filled: Tensor, count: int) -> Tensor:
    """(rows, tokens): the same with `count` of `filled` after the first."""
    return torch.cat([numbers[:, :1], filled.expand(-1, count), numbers[:, 1:]], dim=1)
