"""FRB/US with model-consistent expectations (mcap+wp): CPU seconds, memory and residual of a stacked solve.

Each row is a process of its own, so that peaks of memory do not mix. The Board's package does not install beside
current scipy; its figures on one core (a solve after its set-up) are those measured for this project. Wants
the folder `frbus` of the data packs (LONGWAVE_PACKS).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PACKS = Path(os.environ.get("LONGWAVE_PACKS") or Path(__file__).resolve().parents[3] / "shared" / "data")

BOARD = {80: (10.0, 3.1, 1250), 241: (320.0, 38.8, 3407)}
"""Quarters -> (set-up s, solve s, peak MB) of PyFRB/US."""

ONE = """
import json, resource, sys, time
from longwave.core.period import Period
from longwave.macro.interop.frbus import read_frbus, read_longbase
from longwave.macro.scenario import Scenario
folder, quarters = sys.argv[1], int(sys.argv[2])
import scipy.sparse.csgraph, scipy.sparse.linalg
began = time.process_time()
model = read_frbus(folder + "/model.xml", "mcap+wp").model
data = read_longbase(folder + "/" + sys.argv[3])
first = Period.parse("2040-Q1")
baseline = Scenario(model, data, first, first + (quarters - 1), tracking=True)
shocked = baseline + "rffintay.add + 1 in 2040-Q1"
shocked.shocked_data
loaded = time.process_time()
shocked.solution
cold = time.process_time() - loaded
began_again = time.process_time()
again = (baseline + "rffintay.add + 1 in 2040-Q1").solution.certificate
warm = time.process_time() - began_again
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([loaded - began, cold, warm, peak, again.residual, again.iterations]))
"""


def main() -> None:
    folder = PACKS / "frbus"
    longbase = next(folder.glob("longbase*")).name
    print(
        "| quarters | load s | first solve s | next solve s | peak MB | residual | iterations | Board's solve s | ratio |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for quarters, (_, board, _) in BOARD.items():
        printed = subprocess.run(
            [sys.executable, "-c", ONE, str(folder), str(quarters), longbase], check=True, capture_output=True
        ).stdout
        load, cold, again, peak, residual, iterations = json.loads(printed)
        print(
            f"| {quarters} | {load:.2f} | {cold:.2f} | {again:.2f} | {peak:.0f} | {residual:.0e} | {iterations} "
            f"| {board:.1f} | {board / again:.0f} |"
        )


if __name__ == "__main__":
    main()
