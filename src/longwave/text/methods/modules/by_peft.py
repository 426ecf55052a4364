"""PEFT's share: an encoder is wrapped by it, and kept and read in its own format.

What is read is only the weights: the adapter is made anew by the recipe, and a configuration that lies in a folder is
there for PEFT's own users. So no file of a checkpoint says which classes are to be built.
"""

from __future__ import annotations

import copy
import warnings
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.text.bases import Base
from longwave.text.methods.modules.kept import ADAPTER, kept

FILE = "adapter_model.safetensors"


def attention_targets(encoder: Any, method: Names) -> list[str]:
    """Full names of the linear maps in the encoder's layers that make queries and values, as Hu et al. (2022) chose; of
    every linear map in the layers where an architecture names them otherwise. Raises UsageError where there are none."""
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    from longwave.text.methods.full import layers_of

    inside = {id(each) for layer in layers_of(encoder) for each in layer.modules()}
    maps = (nn.Linear, Conv1D)  # GPT-2's are linear maps written the other way round
    linear = [name for name, each in encoder.named_modules() if isinstance(each, maps) and id(each) in inside]
    chosen = [name for name in linear if name.rpartition(".")[2] in _QUERIES_AND_VALUES]
    if not (chosen or linear):
        raise UsageError(say("text_methods.no_linear", method=method), say("text_methods.other_method_mend"))
    return chosen or linear


_QUERIES_AND_VALUES = ("query", "value", "q_lin", "v_lin", "q_proj", "v_proj", "query_proj", "value_proj")


def wrapped(encoder: Any, config: Any) -> Any:
    """The encoder with an adapter of PEFT's in it; all else no longer learns."""
    from peft import get_peft_model

    with warnings.catch_warnings():
        # PEFT asks transformers for gradient checkpointing by a name that goes with its next version.
        warnings.simplefilter("ignore", FutureWarning)
        # Which way round a map is written PEFT sees by itself, and says so.
        warnings.filterwarnings("ignore", message="fan_in_fan_out", category=UserWarning)
        return get_peft_model(encoder, config)


def save(peft_model: Any, base: Base, folder: Path) -> None:
    """adapter_config.json and adapter_model.safetensors, which `PeftModel.from_pretrained(encoder, folder)` reads."""
    peft_model.active_peft_config.base_model_name_or_path = base.name
    peft_model.save_pretrained(str(folder / ADAPTER), safe_serialization=True, save_embedding_layers=False)
    (folder / ADAPTER / "README.md").unlink(missing_ok=True)  # an empty form: card.json says what it asks


def restore(peft_model: Any, folder: Path) -> None:
    """Raises BadInput for weights that are not of this adapter."""
    from peft import get_peft_model_state_dict, set_peft_model_state_dict

    expected = get_peft_model_state_dict(peft_model, save_embedding_layers=False)
    set_peft_model_state_dict(peft_model, kept(folder / ADAPTER / FILE, expected))


def merged(model: Any) -> Any:
    """A copy whose encoder has the adapter worked into its weights."""
    whole = copy.deepcopy(model)
    whole.encoder = whole.encoder.merge_and_unload()
    return whole
