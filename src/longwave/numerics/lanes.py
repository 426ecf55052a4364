"""Many copies of a program side by side: eight replications a step, one in each lane of the processor's vectors.

Lanes take whole Newton steps only. A lane that a whole step does not help, whose Jacobian is singular, or in which
anything is not finite, is given up and told; its replication is then solved alone by the careful solver of
`newton_code.py`, which halves steps and names what failed. A lane that is solved stands still while others go on, so
that what a replication gives does not hang on its neighbours.

Data lie [row][column][lane], for the columns that differ between lanes; all else is read once for all lanes from the
plain data. Elimination picks its pivots lane by lane, exchanging lines by choice instead of by branch.
"""

from __future__ import annotations

from longwave.numerics.interpreted import ROUNDING, SINGULARITY
from longwave.numerics.llvm import Code, Shape
from longwave.numerics.newton_code import (
    JACOBIAN,
    MOVING,
    RESIDUALS,
    SLOPES,
    STEP_COLUMNS,
    STEPS,
    STILL,
    TEAR_COLUMNS,
    TEARS,
    WORDS,
    WORK,
)

LANES = 8
"""Doubles in the widest vectors there are; narrower processors take two or four steps for one."""
MOST_STEPS = 40
"""Newton steps before the lanes that are left are given up to the careful solver."""


def lanes_text(lanes: int = LANES) -> str:
    """The functions that solve copies in lanes; `replicate_lanes` is called from outside."""
    shape = Shape(0, lanes)
    parts = [_norm(shape), _gather(shape), _eliminate(shape), _finite(shape), _newton(shape), _rows(shape)]
    return _declared(shape) + "\n".join(parts) + _replicate(shape)


def _declared(shape: Shape) -> str:
    kind, suffix = shape.value, shape.suffix
    lines = [
        f"declare {kind} @llvm.{name}.{suffix}({given}) nounwind willreturn memory(none)"
        for name, given in (("maximum", f"{kind}, {kind}"), ("minimum", f"{kind}, {kind}"), ("fabs", kind))
    ]
    return "\n".join(lines) + "\n"


class _Vectors(Code):
    """A function whose values are vectors. Truths of lanes are kept as `<n x i1>`."""

    def __init__(self, head: str, shape: Shape) -> None:
        super().__init__(head)
        self.shape, self.kind, self.truth = shape, shape.value, shape.truth

    def get(self, where: str) -> str:
        return self.let(f"load {self.kind}, ptr {where}, align 8")

    def put(self, value: str, where: str) -> None:
        self.line(f"store {self.kind} {value}, ptr {where}, align 8")

    def place_of(self, base: str, index: str) -> str:
        return self.element(base, index, self.kind)

    def read(self, base: str, index: str) -> str:
        return self.get(self.place_of(base, index))

    def held(self, value: float | str) -> str:
        return self.variable(self.kind, self.const(value) if isinstance(value, float) else value)

    def const(self, value: float) -> str:
        return self.shape.constant(value)

    def do(self, what: str, a: str, b: str) -> str:
        return self.let(f"{what} {self.kind} {a}, {b}")

    def size(self, a: str) -> str:
        return self.let(f"call {self.kind} @llvm.fabs.{self.shape.suffix}({self.kind} {a})")

    def extreme(self, which: str, a: str, b: str) -> str:
        name = f"@llvm.{which}.{self.shape.suffix}"
        return self.let(f"call {self.kind} {name}({self.kind} {a}, {self.kind} {b})")

    def test(self, relation: str, a: str, b: str) -> str:
        return self.let(f"fcmp {relation} {self.kind} {a}, {b}")

    def logic(self, what: str, a: str, b: str) -> str:
        return self.let(f"{what} {self.truth} {a}, {b}")

    def opposite(self, a: str) -> str:
        return self.logic("xor", a, "splat (i1 true)")

    def choose(self, truth: str, yes: str, no: str) -> str:
        return self.let(f"select {self.truth} {truth}, {self.kind} {yes}, {self.kind} {no}")

    def none(self, truth: str) -> str:
        """Whether it holds in no lane."""
        bits = f"i{self.shape.lanes}"
        return self.let(f"icmp eq {bits} {self.let(f'bitcast {self.truth} {truth} to {bits}')}, 0")

    def word(self, block: str, word: int) -> str:
        return self.at(block, str(word), "i64")

    def pointer(self, block: str, word: int) -> str:
        return self.let(f"inttoptr i64 {self.word(block, word)} to ptr")

    def cell(self, block: str, word: int) -> str:
        return self.place_of("%cell", self.word(block, word))

    def column(self, row: str, columns: str, index: str) -> str:
        return self.place_of(row, self.at(columns, index, "i64"))

    def plus(self, a: str, b: str) -> str:
        return self.let(f"add i64 {a}, {b}")

    def times(self, a: str, b: str) -> str:
        return self.let(f"mul i64 {a}, {b}")

    def take_away(self, where: str, factor: str, value: str) -> None:
        self.put(self.do("fsub", self.get(where), self.do("fmul", factor, value)), where)

    def swap_where(self, truth: str, one: str, other: str) -> None:
        a, b = self.get(one), self.get(other)
        self.put(self.choose(truth, b, a), one)
        self.put(self.choose(truth, a, b), other)


