"""Pictures of a mesh, in the comments that PrusaSlicer puts at the head of its G-code.

PrusaSlicer draws thumbnails with its window's OpenGL; started from a command line it leaves them out, so they
are drawn here and put where its own would stand.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .mesh import Triangle

Pixels = NDArray[np.float64]

OVERSAMPLING = 4
COLOUR = np.array([237.0, 170.0, 60.0])
LIGHT = np.array([-0.35, -0.75, 0.9])
TURN_DEGREES = 35.0
TILT_DEGREES = 25.0
LINE_CHARACTERS = 78


def view() -> Pixels:
    """Rotation from the mesh's axes to right, up and towards the eye."""
    turn, tilt = np.radians(TURN_DEGREES), np.radians(TILT_DEGREES)
    around = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    down = np.array([[1, 0, 0], [0, np.sin(tilt), np.cos(tilt)], [0, -np.cos(tilt), np.sin(tilt)]])
    turned: Pixels = down @ around
    return turned


def draw(mesh: Sequence[Triangle], width_px: int, height_px: int) -> Image.Image:
    """The mesh in one colour on nothing, as large as fits."""
    size = np.array([width_px, height_px]) * OVERSAMPLING
    corners = np.array(mesh)
    seen = corners @ view().T
    low, high = seen.reshape(-1, 3).min(axis=0), seen.reshape(-1, 3).max(axis=0)
    scale = 0.92 * min(size / (high - low)[:2])
    seen = (seen - (low + high) / 2) * scale + np.array([size[0] / 2, size[1] / 2, 0])
    canvas = np.zeros((size[1], size[0], 4))
    depth = np.full((size[1], size[0]), -np.inf)
    for flat, body in zip(seen, corners):
        fill(canvas, depth, flat, shade(body))
    picture = Image.fromarray(canvas[::-1].astype(np.uint8), "RGBA")
    return picture.resize((width_px, height_px), Image.Resampling.LANCZOS)


def shade(triangle: Pixels) -> float:
    normal = np.cross(triangle[1] - triangle[0], triangle[2] - triangle[0])
    lit = float(normal @ LIGHT / (np.linalg.norm(normal) * np.linalg.norm(LIGHT) + 1e-12))
    return 0.35 + 0.65 * max(lit, 0.0)


def fill(canvas: Pixels, depth: Pixels, triangle: Pixels, brightness: float) -> None:
    """One triangle into the picture, where nothing nearer stands already."""
    left, bottom = np.floor(triangle[:, :2].min(axis=0)).astype(int)
    right, top = np.ceil(triangle[:, :2].max(axis=0)).astype(int) + 1
    x, y = np.meshgrid(np.arange(left, right), np.arange(bottom, top))
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = triangle
    area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    if abs(area) < 1e-9:
        return
    b = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
    c = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
    z = az + b * (bz - az) + c * (cz - az)
    window = (slice(bottom, top), slice(left, right))
    nearer = (b >= 0) & (c >= 0) & (b + c <= 1) & (z > depth[window])
    depth[window][nearer] = z[nearer]
    canvas[window][nearer] = [*(COLOUR * brightness), 255]


def comment(picture: Image.Image) -> str:
    """A thumbnail block: `thumbnail begin WIDTHxHEIGHT CHARACTERS`, base64 of a PNG, `thumbnail end`."""
    png = io.BytesIO()
    picture.save(png, "PNG", optimize=True)
    text = base64.b64encode(png.getvalue()).decode()
    lines = [text[i : i + LINE_CHARACTERS] for i in range(0, len(text), LINE_CHARACTERS)]
    head = f"thumbnail begin {picture.width}x{picture.height} {len(text)}"
    return "".join(f"; {line}\n" for line in [head, *lines, "thumbnail end"]) + ";\n"
