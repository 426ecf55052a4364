"""Text verbs: fine-tune with its page, predict into a file, evaluate, compare, export, explain."""
