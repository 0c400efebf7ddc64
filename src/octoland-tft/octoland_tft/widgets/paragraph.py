"""Words as high as they need."""

from __future__ import annotations

from octoland_tft.layout import load_beside
from octoland_tft.widgets.text import Text, height_of


class Paragraph(Text):
    """Wrapped to its width, which its parent gives; takes no room while it has no text."""

    def high(self) -> float:
        """The height in pixels of the text at its preferred size."""
        if not self.text or self.width < 2:
            return 0.0
        return height_of(self.text, int(self.preferred_px), int(self.width), self.bold, self.line_height) + 1


load_beside(__file__)
