"""What a fine-tuned model must beat: majority, linear models, a tagger and an LSTM, and of tasks that answer or write what
is had for nothing (first sentences, the nearest one, the source, a reply looked up), fitted on the same rows.

`baseline` is the door (`BASELINES`, `for_task`, `load`); one file a baseline; `recurrent` is the only part that wants torch.
"""
