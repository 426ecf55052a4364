"""How much `import longwave` costs beyond a bare interpreter."""

from measured import HEADER, measure

if __name__ == "__main__":
    bare, ours = measure("pass"), measure("import longwave")
    print(HEADER)
    print(bare.row("bare interpreter"))
    print(ours.row("import longwave"))
    print(f"\nimport longwave beyond a bare interpreter: {ours.median - bare.median:.3f} s")
