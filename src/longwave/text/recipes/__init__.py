"""The recipes of the house: one TOML file each."""
