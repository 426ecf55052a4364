"""The block solver as machine code: the algorithm of `interpreted.py`, written once for all programs.

A program brings functions for its formulas and a table that describes its blocks; this code walks the table for each
period, and runs Newton's method on the tears of a block. Being the same for every program, it is compiled once on a
machine.

A block's entry in the table is `WORDS` whole numbers: tears, steps (how many); first cells of residuals, Jacobian and
work; addresses of the functions still, moving and slopes (``void (ptr row, ptr parameters, ptr cells)``) and of the
lists of columns of tears and of steps. Work holds, for k tears: matrix k*k, step k, tears k, row scales k, column
scales k.
"""

from __future__ import annotations

from longwave.numerics.interpreted import HALVINGS, JUMPS, ROUNDING, SINGULARITY, Status
from longwave.numerics.llvm import Code, number

WORDS = 10
TEARS, STEPS, RESIDUALS, JACOBIAN, WORK, STILL, MOVING, SLOPES, TEAR_COLUMNS, STEP_COLUMNS = range(WORDS)

RESULT_WORDS = 5
"""What a solve reports, eight bytes each: status, row, block, iterations (whole numbers), norm (double)."""


def work_cells(tears: int) -> int:
    """Cells that a block's Newton steps need."""
    return tears * tears + 4 * tears


def solver_text() -> str:
    """The functions of the block solver; `solve_rows` and `replicate` are called from outside."""
    parts = [
        _norm(),
        _gather(),
        _finite(),
        _eliminate(),
        _substitute(),
        _take_step(),
        _newton(),
        _block(),
        _solve_rows(),
    ]
    return _DECLARED + "\n".join(parts) + _replicate()


_DECLARED = """
declare double @llvm.maximum.f64(double, double) nounwind willreturn memory(none)
declare double @llvm.minimum.f64(double, double) nounwind willreturn memory(none)
declare double @llvm.fabs.f64(double) nounwind willreturn memory(none)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
"""

_INFINITY = number(float("inf"))
_ONE = number(1.0)
_NOUGHT = number(0.0)


def _word(code: Code, block: str, word: int) -> str:
    return code.at(block, str(word), "i64")


def _pointer(code: Code, block: str, word: int) -> str:
    return code.let(f"inttoptr i64 {_word(code, block, word)} to ptr")


def _cell(code: Code, cells: str, block: str, word: int) -> str:
    return code.element(cells, _word(code, block, word))


def _sum(code: Code, *terms: str) -> str:
    total = terms[0]
    for term in terms[1:]:
        total = code.let(f"add i64 {total}, {term}")
    return total


def _product(code: Code, a: str, b: str) -> str:
    return code.let(f"mul i64 {a}, {b}")


def _column(code: Code, row: str, columns: str, index: str) -> str:
    """The place in a row of the index-th column of a list."""
    return code.element(row, code.at(columns, index, "i64"))


def _norm() -> str:
    """max |F_i| / max(1, |z_i|) by the z that are listed, not a number as soon as one part of it is none."""
    code = Code("internal double @norm(ptr %scale, ptr %cell, ptr %block)")
    count = _word(code, "%block", TEARS)
    residuals = _cell(code, "%cell", "%block", RESIDUALS)
    norm = code.variable("double", _NOUGHT)
    with code.loop("0", count) as index:
        missed = code.size_of(code.at(residuals, index))
        scale = code.larger(code.size_of(code.at("%scale", index)), _ONE)
        part = code.let(f"fdiv double {missed}, {scale}")
        code.store(code.larger(code.load(norm), part), norm)
    code.line(f"ret double {code.load(norm)}")
    return code.text()


def _gather() -> str:
    """The tears of a row, in the order of the block, into a list."""
    code = Code("internal void @gather(ptr %row, ptr %block, ptr %into)")
    tears = _pointer(code, "%block", TEAR_COLUMNS)
    with code.loop("0", _word(code, "%block", TEARS)) as index:
        code.store(code.load(_column(code, "%row", tears, index)), code.element("%into", index))
    code.line("ret void")
    return code.text()


def _finite() -> str:
    """Whether what stands in some columns of a row is finite: nought times it is nought."""
    code = Code("internal i1 @finite(ptr %row, ptr %columns, i64 %count)")
    total = code.variable("double", _NOUGHT)
    with code.loop("0", "%count") as index:
        nothing = code.let(f"fmul double {code.load(_column(code, '%row', '%columns', index))}, {_NOUGHT}")
        code.store(code.let(f"fadd double {code.load(total)}, {nothing}"), total)
    code.line(f"ret i1 {code.let(f'fcmp ord double {code.load(total)}, {_NOUGHT}')}")
    return code.text()


