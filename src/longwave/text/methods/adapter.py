"""Bottleneck adapters: after each layer stands a small detour that learns, h + U gelu(D h), D to a few dimensions, U back.

Houlsby et al. (2019), Parameter-efficient transfer learning for NLP; one a layer, after its feed-forward part, as Pfeiffer
et al. (2021) found to be enough. U begins at nought, so that the encoder begins as it was published.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.method import METHODS, AbstractMethod
from longwave.text.methods.full import layers_of
from longwave.text.settings.recipe import Recipe

FILE = "bottlenecks.safetensors"


class Adapter(AbstractMethod):
    """adapter_size: dimensions of the detour."""

    name = "adapter"
    names = Names("Bottleneck adapters", "瓶颈适配器")
    whole = False
    plain = False
    learning_rate = 2e-3
    epochs = 1.5

    def prepare(self, model: Any, recipe: Recipe) -> None:
        layers = layers_of(model.encoder)
        if not len(layers):
            raise UsageError(
                say("text_methods.no_layers", method=self.names), say("text_methods.other_method_mend")
            )
        from longwave.text.methods.modules.bottleneck import put_after

        model.encoder.requires_grad_(False)
        put_after(layers, hidden=int(model.encoder.config.hidden_size), size=max(1, recipe.adapter_size))

    def save(self, model: Any, base: Base, folder: Path) -> None:
        from longwave.text.methods.modules.bottleneck import weights_of
        from longwave.text.methods.modules.kept import ADAPTER, keep

        keep(weights_of(model.encoder), folder / ADAPTER / FILE)

    def restore(self, model: Any, folder: Path, recipe: Recipe) -> None:
        from longwave.text.methods.modules.bottleneck import weights_of
        from longwave.text.methods.modules.kept import ADAPTER, kept

        self.prepare(model, recipe)
        found = kept(folder / ADAPTER / FILE, weights_of(model.encoder))
        model.encoder.load_state_dict(found, strict=False)


ADAPTER_METHOD = METHODS.register("adapter")(Adapter())
