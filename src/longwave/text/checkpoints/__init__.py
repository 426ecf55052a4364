"""What is kept of a model: its folder, its card, the marks of its rows, and how it is judged again."""