def _eliminate() -> str:
    """LU with partial pivoting of a k by k matrix with its right side, in place; 0, or the status of a singular one."""
    code = Code("internal i64 @eliminate(ptr %a, ptr %x, ptr %rows, ptr %columns, i64 %k)")
    singular = str(int(Status.SINGULAR))
    with code.loop("0", "%k") as index:
        code.store(_NOUGHT, code.element("%columns", index))
    with code.loop("0", "%k") as i:
        largest = code.variable("double", _NOUGHT)
        line = code.element("%a", _product(code, i, "%k"))
        with code.loop("0", "%k") as j:
            size = code.size_of(code.at(line, j))
            code.store(code.larger(code.load(largest), size), largest)
            column = code.element("%columns", j)
            code.store(code.larger(code.load(column), size), column)
        code.store(code.load(largest), code.element("%rows", i))
    with code.loop("0", "%k") as k:
        pivot_line, place = _pivot(code, k)
        pivot = code.at(pivot_line, k)
        size = code.size_of(pivot)
        row, column = code.at("%rows", place), code.at("%columns", k)
        smaller = code.let(f"call double @llvm.minimum.f64(double {row}, double {column})")
        least = code.let(f"fmul double {smaller}, {number(SINGULARITY)}")
        code.give(code.let(f"fcmp ule double {size}, {least}"), singular)
        code.give(code.let(f"fcmp uge double {size}, {_INFINITY}"), singular)
        with code.when(code.let(f"icmp ne i64 {place}, {k}")):
            _swap_lines(code, k, place)
        line = code.element("%a", _product(code, k, "%k"))
        below = _sum(code, k, "1")
        with code.loop(below, "%k") as i:
            other = code.element("%a", _product(code, i, "%k"))
            factor = code.let(f"fdiv double {code.at(other, k)}, {pivot}")
            with code.loop(below, "%k") as j:
                _take_away(code, code.element(other, j), factor, code.at(line, j))
            _take_away(code, code.element("%x", i), factor, code.at("%x", k))
    code.line("ret i64 0")
    return code.text()


def _pivot(code: Code, k: str) -> tuple[str, str]:
    """The line of the largest entry of column k at or below the diagonal, and its number."""
    best = code.variable("double", number(-1.0))
    place = code.variable("i64", k)
    with code.loop(k, "%k") as i:
        size = code.size_of(code.at("%a", _sum(code, _product(code, i, "%k"), k)))
        with code.when(code.let(f"fcmp ogt double {size}, {code.load(best)}")):
            code.store(size, best)
            code.store(i, place, "i64")
    found = code.load(place, "i64")
    return code.element("%a", _product(code, found, "%k")), found


def _swap_lines(code: Code, k: str, place: str) -> None:
    one, other = (code.element("%a", _product(code, line, "%k")) for line in (k, place))
    with code.loop("0", "%k") as j:
        _swap(code, code.element(one, j), code.element(other, j))
    for vector in ("%x", "%rows"):
        _swap(code, code.element(vector, k), code.element(vector, place))


def _swap(code: Code, one: str, other: str) -> None:
    a, b = code.load(one), code.load(other)
    code.store(b, one)
    code.store(a, other)


def _take_away(code: Code, where: str, factor: str, value: str) -> None:
    product = code.let(f"fmul double {factor}, {value}")
    code.store(code.let(f"fsub double {code.load(where)}, {product}"), where)


def _substitute() -> str:
    """Back substitution; 0, or the status of a solution that is not finite."""
    code = Code("internal i64 @substitute(ptr %a, ptr %x, i64 %k)")
    total = code.variable("double", _NOUGHT)
    with code.loop("0", "%k") as index:
        k = code.let(f"sub i64 {code.let('sub i64 %k, 1')}, {index}")
        line = code.element("%a", _product(code, k, "%k"))
        where = code.element("%x", k)
        with code.loop(_sum(code, k, "1"), "%k") as j:
            _take_away(code, where, code.at(line, j), code.at("%x", j))
        value = code.let(f"fdiv double {code.load(where)}, {code.at(line, k)}")
        code.store(value, where)
        nothing = code.let(f"fmul double {value}, {_NOUGHT}")
        code.store(code.let(f"fadd double {code.load(total)}, {nothing}"), total)
    code.give(code.let(f"fcmp uno double {code.load(total)}, {_NOUGHT}"), str(int(Status.SINGULAR)))
    code.line("ret i64 0")
    return code.text()