def _norm(shape: Shape) -> str:
    code = _Vectors(f"internal {shape.value} @norm_of_lanes(ptr %scale, ptr %cell, ptr %block)", shape)
    residuals = code.cell("%block", RESIDUALS)
    norm = code.held(0.0)
    with code.loop("0", code.word("%block", TEARS)) as index:
        scale = code.extreme("maximum", code.size(code.read("%scale", index)), code.const(1.0))
        part = code.do("fdiv", code.size(code.read(residuals, index)), scale)
        code.put(code.extreme("maximum", code.get(norm), part), norm)
    code.line(f"ret {code.kind} {code.get(norm)}")
    return code.text()


def _gather(shape: Shape) -> str:
    code = _Vectors("internal void @gather_lanes(ptr %row, ptr %block, ptr %into)", shape)
    tears = code.pointer("%block", TEAR_COLUMNS)
    with code.loop("0", code.word("%block", TEARS)) as index:
        code.put(code.get(code.column("%row", tears, index)), code.place_of("%into", index))
    code.line("ret void")
    return code.text()


def _finite(shape: Shape) -> str:
    """In which lanes all that a block has stored is finite: nought times it is nought."""
    code = _Vectors(f"internal {shape.truth} @finite_lanes(ptr %row, ptr %block)", shape)
    columns = code.pointer("%block", STEP_COLUMNS)
    total = code.held(0.0)
    with code.loop("0", code.word("%block", STEPS)) as index:
        nothing = code.do("fmul", code.get(code.column("%row", columns, index)), code.const(0.0))
        code.put(code.do("fadd", code.get(total), nothing), total)
    code.line(f"ret {code.truth} {code.test('ord', code.get(total), code.const(0.0))}")
    return code.text()


def _eliminate(shape: Shape) -> str:
    """Solves k equations in every lane, in place; in which lanes that could be done."""
    head = f"internal {shape.truth} @eliminate_lanes(ptr %a, ptr %x, ptr %rows, ptr %columns, i64 %k)"
    code = _Vectors(head, shape)
    good = code.variable(code.truth, "splat (i1 true)")
    with code.loop("0", "%k") as index:
        code.put(code.const(0.0), code.place_of("%columns", index))
    with code.loop("0", "%k") as i:
        largest = code.held(0.0)
        line = code.place_of("%a", code.times(i, "%k"))
        with code.loop("0", "%k") as j:
            size = code.size(code.read(line, j))
            code.put(code.extreme("maximum", code.get(largest), size), largest)
            column = code.place_of("%columns", j)
            code.put(code.extreme("maximum", code.get(column), size), column)
        code.put(code.get(largest), code.place_of("%rows", i))
    with code.loop("0", "%k") as k:
        line = code.place_of("%a", code.times(k, "%k"))
        below = code.plus(k, "1")
        with code.loop(below, "%k") as i:
            other = code.place_of("%a", code.times(i, "%k"))
            larger = code.test("ogt", code.size(code.read(other, k)), code.size(code.read(line, k)))
            with code.loop(k, "%k") as j:
                code.swap_where(larger, code.place_of(line, j), code.place_of(other, j))
            for vector in ("%x", "%rows"):
                code.swap_where(larger, code.place_of(vector, k), code.place_of(vector, i))
        pivot = code.read(line, k)
        scale = code.extreme("minimum", code.read("%rows", k), code.read("%columns", k))
        enough = code.test("ogt", code.size(pivot), code.do("fmul", scale, code.const(SINGULARITY)))
        known = code.load(good, code.truth)
        code.store(code.logic("and", known, enough), good, code.truth)
        with code.loop(below, "%k") as i:
            other = code.place_of("%a", code.times(i, "%k"))
            factor = code.do("fdiv", code.read(other, k), pivot)
            with code.loop(below, "%k") as j:
                code.take_away(code.place_of(other, j), factor, code.read(line, j))
            code.take_away(code.place_of("%x", i), factor, code.read("%x", k))
    total = code.held(0.0)
    with code.loop("0", "%k") as index:
        k = code.let(f"sub i64 {code.let('sub i64 %k, 1')}, {index}")
        line, where = code.place_of("%a", code.times(k, "%k")), code.place_of("%x", k)
        with code.loop(code.plus(k, "1"), "%k") as j:
            code.take_away(where, code.read(line, j), code.read("%x", j))
        code.put(code.do("fdiv", code.get(where), code.read(line, k)), where)
        nothing = code.do("fmul", code.get(where), code.const(0.0))
        code.put(code.do("fadd", code.get(total), nothing), total)
    finite = code.test("ord", code.get(total), code.const(0.0))
    code.line(f"ret {code.truth} {code.logic('and', code.load(good, code.truth), finite)}")
    return code.text()


