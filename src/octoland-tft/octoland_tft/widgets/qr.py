"""A QR code, for an address that a phone is to open."""

from __future__ import annotations

import segno

from octoland_tft import theme
from octoland_tft.kivy_api import NumericProperty, ObjectProperty, StringProperty, Texture, Widget
from octoland_tft.layout import load_beside

_QUIET = 2  # modules of light about the code; the card's own light adds to it


class QrCode(Widget):
    """Shows `content` as large as whole pixels allow; nothing while it is empty."""

    content = StringProperty("")
    code = ObjectProperty(None, allownone=True)
    side = NumericProperty(0)

    def on_content(self, *_: object) -> None:
        if not self.content:
            self.code = None
            return
        matrix = segno.make(self.content, error="m", micro=False).matrix
        side = len(matrix) + 2 * _QUIET
        pixels = bytearray()
        light, dark = (bytes(round(255 * part) for part in colour) for colour in (theme.PEARL, theme.INK))
        for row in range(side - 1, -1, -1):
            for column in range(side):
                inside = _QUIET <= row < side - _QUIET and _QUIET <= column < side - _QUIET
                pixels += dark if inside and matrix[row - _QUIET][column - _QUIET] else light
        texture: Texture = Texture.create(size=(side, side), colorfmt="rgba")
        texture.mag_filter = "nearest"
        texture.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
        self.code = texture

    def drawn_side(self) -> float:
        """The side in pixels: a whole multiple of the code's modules."""
        if self.code is None:
            return 0
        modules: int = self.code.size[0]
        return modules * max(1, int(min(self.width, self.height) // modules))


load_beside(__file__)