def _take_step() -> str:
    """Moves the tears to here + part * step and gives the norm there, by the size of the tears here."""
    code = Code(
        "internal double @take_step(ptr %row, ptr %par, ptr %cell, ptr %block, ptr %here, ptr %step, double %part)"
    )
    count = _word(code, "%block", TEARS)
    tears = _pointer(code, "%block", TEAR_COLUMNS)
    with code.loop("0", count) as index:
        move = code.let(f"fmul double %part, {code.at('%step', index)}")
        value = code.let(f"fadd double {code.at('%here', index)}, {move}")
        code.store(value, _column(code, "%row", tears, index))
    code.line(f"call void {_pointer(code, '%block', MOVING)}(ptr %row, ptr %par, ptr %cell)")
    code.line(f"ret double {code.let('call double @norm(ptr %here, ptr %cell, ptr %block)')}")
    return code.text()


def _newton() -> str:
    """Newton's method on the tears of a block; the status. norm and iterations are left where they are pointed at."""
    head = (
        "ptr %row, ptr %par, ptr %cell, ptr %block, double %tolerance, i64 %most, ptr %norm, ptr %iterations"
    )
    code = Code(f"internal i64 @newton({head})")
    count = _word(code, "%block", TEARS)
    residuals = _cell(code, "%cell", "%block", RESIDUALS)
    jacobian = _cell(code, "%cell", "%block", JACOBIAN)
    squared = _product(code, count, count)
    matrix = _cell(code, "%cell", "%block", WORK)
    step = code.element(matrix, squared)
    here = code.element(step, count)
    rows = code.element(here, count)
    columns = code.element(rows, count)
    moved = f"ptr %row, ptr %par, ptr %cell, ptr %block, ptr {here}, ptr {step}"
    measure = f"call double @norm(ptr {here}, ptr %cell, ptr %block)"
    gather = f"call void @gather(ptr %row, ptr %block, ptr {here})"
    failed = int(Status.NO_CONVERGENCE)
    code.line(f"call void {_pointer(code, '%block', MOVING)}(ptr %row, ptr %par, ptr %cell)")
    code.line(gather)
    code.store(code.let(measure), "%norm")
    nowhere = code.let(f"fcmp uge double {code.load('%norm')}, {_INFINITY}")
    code.give(nowhere, str(int(Status.NOT_FINITE_AT_START)))
    jumps = code.variable("i64", "0")
    taken = code.variable("i64", "0")
    part, whole = code.variable("double", _ONE), code.variable("double", _ONE)
    again, go_on, shorter, longer, worse, arrived, ended = (code.label() for _ in range(7))
    code.go(again)

    code.place(again)
    norm = code.load("%norm")
    code.branch(code.let(f"fcmp ole double {norm}, %tolerance"), ended, go_on)
    code.place(go_on)
    code.give(code.let(f"icmp sge i64 {code.load(taken, 'i64')}, %most"), str(failed))
    code.line(f"call void {_pointer(code, '%block', SLOPES)}(ptr %row, ptr %par, ptr %cell)")
    with code.loop("0", squared) as index:
        code.store(code.at(jacobian, index), code.element(matrix, index))
    with code.loop("0", count) as index:
        code.store(code.let(f"fneg double {code.at(residuals, index)}"), code.element(step, index))
    eliminate = f"@eliminate(ptr {matrix}, ptr {step}, ptr {rows}, ptr {columns}, i64 {count})"
    for call in (eliminate, f"@substitute(ptr {matrix}, ptr {step}, i64 {count})"):
        singular = code.let(f"call i64 {call}")
        code.give(code.let(f"icmp ne i64 {singular}, 0"), singular)
    for counter in (taken, "%iterations"):
        code.store(_sum(code, code.load(counter, "i64"), "1"), counter, "i64")
    small = _small(code, here, step, count)
    tries = code.let(f"select i1 {small}, double {number(1.0)}, double {number(0.5**HALVINGS)}")
    code.store(_ONE, part)
    code.go(shorter)

    code.place(shorter)
    length = code.load(part)
    better = code.let(f"call double @take_step({moved}, double {length})")
    with code.when(code.let(f"fcmp oeq double {length}, {_ONE}")):
        code.store(better, whole)
    code.branch(code.let(f"fcmp olt double {better}, {norm}"), arrived, longer)
    code.place(longer)
    half = code.let(f"fmul double {length}, {number(0.5)}")
    code.store(half, part)
    code.branch(code.let(f"fcmp oge double {half}, {tries}"), shorter, worse)

    code.place(worse)
    large = code.let(f"xor i1 {small}, true")
    code.store(_sum(code, code.load(jumps, "i64"), code.let(f"zext i1 {large} to i64")), jumps, "i64")
    few = code.let(f"icmp sle i64 {code.load(jumps, 'i64')}, {JUMPS}")
    known = code.let(f"fcmp olt double {code.load(whole)}, {_INFINITY}")
    jump = code.let(f"and i1 {large}, {code.let(f'and i1 {few}, {known}')}")
    where = code.let(f"select i1 {jump}, double {_ONE}, double {_NOUGHT}")
    code.let(f"call double @take_step({moved}, double {where})")
    lost = code.let(f"and i1 {large}, {code.let(f'xor i1 {jump}, true')}")
    code.give(lost, str(failed))
    code.go(arrived)

    code.place(arrived)
    code.line(gather)
    code.store(code.let(measure), "%norm")
    code.branch(small, ended, again)

    code.place(ended)
    steps = _pointer(code, "%block", STEP_COLUMNS)
    finite = code.let(f"call i1 @finite(ptr %row, ptr {steps}, i64 {_word(code, '%block', STEPS)})")
    status = code.let(f"select i1 {finite}, i64 {int(Status.SOLVED)}, i64 {int(Status.NOT_FINITE)}")
    code.line(f"ret i64 {status}")
    return code.text()


