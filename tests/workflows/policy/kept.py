"""A store with the figures of some countries in two vintages, and a garden to plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from tests.policy import worlds

from longwave.core.message import Names
from longwave.core.origin import Licence, Origin, checksum
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta
from longwave.core.settings import Settings, load_settings
from longwave.core.unit import Unit
from longwave.store import Batch, Store

FIRST_RELEASE, SECOND_RELEASE = "2015-06-01", "2024-12-31"
KNOWN_THEN = 2014
CHART = """
[[watch]]
name = "off_the_path"
title = { en = "Size off its path", zh = "面积偏离路径" }
indicator = "size"
kind = "cusum"
direction = "both"
run_length = 50
meaning = { en = "It does not grow as said.", zh = "未按计划增长。" }
action = { en = "Adjust.", zh = "调整。" }
"""


def garden_folder(folder: Path) -> Path:
    """The garden with a chart that has a promised path, and a design that compares with other countries."""
    made = worlds.write_garden(folder, ('outcome = "real_gdp"', 'outcome = "size"'))
    text = (made / "domain.toml").read_text("utf-8")
    (made / "domain.toml").write_text(text + CHART, "utf-8")
    return made


def settings_in(folder: Path) -> Settings:
    return load_settings({"store": folder})


def fill(folder: Path, *, shift: float = 0.0) -> Settings:
    """Two vintages: figures to 2014, and to 2024 with the earlier ones higher by `shift`."""
    settings = settings_in(folder)
    frame = worlds.world({"FRA": -0.4}, others=worlds.COUNTRIES[:14]).frame
    early = frame[frame["period"] <= str(KNOWN_THEN)]
    later = frame.assign(value=frame["value"] + np.where(frame["period"] <= str(KNOWN_THEN), shift, 0.0))
    with Store.open(settings.store, write=True) as store:
        for release, part in ((FIRST_RELEASE, early), (SECOND_RELEASE, later)):
            store.commit([_batch(release, part)])
    return settings


def _batch(released: str, frame: pd.DataFrame) -> Batch:
    origin = Origin(
        "made", "Made for this test", "The test", released[:4], released, Licence("CC0-1.0"),
        sha256=checksum(released.encode()),
    )  # fmt: skip
    panel = Panel.of(frame.drop(columns="vintage", errors="ignore"))
    metas = tuple(
        SeriesMeta("made", name, Names(name), Unit("number")) for name in sorted(frame["variable"].unique())
    )
    return Batch(origin, panel, metas)
