"""How the machine is used: an accelerator where there is one, and no more threads than are free.

Two threads on a busy machine can be five times slower than one, so that the cores that others keep busy are left to them.
Half precision is used where the device computes in it: on accelerators, and on processors with matrix units for bfloat16
(AMX), where it halves the time of a step; on others it is slower than single precision, so it is not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any


def device() -> str:
    """cuda, mps or cpu."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def on_device(batch: Mapping[str, Any], model: Any) -> dict[str, Any]:
    """A batch where the model's weights are."""
    where = next(model.parameters()).device
    return {name: each.to(where) for name, each in batch.items()}


def waited() -> None:
    """Waits until an accelerator has done what it was told: before a clock is looked at."""
    import torch

    if device() == "cuda":
        torch.cuda.synchronize()
    elif device() == "mps":
        torch.mps.synchronize()


def free_threads() -> int:
    """Cores less the load of the last minute, at least one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1, cores - round(load))


def use_threads(wanted: int) -> int:
    """Sets torch's threads: as many as are wanted, or as are free. The number taken."""
    import torch

    taken = wanted or free_threads()
    torch.set_num_threads(taken)
    return taken


@contextmanager
def threads_kept() -> Iterator[None]:
    """Within, torch's threads may be set; afterwards they are again what they were."""
    import torch

    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)


def precision(wanted: str) -> dict[str, Any]:
    """bf16 and fp16 as TrainingArguments names them, for ``auto`` or a precision that is asked for."""
    import torch

    if wanted == "auto":
        on_device = device() == "cuda"
        whole = torch.cuda.is_bf16_supported() if on_device else device() == "cpu" and multiplies_bfloat16()
        return {"bf16": whole, "fp16": on_device and not whole}
    return {"bf16": wanted == "bf16", "fp16": wanted == "fp16"}


def mixed(wanted: str) -> AbstractContextManager[Any]:
    """In which the maps of a model are computed in the precision that the Trainer will use."""
    import torch

    chosen = precision(wanted)
    kind = torch.bfloat16 if chosen["bf16"] else torch.float16
    made: AbstractContextManager[Any] = torch.autocast(
        device(), dtype=kind, enabled=chosen["bf16"] or chosen["fp16"]
    )
    return made


def multiplies_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware (AMX, or AVX-512's dot products), as Linux tells it; elsewhere
    it is not known. Without, bfloat16 is slower than single precision."""
    return not {"amx_bf16", "avx512_bf16"}.isdisjoint(_told("flags").split())


def multiplies_bytes() -> bool:
    """Whether sums of products of bytes are kept whole (VNNI, AMX, any but Intel's kind): older processors of that kind
    cut two products that together exceed 16 bits."""
    import platform

    flags = set(_told("flags").split())
    if not flags:
        return platform.machine().lower() not in ("x86_64", "amd64")
    return bool(flags & {"avx512_vnni", "avx_vnni", "amx_int8"})


def processor_name() -> str:
    """What the machine calls its processor, for the card."""
    import platform

    return _told("model name") or platform.processor() or platform.machine()


def _told(name: str) -> str:
    """The first processor's line of that name in what Linux tells of it; empty elsewhere."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8", "replace").splitlines() if told.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
