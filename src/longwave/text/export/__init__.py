"""Models made small and shipped: the graph in ONNX, eight bits, pruning, a package that runs without torch."""
