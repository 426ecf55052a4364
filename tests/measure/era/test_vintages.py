from longwave.measure.era.vintages import real_time

from .samples import state


def test_the_answer_moves_with_the_vintage_and_never_sees_later_years() -> None:
    series = {"a": state(60, 25, 30, seed=1), "b": state(60, 25, 30, seed=2)}
    path = real_time(series, draws=40, step=8, first=1979)
    assert list(path["end"]) == sorted(path["end"])
    assert path["end"].iloc[-1] == 2009
    early = path[path["end"] <= 1977]
    assert (early["state"] != "passed").all()
    last = path.iloc[-1]
    assert last["state"] == "passed"
    assert last["low"] <= 1975 <= last["high"]
    cut = {name: type(one)(one.values.loc[:1993], one.kind) for name, one in series.items()}
    again = real_time(cut, draws=40, step=8, first=1993)
    assert again.iloc[-1].to_dict() == path[path["end"] == 1993].iloc[0].to_dict()


def test_nothing_to_show_is_an_empty_table() -> None:
    assert real_time({}).empty
