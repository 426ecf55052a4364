"""The study of one country in a cold process on the factbook, with both reports."""

import tempfile

from measured import HEADER, measure

STUDY = "import sys, longwave as lw; lw.study(sys.argv[1]).report(sys.argv[2], lang=['en', 'zh'])"
ANALYSIS = "import sys, longwave as lw; lw.study(sys.argv[1])"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(HEADER)
        print(measure(ANALYSIS, "USA", runs=3).row("study of the USA, analysis only"))
        print(measure(STUDY, "USA", folder, runs=3).row("study of the USA with both reports"))
