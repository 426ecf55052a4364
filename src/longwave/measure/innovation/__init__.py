"""The innovation cycle: what research yields, how old the knowledge is that it builds on, how long until it is used."""
