"""What can be touched."""

from __future__ import annotations

from octoland_tft.kivy_api import BooleanProperty, ButtonBehavior, StringProperty, Touch, Widget


class Target(ButtonBehavior, Widget):
    """Something that a touch does something to; `target_id` names it for tests and for the map of the page.

    While `disabled` or `still` it takes no touch.
    """

    target_id = StringProperty("")
    still = BooleanProperty(False)

    def on_touch_down(self, touch: Touch) -> bool:
        if self.still:
            return False
        return bool(super().on_touch_down(touch))
