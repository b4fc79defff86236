"""Proposes a box for each face in bare pixels: CenterFace on onnxruntime (laptop, in the sandbox).

Source: Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point",
arXiv:1911.03599, and its reference decoder. Landmarks are not used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

MODEL = Path(__file__).with_name("model") / "centerface.onnx"
SIDE = 1024
"""Pixels of the longer side in which faces are sought: 280 MB of memory, a second on one core."""
THRESHOLD = 0.2
"""Lower than the usual 0.5: a box too many is taken away with one key."""
GROW = 0.35
"""A box is larger than its face by this part of it, half on each side: hair, ears, chin."""
_OVERLAP = 0.3  # of two boxes, from which on they are one face
_STRIDE = 4  # pixels of the picture for each cell of the heat map
_MULTIPLE = 32  # pixels: the network halves its input five times
_MOST = 400
# The model's file fixes batch and size of its input (10 × 3 × 32 × 32). The same bytes of protobuf
# with batch 1 and no size: field 2 (a name, empty) instead of field 1 (a number).
_FIXED = bytes.fromhex("0a02080a 0a020803 0a020820 0a020820")
_FREE = bytes.fromhex("0a020801 0a020803 0a021200 0a021200")

Floats = npt.NDArray[np.float32]
Face = tuple[float, float, float, float]


def find(rgb: bytes, width: int, height: int) -> list[Face]:
    """Return (left, top, width, height) of a box for each face, as fractions, surest first."""
    image = Image.frombytes("RGB", (width, height), rgb)
    image.thumbnail((SIDE, SIDE))
    width, height = image.size
    pixels = np.asarray(image, np.float32)
    down, right = -height % _MULTIPLE, -width % _MULTIPLE
    padded = np.pad(pixels, ((0, down), (0, right), (0, 0)))
    heat, scale, offset, _ = _session().run(None, {"input.1": padded.transpose(2, 0, 1)[None]})
    boxes = _boxes(heat[0, 0], scale[0], offset[0])
    return [face for box in boxes if (face := _fractions(_grown(box), width, height))]


def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    options.intra_op_num_threads = 2
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    model = MODEL.read_bytes().replace(_FIXED, _FREE)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _boxes(heat: Floats, scale: Floats, offset: Floats) -> list[Floats]:
    """Boxes (left, top, right, bottom) in pixels where the heat map is hot, surest first."""
    rows, columns = np.where(heat > THRESHOLD)
    order = np.argsort(-heat[rows, columns])[: 10 * _MOST]
    rows, columns = rows[order], columns[order]
    high, wide = (np.exp(scale[n, rows, columns]) * _STRIDE for n in (0, 1))
    middle_y = (rows + offset[0, rows, columns] + 0.5) * _STRIDE
    middle_x = (columns + offset[1, rows, columns] + 0.5) * _STRIDE
    left, top = middle_x - wide / 2, middle_y - high / 2
    found = np.stack([left, top, left + wide, top + high], axis=1)
    kept: list[Floats] = []
    for box in found:
        if len(kept) < _MOST and all(_overlap(box, other) < _OVERLAP for other in kept):
            kept.append(box)
    return kept


def _overlap(a: Floats, b: Floats) -> float:
    """Shared part of two boxes, of all they cover."""
    size = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = float(np.prod(np.maximum(size, 0)))
    both = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2])) - shared
    return shared / both if both > 0 else 0.0


def _grown(box: Floats) -> Floats:
    more = (box[2:] - box[:2]) * GROW / 2
    return np.concatenate([box[:2] - more, box[2:] + more])


def _fractions(box: Floats, width: int, height: int) -> Face | None:
    left, top = max(float(box[0]) / width, 0.0), max(float(box[1]) / height, 0.0)
    right, bottom = min(float(box[2]) / width, 1.0), min(float(box[3]) / height, 1.0)
    least = 1 / 1000  # of a picture: what is smaller shows nobody
    if right - left < least or bottom - top < least:
        return None
    return left, top, right - left, bottom - top
