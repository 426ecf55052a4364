"""One estimate over several economies: interval and grade beside each value, and those that cannot say it are named."""

import longwave as lw

ECONOMIES = ("USA", "DEU", "IND")

study = lw.study(*ECONOMIES, horizon=1)
for code in study.areas:
    measured = study.measurements[code]["structural_change"]
    speeds = [
        each for each in measured.estimates if each.name.startswith("speed_") and each.sample.last >= "2015"
    ]
    for speed in speeds[:1]:
        years = f"{speed.sample.first}-{speed.sample.last}"
        print(f"{code}  {speed.value:.2%} of the economy changed sector each year, {years}")
        print(f"     95% interval {speed.low:.2%} to {speed.high:.2%}, grade {speed.grade}")
    if not speeds:
        print(f"{code}  not said: {measured.refusals[0].reason}")
