"""What a model needs when it has left the house: rows to numbers, numbers to answers, with numpy, tokenizers and
onnxruntime alone.

Nothing here imports longwave or torch: an exported model carries these files with it as they are, and inside the house
they serve training and prediction too, so that both read and answer alike.
"""

from .predictor import Predictor as Predictor
from .refused import Refused as Refused
