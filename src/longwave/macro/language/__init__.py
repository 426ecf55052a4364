"""The model language: grammar, typed tree, reading and writing."""
