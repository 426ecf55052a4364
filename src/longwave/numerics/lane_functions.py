"""Logarithm and exponential of several numbers at once, and the other library functions lane by lane.

The logarithm follows fdlibm (Sun Microsystems, 1993): x = 2^k (1 + f), log(1 + f) = 2s + s R(s^2) with s = f / (2 + f);
the exponential is 2^n exp(r), |r| <= log(2) / 2, with the Taylor polynomial of degree 13. Errors are below two units
in the last place; what is no number, infinite, nought or negative is treated as the C library does.
"""

from __future__ import annotations

import math

from longwave.numerics.graph import BINARY, Op
from longwave.numerics.llvm import LIBRARY, PREFIX, Code, Shape, called, number

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOG_SERIES = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip
"""fdlibm's minimax coefficients Lg1 .. Lg7."""
_ROUNDER = 1.5 * 2.0**52
"""Added and taken away again, it rounds to a whole number, which then stands in the low bits."""


def lane_functions(shape: Shape) -> str:
    """The library functions for lanes, in text."""
    parts = [_log(shape), _exp(shape)]
    parts += [_one_by_one(op, shape) for op in LIBRARY if op not in (Op.LOG, Op.EXP)]
    return "\n".join(parts)


class _Lanes(Code):
    """A function of vectors."""

    def __init__(self, op: Op, shape: Shape) -> None:
        self.kind, self.truth, self.bits = shape.value, shape.truth, f"<{shape.lanes} x i64>"
        self.shape = shape
        given = ", ".join(f"{self.kind} %{name}" for name in ("xy" if op in BINARY else "x"))
        super().__init__(f"internal {self.kind} @{called(op, shape)}({given})")

    def do(self, what: str, a: str, b: str) -> str:
        return self.let(f"{what} {self.kind} {a}, {b}")

    def const(self, value: float) -> str:
        return self.shape.constant(value)

    def whole(self, value: int) -> str:
        return f"splat (i64 {value})"

    def test(self, relation: str, a: str, b: str) -> str:
        return self.let(f"fcmp {relation} {self.kind} {a}, {b}")

    def choose(self, truth: str, yes: str, no: str) -> str:
        return self.let(f"select {self.truth} {truth}, {self.kind} {yes}, {self.kind} {no}")

    def as_bits(self, value: str) -> str:
        return self.let(f"bitcast {self.kind} {value} to {self.bits}")

    def as_value(self, bits: str) -> str:
        return self.let(f"bitcast {self.bits} {bits} to {self.kind}")

    def on_bits(self, what: str, a: str, b: str) -> str:
        return self.let(f"{what} {self.bits} {a}, {b}")

    def series(self, x: str, coefficients: list[float]) -> str:
        """Horner's rule; the last coefficient is that of the highest power."""
        total = self.const(coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            total = self.do("fadd", self.do("fmul", total, x), self.const(coefficient))
        return total


def _log(shape: Shape) -> str:
    code = _Lanes(Op.LOG, shape)
    tiny = code.test("olt", "%x", code.const(2.2250738585072014e-308))
    scaled = code.choose(tiny, code.do("fmul", "%x", code.const(2.0**54)), "%x")
    lifted = code.choose(tiny, code.const(-54.0), code.const(0.0))
    # the exponent such that the rest lies in [sqrt(1/2), sqrt(2))
    half = code.whole(0x3FE6A09E667F3BCD)
    distance = code.on_bits("sub", code.as_bits(scaled), half)
    exponent = code.on_bits("ashr", distance, code.whole(52))
    rest = code.as_value(
        code.on_bits("sub", code.as_bits(scaled), code.on_bits("shl", exponent, code.whole(52)))
    )
    k = code.do("fadd", code.let(f"sitofp {code.bits} {exponent} to {code.kind}"), lifted)
    f = code.do("fsub", rest, code.const(1.0))
    s = code.do("fdiv", f, code.do("fadd", f, code.const(2.0)))
    z = code.do("fmul", s, s)
    r = code.do("fmul", z, code.series(z, list(_LOG_SERIES)))
    square = code.do("fmul", code.do("fmul", f, f), code.const(0.5))
    near = code.do("fmul", s, code.do("fadd", square, r))
    low = code.do("fadd", near, code.do("fmul", k, code.const(_LN2_LOW)))
    inner = code.do("fsub", code.do("fsub", square, low), f)
    value = code.do("fsub", code.do("fmul", k, code.const(_LN2_HIGH)), inner)
    value = code.choose(code.test("oeq", "%x", code.const(math.inf)), "%x", value)
    value = code.choose(code.test("oeq", "%x", code.const(0.0)), code.const(-math.inf), value)
    value = code.choose(code.test("ult", "%x", code.const(0.0)), code.const(math.nan), value)
    code.line(f"ret {code.kind} {value}")
    return code.text()


def _exp(shape: Shape) -> str:
    code = _Lanes(Op.EXP, shape)
    above = code.choose(code.test("olt", "%x", code.const(720.0)), "%x", code.const(720.0))
    bounded = code.choose(code.test("ogt", above, code.const(-760.0)), above, code.const(-760.0))
    shifted = code.do("fadd", code.do("fmul", bounded, code.const(1.0 / math.log(2.0))), code.const(_ROUNDER))
    n = code.do("fsub", shifted, code.const(_ROUNDER))
    whole = code.on_bits("sub", code.as_bits(shifted), code.whole(_bits(_ROUNDER)))
    high = code.do("fsub", bounded, code.do("fmul", n, code.const(_LN2_HIGH)))
    r = code.do("fsub", high, code.do("fmul", n, code.const(_LN2_LOW)))
    tail = code.series(r, [1.0 / math.factorial(power) for power in range(2, 14)])
    value = code.do("fadd", r, code.do("fmul", code.do("fmul", r, r), tail))
    value = code.do("fadd", value, code.const(1.0))
    # 2^n in two factors: n alone may lie outside the exponents there are
    first = code.on_bits("ashr", whole, code.whole(1))
    for power in (first, code.on_bits("sub", whole, first)):
        biased = code.on_bits("add", power, code.whole(1023))
        value = code.do("fmul", value, code.as_value(code.on_bits("shl", biased, code.whole(52))))
    value = code.choose(code.test("uno", "%x", code.const(0.0)), "%x", value)
    code.line(f"ret {code.kind} {value}")
    return code.text()


def _bits(value: float) -> int:
    return int(number(value), 16)


def _one_by_one(op: Op, shape: Shape) -> str:
    """A library function called for each lane."""
    code = _Lanes(op, shape)
    names = ("%x", "%y") if op in BINARY else ("%x",)
    total = "poison"
    scalar = f"{PREFIX}{LIBRARY[op]}"
    for lane in range(shape.lanes):
        given = [code.let(f"extractelement {code.kind} {name}, i32 {lane}") for name in names]
        value = code.let(f"call double @{scalar}({', '.join(f'double {each}' for each in given)})")
        total = code.let(f"insertelement {code.kind} {total}, double {value}, i32 {lane}")
    code.line(f"ret {code.kind} {total}")
    kinds = ", ".join(["double"] * len(names))
    return f"declare double @{scalar}({kinds}) nounwind willreturn memory(none)\n" + code.text()