def _small(code: Code, here: str, step: str, count: str) -> str:
    """Whether each step is but a rounding of its tear."""
    small = code.variable("i1", "true")
    with code.loop("0", count) as index:
        scale = code.larger(code.size_of(code.at(here, index)), _ONE)
        bound = code.let(f"fmul double {scale}, {number(ROUNDING)}")
        held = code.let(f"fcmp ole double {code.size_of(code.at(step, index))}, {bound}")
        code.store(code.let(f"and i1 {code.load(small, 'i1')}, {held}"), small, "i1")
    return code.load(small, "i1")


def _block() -> str:
    """One block of one period; the status. %before: the row before, or null at the first row of the data."""
    head = (
        "ptr %row, ptr %before, ptr %par, ptr %cell, ptr %block, double %tolerance, i64 %most, i64 %previous"
    )
    code = Code(f"internal i64 @solve_block({head}, ptr %norm, ptr %iterations)")
    code.line(f"call void {_pointer(code, '%block', STILL)}(ptr %row, ptr %par, ptr %cell)")
    count = _word(code, "%block", TEARS)
    tears = _pointer(code, "%block", TEAR_COLUMNS)
    newton = (
        "call i64 @newton(ptr %row, ptr %par, ptr %cell, ptr %block, double %tolerance, i64 %most, "
        "ptr %norm, ptr %iterations)"
    )
    torn, plain, from_before, start = (code.label() for _ in range(4))
    code.branch(code.let(f"icmp eq i64 {count}, 0"), plain, torn)
    code.place(plain)
    steps = _pointer(code, "%block", STEP_COLUMNS)
    finite = code.let(f"call i1 @finite(ptr %row, ptr {steps}, i64 {_word(code, '%block', STEPS)})")
    code.store(code.let(f"select i1 {finite}, double {_NOUGHT}, double {number(float('nan'))}"), "%norm")
    code.line(
        f"ret i64 {code.let(f'select i1 {finite}, i64 {int(Status.SOLVED)}, i64 {int(Status.NOT_FINITE)}')}"
    )

    code.place(torn)
    chosen = code.let("icmp ne i64 %previous, 0")
    code.branch(chosen, from_before, start)
    code.place(from_before)
    _copy_tears(code, tears, count)
    code.line(f"ret i64 {code.let(newton)}")

    code.place(start)
    status = code.let(newton)
    code.give(code.let(f"icmp eq i64 {status}, {int(Status.SOLVED)}"), status)
    code.give(code.let("icmp eq ptr %before, null"), status)
    failed = code.load("%norm")
    _copy_tears(code, tears, count)
    second = code.let(newton)
    nowhere = code.let(f"icmp eq i64 {second}, {int(Status.NOT_FINITE_AT_START)}")
    with code.when(nowhere):
        code.store(failed, "%norm")
    code.line(f"ret i64 {code.let(f'select i1 {nowhere}, i64 {status}, i64 {second}')}")
    return code.text()


