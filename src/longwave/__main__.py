"""``python -m longwave`` and the command ``longwave``: signals are seen to first, then come the imports that take time."""

from typing import NoReturn

from longwave.cli.signals import watch


def run() -> NoReturn:
    """Runs the command line of this process."""
    watch()
    from longwave.cli.main import run as start

    start()


if __name__ == "__main__":
    run()
