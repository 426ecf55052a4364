"""``python -m longwave`` and the command ``longwave``: signals are seen to first, then come the imports that take time."""

from __future__ import annotations

import os

from longwave.cli.signals import watch

TYPE_CHECKING = False  # typing itself takes time to import

if TYPE_CHECKING:
    from typing import NoReturn


def run() -> NoReturn:
    """Runs the command line of this process."""
    watch()
    # Our matrices are small: threads of the linear algebra would wait for each other longer than they work.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from longwave.cli.main import run as start

    start()


if __name__ == "__main__":
    run()