def _copy_tears(code: Code, tears: str, count: str) -> None:
    with code.loop("0", count) as index:
        code.store(code.load(_column(code, "%before", tears, index)), _column(code, "%row", tears, index))


def _solve_rows() -> str:
    """Periods first .. stop - 1, block by block, until one fails; %result as `RESULT_WORDS` says."""
    head = (
        "ptr %data, i64 %width, i64 %first, i64 %stop, ptr %par, ptr %cell, ptr %blocks, i64 %count, "
        "double %tolerance, i64 %most, i64 %previous, ptr %result"
    )
    code = Code(f"i64 @solve_rows({head})")
    iterations = code.element("%result", "3", "i64")
    largest = code.element("%result", "4")
    for word, value in enumerate(("0", "-1", "-1", "0")):
        code.store(value, code.element("%result", str(word), "i64"), "i64")
    code.store(_NOUGHT, largest)
    norm = code.variable("double", _NOUGHT)
    with code.loop("%first", "%stop") as row:
        start = code.element("%data", _product(code, row, "%width"))
        back = code.element(start, code.let("sub i64 0, %width"))
        before = code.let(f"select i1 {code.let(f'icmp eq i64 {row}, 0')}, ptr null, ptr {back}")
        with code.loop("0", "%count") as place:
            block = code.element("%blocks", _product(code, place, str(WORDS)), "i64")
            status = code.let(
                f"call i64 @solve_block(ptr {start}, ptr {before}, ptr %par, ptr %cell, ptr {block}, "
                f"double %tolerance, i64 %most, i64 %previous, ptr {norm}, ptr {iterations})"
            )
            with code.when(code.let(f"icmp ne i64 {status}, 0")):
                for word, value in enumerate((status, row, place)):
                    code.store(value, code.element("%result", str(word), "i64"), "i64")
                code.store(code.load(norm), largest)
                code.give("true", status)
            code.store(code.larger(code.load(largest), code.load(norm)), largest)
    code.line("ret i64 0")
    return code.text()


def _replicate() -> str:
    """Independent copies one after the other, each in the same buffer of rows `%from` .. `%stop` - 1 of the data.

    For each: the rows of the baseline that are solved are copied in, shocks are set into their columns, the periods
    solved, and the columns to keep copied out. parameters: %par_step doubles from one copy to the next.
    """
    head = (
        "i64 %copies, ptr %data, ptr %buffer, i64 %width, i64 %first, i64 %stop, "
        "ptr %par, i64 %par_step, ptr %cell, ptr %blocks, i64 %count, double %tolerance, i64 %most, i64 %previous, "
        "ptr %shocked, i64 %shocks, ptr %values, ptr %kept, i64 %keep, ptr %out, ptr %results"
    )
    code = Code(f"i64 @replicate({head})")
    span = code.let("sub i64 %stop, %first")
    size = _product(code, _product(code, span, "%width"), "8")
    offset = _product(code, "%first", "%width")
    clean, used = code.element("%data", offset), code.element("%buffer", offset)
    with code.loop("0", "%copies") as copy:
        code.line(f"call void @llvm.memcpy.p0.p0.i64(ptr {used}, ptr {clean}, i64 {size}, i1 false)")
        given = code.element("%values", _product(code, copy, _product(code, span, "%shocks")))
        with code.loop("0", span) as row:
            line = code.element(used, _product(code, row, "%width"))
            values = code.element(given, _product(code, row, "%shocks"))
            with code.loop("0", "%shocks") as index:
                code.store(code.at(values, index), _column(code, line, "%shocked", index))
        parameters = code.element("%par", _product(code, copy, "%par_step"))
        result = code.element("%results", _product(code, copy, str(RESULT_WORDS)), "i64")
        code.let(
            f"call i64 @solve_rows(ptr %buffer, i64 %width, i64 %first, i64 %stop, ptr {parameters}, ptr %cell, "
            f"ptr %blocks, i64 %count, double %tolerance, i64 %most, i64 %previous, ptr {result})"
        )
        into = code.element("%out", _product(code, copy, _product(code, span, "%keep")))
        with code.loop("0", span) as row:
            line = code.element(used, _product(code, row, "%width"))
            place = code.element(into, _product(code, row, "%keep"))
            with code.loop("0", "%keep") as index:
                code.store(code.load(_column(code, line, "%kept", index)), code.element(place, index))
    code.line("ret i64 0")
    return code.text()
