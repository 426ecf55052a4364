"""A file of your own: added to a store of its own, shown with its origin, and studied. The figures are made up."""

import tempfile
from pathlib import Path

import longwave as lw

OUTPUT = [
    108.8,
    104.9,
    108.3,
    110.9,
    112.6,
    114.0,
    116.5,
    119.2,
    121.3,
    124.1,
    126.9,
    129.0,
    123.2,
    130.1,
    133.4,
    134.9,
]
PERSONS = [2.19, 2.13, 2.14, 2.16, 2.18, 2.19, 2.21, 2.24, 2.26, 2.29, 2.32, 2.34, 2.28, 2.31, 2.36, 2.38]

with tempfile.TemporaryDirectory() as folder:
    here = lw.load_settings({"store": f"{folder}/store"})
    file = Path(folder, "riverland.csv")
    lines = ["area,is_country,year,variable,value,unit"]
    for year, (output, persons) in enumerate(zip(OUTPUT, PERSONS, strict=True), start=2008):
        lines.append(f"Riverland,false,{year},real_gdp,{output},billion 2017 USD")
        lines.append(f"Riverland,false,{year},employment,{persons},million persons")
    file.write_text("\n".join(lines) + "\n", "utf-8")

    kept = lw.add(file, settings=here)
    for each in kept.kept:
        print(f"{each.dataset}: {each.series} series, {each.observations} figures, {each.licence}")
    for fault in kept.faults:
        print("  found:", fault.message)

    study = lw.study("Riverland", horizon=3, settings=here)
    for sentence in study.headlines:
        print("-", sentence.text("en"))
    print(len(study.refusals), "things could not be said, the first:", study.refusals[0].reason)
