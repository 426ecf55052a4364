"""``python -m longwave``: the same as the command ``longwave``."""

from longwave.cli.main import run

if __name__ == "__main__":
    run()
