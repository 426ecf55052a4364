"""An encoder with a head, as one torch module that transformers' Trainer can train and onnx can take down.

The encoder is any that `AutoModel` loads; what a method changes of it (adapters, prompts, frozen layers) it changes in
place. With word forms, embeddings are looked up here and added to, so that the encoder itself stays as published.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from longwave.text.learners.heads import IGNORED, TokenHead, WordForms
from longwave.text.learners.tag_chain import chain_loss


def bare(model: Any) -> Any:
    """The model itself, where several processes have wrapped it."""
    return getattr(model, "module", model)


class TextModel(nn.Module):
    """head.json's `kind`, `several`, `ordered` say which loss; weights: of the labels, None for equal."""

    def __init__(
        self,
        encoder: nn.Module,
        head: nn.Module,
        *,
        told: dict[str, Any],
        forms: WordForms | None = None,
        smoothing: float = 0.0,
        weights: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head
        self.forms = forms
        self.told = told
        self.smoothing = smoothing
        self.register_buffer("label_weights", weights, persistent=False)

    def states(self, batch: dict[str, Tensor]) -> Tensor:
        """(rows, tokens, hidden): of the last layer, or the mean of the last few where head.json's `layers` says so.

        An encoder trained to tell sentences apart forgets in its last layers what each word was: a head that reads words
        does better with the layers before (see docs/concepts/text_tasks.md).
        """
        taken: dict[str, Any] = {"attention_mask": batch["attention_mask"]}
        if "token_type_ids" in batch and getattr(self.encoder.config, "type_vocab_size", 0) > 1:
            taken["token_type_ids"] = batch["token_type_ids"]
        if self.forms is None:
            taken["input_ids"] = batch["input_ids"]
        else:
            words = self.encoder.get_input_embeddings()
            taken["inputs_embeds"] = self.forms(words(batch["input_ids"]), batch)
        count = int(self.told.get("layers", 1))
        if count <= 1:
            last: Tensor = self.encoder(**taken).last_hidden_state
            return last
        every = self.encoder(**taken, output_hidden_states=True).hidden_states
        return torch.stack(tuple(every[-count:])).mean(0)

    def forward(self, **batch: Tensor) -> dict[str, Tensor]:
        logits = self.head(self.states(batch), batch)
        if "labels" not in batch:
            return {"logits": logits}
        return {"loss": self.loss(logits, batch["labels"]), "logits": logits}

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The mean over rows, or over tokens that have a tag."""
        kind = self.told["kind"]
        weights: Tensor | None = self.label_weights
        if kind == "tokens":
            if (
                isinstance(self.head, TokenHead)
                and self.head.moves is not None
                and self.head.begins is not None
            ):
                return chain_loss(logits, labels, self.head.moves, self.head.begins)
            flat = logits.reshape(-1, logits.shape[-1])
            return functional.cross_entropy(
                flat, labels.reshape(-1), weight=weights, ignore_index=IGNORED, label_smoothing=self.smoothing
            )
        if kind == "span":
            ends = [functional.cross_entropy(logits[..., k], labels[:, k]) for k in (0, 1)]
            return (ends[0] + ends[1]) / 2
        if self.told.get("several"):
            return functional.binary_cross_entropy_with_logits(
                logits, labels.to(logits.dtype), pos_weight=weights
            )
        if self.told.get("ordered"):
            steps = torch.arange(logits.shape[-1], device=labels.device)
            higher = (labels[:, None] > steps[None, :]).to(logits.dtype)
            return functional.binary_cross_entropy_with_logits(logits, higher)
        return functional.cross_entropy(logits, labels, weight=weights, label_smoothing=self.smoothing)
