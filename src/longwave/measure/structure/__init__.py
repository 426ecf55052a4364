"""Industry structure: how activity is divided, how fast that changes, and whether it has grown rigid."""
