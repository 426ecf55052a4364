"""An estimate made again from the study's own tables, and whose figures it rests on."""

import json
import tempfile
from pathlib import Path

import pandas as pd

import longwave as lw

with tempfile.TemporaryDirectory() as folder:
    files = lw.study("JPN", horizon=1).report(folder)
    results = json.loads(files.results.read_text("utf-8"))
    table = pd.read_parquet(Path(folder, "tables", "labour_productivity.parquet")).set_index("period")

estimate = next(
    each
    for measured in results["measurements"]
    for each in measured["estimates"]
    if each["name"] == "productivity_growth_2005_2019"
)
again = table.loc["2005":"2019", "growth"].mean()
print(f"in results.json {estimate['value']:.8f}, made again {again:.8f}")
for dataset in results["data"]:
    if dataset["dataset"] in estimate["sources"]:
        print(f"{dataset['publisher']}, {dataset['release']}, {dataset['licence']['name']}")
