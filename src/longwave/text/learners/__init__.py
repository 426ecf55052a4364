"""What learns: models with their heads, by family, alone or several together."""
