"""The detour of an adapter, hung on a layer by a hook, so that it fits any encoder whose layers give their states first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

NAME = "bottleneck"


class Bottleneck(nn.Module):
    """States of `hidden` numbers, through `size` and back, added to what they were."""

    def __init__(self, hidden: int, size: int) -> None:
        super().__init__()
        self.down = nn.Linear(hidden, size)
        self.up = nn.Linear(size, hidden)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, states: Tensor) -> Tensor:
        return states + self.up(functional.gelu(self.down(states)))


def put_after(layers: Iterable[Any], *, hidden: int, size: int) -> None:
    """Gives each layer its detour, as a part of it of its own name."""
    for layer in layers:
        layer.add_module(NAME, Bottleneck(hidden, size))
        layer.register_forward_hook(_detour)


def _detour(layer: Any, given: Any, states: Any) -> Any:
    detour = getattr(layer, NAME)
    return (detour(states[0]), *states[1:]) if isinstance(states, tuple) else detour(states)


def weights_of(encoder: Any) -> dict[str, Any]:
    """The detours' weights by their names in the encoder."""
    return {name: each for name, each in encoder.state_dict().items() if f".{NAME}." in name}
