"""The example of docs/how-to/own-data.md that ends in a study says what it really says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-data.md"


def test_the_study_of_a_region_of_one_s_own(surroundings: Path) -> None:
    page = PAGE.read_text("utf-8")
    script = page.partition("<!-- ruritania -->\n```python\n")[2].partition("```")[0]
    shown = page.partition("<!-- ruritania says -->\n```text\n")[2].partition("```")[0]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=120, check=True)
    assert done.stdout.decode("utf-8") == shown
    assert Path("out/report.html").exists()