def _newton(shape: Shape) -> str:
    """Newton's method in the lanes that are alive; in which it arrived. The last norms are left in %norm."""
    head = "ptr %row, ptr %par, ptr %cell, ptr %block, double %tolerance, ptr %norm, ptr %iterations"
    code = _Vectors(f"internal {shape.truth} @newton_of_lanes({head}, {shape.truth} %alive)", shape)
    bits = f"<{shape.lanes} x i64>"
    count = code.word("%block", TEARS)
    squared = code.times(count, count)
    tears = code.pointer("%block", TEAR_COLUMNS)
    moving, slopes = code.pointer("%block", MOVING), code.pointer("%block", SLOPES)
    residuals, jacobian = code.cell("%block", RESIDUALS), code.cell("%block", JACOBIAN)
    matrix = code.cell("%block", WORK)
    step = code.place_of(matrix, squared)
    here = code.place_of(step, count)
    rows = code.place_of(here, count)
    columns = code.place_of(rows, count)
    first = code.let(f"insertelement {code.kind} poison, double %tolerance, i32 0")
    mask = f"<{shape.lanes} x i32> zeroinitializer"
    tolerance = code.let(f"shufflevector {code.kind} {first}, {code.kind} poison, {mask}")
    gather = f"call void @gather_lanes(ptr %row, ptr %block, ptr {here})"
    measure = f"call {code.kind} @norm_of_lanes(ptr {here}, ptr %cell, ptr %block)"
    code.line(f"call void {moving}(ptr %row, ptr %par, ptr %cell)")
    code.line(gather)
    code.put(code.let(measure), "%norm")
    good = code.logic("and", "%alive", code.test("olt", code.get("%norm"), code.const(float("inf"))))
    arrived = code.variable(code.truth, good)  # or on its way there
    busy = code.variable(code.truth, code.logic("and", good, code.test("ogt", code.get("%norm"), tolerance)))
    taken = code.variable("i64", "0")
    again, go_on, ended = (code.label() for _ in range(3))
    code.go(again)

    code.place(again)
    steps = code.load(taken, "i64")
    late = code.let(f"icmp sge i64 {steps}, {MOST_STEPS}")
    done = code.none(code.load(busy, code.truth))
    code.branch(code.let(f"or i1 {late}, {done}"), ended, go_on)

    code.place(go_on)
    active = code.load(busy, code.truth)
    norm = code.get("%norm")
    code.store(code.plus(steps, "1"), taken, "i64")
    more = code.let(f"zext {code.truth} {active} to {bits}")
    before = code.let(f"load {bits}, ptr %iterations, align 8")
    code.line(f"store {bits} {code.let(f'add {bits} {before}, {more}')}, ptr %iterations, align 8")
    code.line(f"call void {slopes}(ptr %row, ptr %par, ptr %cell)")
    with code.loop("0", squared) as index:
        code.put(code.read(jacobian, index), code.place_of(matrix, index))
    with code.loop("0", count) as index:
        code.put(code.let(f"fneg {code.kind} {code.read(residuals, index)}"), code.place_of(step, index))
    eliminate = f"@eliminate_lanes(ptr {matrix}, ptr {step}, ptr {rows}, ptr {columns}, i64 {count})"
    regular = code.let(f"call {code.truth} {eliminate}")
    small = code.variable(code.truth, "splat (i1 true)")
    with code.loop("0", count) as index:
        value, move = code.read(here, index), code.read(step, index)
        scale = code.extreme("maximum", code.size(value), code.const(1.0))
        tiny = code.test("ole", code.size(move), code.do("fmul", scale, code.const(ROUNDING)))
        code.store(code.logic("and", code.load(small, code.truth), tiny), small, code.truth)
        moved = code.choose(active, code.do("fadd", value, move), value)
        code.put(moved, code.column("%row", tears, index))
    code.line(f"call void {moving}(ptr %row, ptr %par, ptr %cell)")
    better = code.test("olt", code.let(measure), norm)
    last = code.load(small, code.truth)
    helped = code.logic("and", regular, code.logic("or", better, last))
    lost = code.logic("and", active, code.opposite(helped))
    code.store(code.logic("and", code.load(arrived, code.truth), code.opposite(lost)), arrived, code.truth)
    code.line(gather)
    code.put(code.let(measure), "%norm")
    far = code.test("ogt", code.get("%norm"), tolerance)
    left = code.logic("and", code.logic("and", active, helped), code.logic("and", far, code.opposite(last)))
    code.store(left, busy, code.truth)
    code.go(again)

    code.place(ended)
    there = code.logic("and", code.load(arrived, code.truth), code.opposite(code.load(busy, code.truth)))
    code.line(f"ret {code.truth} {there}")
    return code.text()


