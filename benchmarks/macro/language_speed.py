"""How quickly a model text reads: growth with its size, and a cold process from start to first model.

    python benchmarks/macro/language_speed.py [FILE.lw ...]

Prints kilobytes, equations, processor milliseconds to read (least of five), the same a kilobyte, and to write; then the
seconds of a fresh process that imports the reader and reads the 90 kB text, beside a fresh process that only imports pandas.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from longwave.macro.language.read import read_model
from longwave.macro.language.write import write_model


def main() -> None:
    texts = {f"made, {number:,}": _made(number, 11) for number in (30, 300, 1_000, 3_000)}
    texts |= {path.name: path.read_text("utf-8") for path in map(Path, sys.argv[1:])}
    read_model(_made(5, 3))
    print(f"{'text':>16} {'kB':>8} {'equations':>10} {'read ms':>9} {'us/kB':>8} {'write ms':>9}")
    for name, text in texts.items():
        model = read_model(text)
        reading = _least(lambda text=text: read_model(text))
        writing = _least(lambda model=model: write_model(model))
        size = len(text.encode()) / 1e3
        print(
            f"{name:>16} {size:>8.1f} {len(model.equations):>10,} {reading * 1e3:>9.1f} {reading * 1e6 / size:>8.0f} "
            f"{writing * 1e3:>9.1f}"
        )
    body = "from longwave.macro.language.read import read_model; import sys; read_model(sys.stdin.read())"
    cold = _process(body, texts["made, 300"])
    bare = _process("import pandas", "")
    print(
        f"fresh process, 90 kB read: {cold:.2f} s; import pandas alone: {bare:.2f} s; difference {cold - bare:.2f} s"
    )


def _least(work: Callable[[], object], times: int = 5) -> float:
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def _process(code: str, text: str) -> float:
    """Seconds on the clock of a fresh process, the least of three."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], input=text.encode(), check=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _made(equations: int, terms: int) -> str:
    lines = ["exogenous " + ", ".join(f"z{number}" for number in range(20))]
    lines.append("coefficient " + ", ".join(f"b{number} = 0.{number + 1}" for number in range(terms)))
    for number in range(equations):
        right = " + ".join(
            f"b{term}*log(v{(number + term) % equations}({-1 - term % 4}) + z{term % 20})"
            for term in range(terms)
        )
        lines.append(f'behavioural v{number} "Variable {number}": dlog(v{number}) = {right}')
    return "\n".join(lines)


if __name__ == "__main__":
    main()
