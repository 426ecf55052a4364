"""Random expressions, models and hostile texts for the tests of the language."""

from __future__ import annotations

from hypothesis import strategies as st

from longwave.macro.language.tree import Apply, Expression, Name, Number

NAMES = ("x", "y", "G", "C_agr", "消费", "sample", "when", "a1", "é", "_z")
finite = st.one_of(
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: value + 0.0),
    st.integers(-50, 50).map(float),
    st.sampled_from([1e-300, 1.7e308, 1e22, 0.1, 5e-324]),
)
leaves: st.SearchStrategy[Expression] = st.one_of(
    finite.map(Number),
    st.builds(Name, st.sampled_from(NAMES), st.integers(-12, 12)),
)


def _branches(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def many(words: tuple[str, ...], least: int, most: int) -> st.SearchStrategy[Expression]:
        arguments = st.lists(inner, min_size=least, max_size=most).map(tuple)
        return st.builds(Apply, st.sampled_from(words), arguments)

    compare = ("<", "<=", ">", ">=", "==", "!=")
    timed = st.builds(
        lambda word, part, n: Apply(word, (part, Number(float(n)))),
        st.sampled_from(("lag", "lead", "d", "dlog", "pct", "movavg", "movsum")),
        inner.filter(lambda node: not isinstance(node, Number)),
        st.integers(1, 9),
    )
    polynomial = st.builds(
        lambda part, n, degree: Apply("pdl", (part, Name("w"), Number(float(n)), Number(float(degree)))),
        inner,
        st.integers(3, 8),
        st.integers(0, 3),
    )
    return st.one_of(
        many(("+", "*", "and", "or"), 2, 4),
        many(("/", "^", *compare), 2, 2),
        many(("neg", "not"), 1, 1),
        many(("log", "exp", "sqrt", "abs", "sign", "sin", "cos", "normcdf", "logistic"), 1, 1),
        many(("max", "min"), 2, 3),
        many(("if",), 3, 3),
        timed,
        polynomial,
    )


expressions: st.SearchStrategy[Expression] = st.recursive(leaves, _branches, max_leaves=25)