def _rows(shape: Shape) -> str:
    """Solves periods first .. stop - 1 in all lanes; in which lanes that could be done."""
    head = (
        "ptr %data, i64 %width, ptr %lanes, i64 %columns, i64 %first, i64 %stop, ptr %par, ptr %cell, "
        "ptr %blocks, i64 %count, double %tolerance, i64 %previous, ptr %norms, ptr %iterations"
    )
    code = _Vectors(f"internal {shape.truth} @rows_of_lanes({head})", shape)
    alive = code.variable(code.truth, "splat (i1 true)")
    norm = code.held(0.0)
    code.put(code.const(0.0), "%norms")
    code.line(f"store <{shape.lanes} x i64> zeroinitializer, ptr %iterations, align 8")
    with code.loop("%first", "%stop") as row:
        code.store(code.element("%data", code.times(row, "%width")), "%cell", "ptr")
        start = code.place_of("%lanes", code.times(row, "%columns"))
        before = code.place_of(start, code.let("sub i64 0, %columns"))
        with code.loop("0", "%count") as place:
            block = code.element("%blocks", code.times(place, str(WORDS)), "i64")
            code.line(f"call void {code.pointer(block, STILL)}(ptr {start}, ptr %par, ptr %cell)")
            tears = code.word(block, TEARS)
            with code.when(code.let(f"icmp ne i64 {tears}, 0")):
                with code.when(code.let("icmp ne i64 %previous, 0")):
                    columns = code.pointer(block, TEAR_COLUMNS)
                    with code.loop("0", tears) as index:
                        value = code.get(code.column(before, columns, index))
                        code.put(value, code.column(start, columns, index))
                known = code.load(alive, code.truth)
                arrived = code.let(
                    f"call {code.truth} @newton_of_lanes(ptr {start}, ptr %par, ptr %cell, ptr {block}, "
                    f"double %tolerance, ptr {norm}, ptr %iterations, {code.truth} {known})"
                )
                code.store(arrived, alive, code.truth)
                code.put(code.extreme("maximum", code.get("%norms"), code.get(norm)), "%norms")
            finite = code.let(f"call {code.truth} @finite_lanes(ptr {start}, ptr {block})")
            code.store(code.logic("and", code.load(alive, code.truth), finite), alive, code.truth)
    code.line(f"ret {code.truth} {code.load(alive, code.truth)}")
    return code.text()


