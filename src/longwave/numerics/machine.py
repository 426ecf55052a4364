"""Machine code from LLVM's intermediate language, in this process.

Functions of the mathematics library are bound by the addresses that the C library of the platform gives them, so
that kernels find them on Linux, macOS and Windows alike. Where llvmlite cannot be imported, or makes no code for this
machine, `Unavailable` is raised and callers interpret instead.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
import threading
from functools import cache
from typing import Any

from longwave.numerics.kernel_cache import KernelCache, kernel_cache, key_of
from longwave.numerics.llvm import LIBRARY, PREFIX

_LOCK = threading.RLock()
"""LLVM's global tables are not to be changed by two threads at once."""


class Unavailable(Exception):
    """Nothing can be compiled here. `args[0]` says why."""


class Library:
    """Functions in machine code. They live as long as this object."""

    def __init__(self, engine: Any, from_cache: bool) -> None:
        self._engine = engine
        self.from_cache = from_cache

    def address(self, name: str) -> int:
        """Of a function, by its name in the text."""
        found = int(self._engine.get_function_address(name))
        if not found:
            raise Unavailable(f"no function {name}")
        return found


def library(text: str, *, level: int = 0, kept: KernelCache | None = None) -> Library:
    """The functions of a text, compiled now or found in the cache.

    level: 0 for straight code, which is as good as the graph that it came from and compiles several times faster
    so; 1 for code with loops and variables. Raises Unavailable where the machine cannot compile.
    """
    binding = _binding()
    with _LOCK:
        kept = kernel_cache() if kept is None else kept
        cpu, features, triple = _host()
        key = key_of(text, triple, cpu, features, _version(), str(level))
        content = kept.read(key)
        found = content is not None
        try:
            content = _object_code(binding, text, level) if content is None else content
            loaded = _loaded(content)
        except RuntimeError as error:
            raise Unavailable(str(error)) from error
        if not found:
            kept.write(key, content)
        return Library(loaded, found)


def _object_code(binding: Any, text: str, level: int) -> bytes:
    module = binding.parse_assembly(text)
    machine = _machine(level)
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    if level > 0:
        options = binding.create_pipeline_tuning_options(speed_level=level)
        passes = binding.create_new_module_pass_manager()
        passes.add_sroa_pass()  # variables of loops into registers; more passes take longer and gain nothing here
        passes.run(module, binding.create_pass_builder(machine, options))
    return bytes(machine.emit_object(module))


def _loaded(content: bytes) -> Any:
    binding = _binding()
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), _machine(1, fresh=True))
    engine.add_object_file(binding.object_file.ObjectFileRef.from_data(content))
    engine.finalize_object()
    return engine


@cache
def _machine_of(level: int) -> Any:
    return _machine(level, fresh=True)


def _machine(level: int, *, fresh: bool = False) -> Any:
    """The compiler's back end. One that is handed to an engine belongs to it and is not used again."""
    if not fresh:
        return _machine_of(level)
    binding = _binding()
    cpu, features, triple = _host()
    return binding.Target.from_triple(triple).create_target_machine(
        cpu=cpu, features=features, opt=level, reloc="default", codemodel="jitdefault", jit=True
    )


@cache
def _host() -> tuple[str, str, str]:
    binding = _binding()
    try:
        features = binding.get_host_cpu_features().flatten()
    except RuntimeError:
        features = ""
    return binding.get_host_cpu_name(), features, binding.get_process_triple()


@cache
def _version() -> str:
    import llvmlite

    return str(llvmlite.__version__)


@cache
def _binding() -> Any:
    """llvmlite's binding, with the target made ready and the library functions bound."""
    try:
        import llvmlite.binding as binding
    except (ImportError, OSError) as error:
        raise Unavailable(str(error)) from error
    if not hasattr(binding, "create_new_module_pass_manager"):
        raise Unavailable("llvmlite is too old")
    try:
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
    except RuntimeError as error:
        raise Unavailable(str(error)) from error
    for name, address in _addresses().items():
        binding.add_symbol(PREFIX + name, address)
    return binding


def _addresses() -> dict[str, int]:
    """Where the C library keeps its functions. Raises Unavailable where one is missing."""
    found = {}
    for name in LIBRARY.values():
        for place in _c_libraries():
            try:
                found[name] = ctypes.cast(getattr(place, name), ctypes.c_void_p).value or 0
                break
            except AttributeError:
                continue
        else:
            raise Unavailable(f"the C library has no {name}")
    return found


@cache
def _c_libraries() -> tuple[ctypes.CDLL, ...]:
    names: list[str | None]
    if sys.platform == "win32":
        names = ["ucrtbase", "msvcrt"]
    elif sys.platform == "darwin":
        names = ["/usr/lib/libSystem.B.dylib", None]
    else:
        names = ["libm.so.6", ctypes.util.find_library("m"), None]
    places = []
    for name in dict.fromkeys(names):
        try:
            places.append(ctypes.CDLL(name))
        except OSError:
            continue
    return tuple(places)
