"""How the machine is used: an accelerator where there is one, and no more threads than are free.

Two threads on a busy machine can be five times slower than one, so that the cores that others keep busy are left to them.
Half precision is used where the device computes in it; on a processor without matrix units for bfloat16 it is slower than
single precision, so it is not.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def device() -> str:
    """cuda, mps or cpu."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


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


def precision(wanted: str) -> dict[str, Any]:
    """bf16 and fp16 as TrainingArguments names them, for ``auto`` or a precision that is asked for."""
    import torch

    if wanted == "auto":
        on_device = device() == "cuda"
        whole = on_device and torch.cuda.is_bf16_supported()
        return {"bf16": whole, "fp16": on_device and not whole}
    return {"bf16": wanted == "bf16", "fp16": wanted == "fp16"}


def processor_name() -> str:
    """What the machine calls its processor, for the card."""
    import platform

    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