def _replicate(shape: Shape) -> str:
    """Copies in groups of as many as there are lanes; the lanes beyond the last copy repeat it.

    %reset: columns of the lanes that start from the plain data in each period, with %reset_from, their columns there.
    %solved: one byte a copy, 1 where it was solved; %norms and %iterations: one entry a copy. %scratch: two vectors.
    """
    head = (
        "i64 %copies, ptr %data, i64 %width, ptr %lanes, i64 %columns, i64 %first, i64 %stop, "
        "ptr %par, ptr %own, i64 %parameters, ptr %cell, ptr %blocks, i64 %count, double %tolerance, i64 %previous, "
        "ptr %reset, ptr %reset_from, i64 %resets, ptr %shocked, i64 %shocks, ptr %values, "
        "ptr %kept, i64 %keep, ptr %out, ptr %solved, ptr %norms, ptr %iterations, ptr %scratch"
    )
    code = _Vectors(f"void @replicate_lanes({head})", shape)
    size = str(shape.lanes)
    span = code.let("sub i64 %stop, %first")
    groups = code.let(f"sdiv i64 {code.plus('%copies', str(shape.lanes - 1))}, {size}")
    counts = code.place_of("%scratch", "1")
    last_copy = code.let("sub i64 %copies, 1")
    with code.loop("0", groups) as group:
        head_copy = code.times(group, size)
        for lane in range(shape.lanes):
            wished = code.plus(head_copy, str(lane))
            beyond = code.let(f"icmp sgt i64 {wished}, {last_copy}")
            copy = code.let(f"select i1 {beyond}, i64 {last_copy}, i64 {wished}")
            _fill_lane(code, span, copy, lane)
        with code.loop("%first", "%stop") as row:
            plain = code.element("%data", code.times(row, "%width"))
            start = code.place_of("%lanes", code.times(row, "%columns"))
            with code.loop("0", "%resets") as index:
                value = code.load(code.element(plain, code.at("%reset_from", index, "i64")))
                first = code.let(f"insertelement {code.kind} poison, double {value}, i32 0")
                mask = f"<{shape.lanes} x i32> zeroinitializer"
                spread = code.let(f"shufflevector {code.kind} {first}, {code.kind} poison, {mask}")
                code.put(spread, code.column(start, "%reset", index))
        solved = code.let(
            f"call {code.truth} @rows_of_lanes(ptr %data, i64 %width, ptr %lanes, i64 %columns, i64 %first, "
            f"i64 %stop, ptr %par, ptr %cell, ptr %blocks, i64 %count, double %tolerance, i64 %previous, "
            f"ptr %scratch, ptr {counts})"
        )
        for lane in range(shape.lanes):
            copy = code.plus(head_copy, str(lane))
            with code.when(code.let(f"icmp sle i64 {copy}, {last_copy}")):
                truth = code.let(f"extractelement {code.truth} {solved}, i32 {lane}")
                code.store(code.let(f"zext i1 {truth} to i64"), code.element("%solved", copy, "i64"), "i64")
                code.store(code.at("%scratch", str(lane)), code.element("%norms", copy))
                code.store(code.at(counts, str(lane), "i64"), code.element("%iterations", copy, "i64"), "i64")
                _read_lane(code, span, copy, lane)
    code.line("ret void")
    return code.text()


def _lane_place(code: _Vectors, start: str, columns: str, index: str, lane: int) -> str:
    place = code.times(code.at(columns, index, "i64"), str(code.shape.lanes))
    return code.element(start, code.plus(place, str(lane)))


def _fill_lane(code: _Vectors, span: str, copy: str, lane: int) -> None:
    """The shocks and parameters of a copy into a lane."""
    given = code.element("%values", code.times(copy, code.times(span, "%shocks")))
    with code.loop("0", span) as row:
        start = code.place_of("%lanes", code.times(code.plus(row, "%first"), "%columns"))
        values = code.element(given, code.times(row, "%shocks"))
        with code.loop("0", "%shocks") as index:
            code.store(code.at(values, index), _lane_place(code, start, "%shocked", index, lane))
    with code.when(code.let("icmp ne ptr %own, null")):
        own = code.element("%own", code.times(copy, "%parameters"))
        with code.loop("0", "%parameters") as index:
            place = code.plus(code.times(index, str(code.shape.lanes)), str(lane))
            code.store(code.at(own, index), code.element("%par", place))


def _read_lane(code: _Vectors, span: str, copy: str, lane: int) -> None:
    """What is kept of a copy, out of its lane."""
    into = code.element("%out", code.times(copy, code.times(span, "%keep")))
    with code.loop("0", span) as row:
        start = code.place_of("%lanes", code.times(code.plus(row, "%first"), "%columns"))
        line = code.element(into, code.times(row, "%keep"))
        with code.loop("0", "%keep") as index:
            code.store(code.load(_lane_place(code, start, "%kept", index, lane)), code.element(line, index))
