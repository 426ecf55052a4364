"""Something that changes how a step learns: the loss, or what is added to the gradients after it."""

from __future__ import annotations

from typing import Any

from torch import Tensor


class Bend:
    """As it stands it bends nothing. pushed: whether a step's second reading, of pushed embeddings, learns by it too."""

    pushed: bool = False

    def before(self) -> None:
        """Before the batch is read."""

    def loss(self, model: Any, batch: dict[str, Tensor], outputs: dict[str, Tensor]) -> Tensor:
        """The loss instead of ``outputs["loss"]``. model: as the Trainer calls it, see `model.bare`."""
        return outputs["loss"]

    def after_backward(self, trainer: Any, model: Any, batch: dict[str, Tensor]) -> None:
        """Adds to the gradients."""
