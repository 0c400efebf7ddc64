"""The icons that the screen uses, by the names that Google's Material Icons give them.

Kivy draws no ligatures, so a name is looked up here. Source: `_variables.scss` of Debian's
fonts-material-design-icons-iconfont 6.7.0.
"""

from __future__ import annotations

from octoland_tft import theme

CODEPOINTS = {
    "ac_unit": 0xEB3B,
    "arrow_back": 0xE5C4,
    "backspace": 0xE14A,
    "build": 0xE869,
    "chat_bubble_outline": 0xE0CB,
    "check": 0xE5CA,
    "chevron_right": 0xE5CC,
    "close": 0xE5CD,
    "cloud_off": 0xE2C1,
    "error_outline": 0xE001,
    "file_download": 0xE2C4,
    "file_upload": 0xE2C6,
    "folder": 0xE2C7,
    "help_outline": 0xE8FD,
    "home": 0xE88A,
    "hourglass_empty": 0xE88B,
    "info_outline": 0xE88F,
    "insert_drive_file": 0xE24D,
    "keyboard_arrow_down": 0xE313,
    "keyboard_arrow_left": 0xE314,
    "keyboard_arrow_right": 0xE315,
    "keyboard_arrow_up": 0xE316,
    "lock_outline": 0xE899,
    "more_horiz": 0xE5D3,
    "open_with": 0xE89F,
    "pause": 0xE034,
    "play_arrow": 0xE037,
    "power_settings_new": 0xE8AC,
    "print": 0xE8AD,
    "radio_button_checked": 0xE837,
    "radio_button_unchecked": 0xE836,
    "refresh": 0xE5D5,
    "schedule": 0xE8B5,
    "sd_storage": 0xE1C2,
    "settings": 0xE8B8,
    "sort": 0xE164,
    "stop": 0xE047,
    "sync_problem": 0xE629,
    "translate": 0xE8E2,
    "usb": 0xE1E0,
    "view_in_ar": 0xE9FE,
    "vpn_key": 0xE0DA,
    "warning": 0xE002,
    "whatshot": 0xE80E,
}

# For the icons that stand without a word, where their font is missing.
STAND_INS = {
    "arrow_back": "<",
    "backspace": "DEL",
    "check": "OK",
    "chevron_right": ">",
    "close": "X",
    "keyboard_arrow_down": "v",
    "keyboard_arrow_left": "<",
    "keyboard_arrow_right": ">",
    "keyboard_arrow_up": "^",
    "more_horiz": "...",
}


def glyph(name: str) -> str:
    """The text that draws an icon in the font `font()`; "" for no icon."""
    if not name:
        return ""
    return chr(CODEPOINTS[name]) if theme.HAS_ICONS else STAND_INS.get(name, "")


def font() -> str:
    return theme.ICON_FONT if theme.HAS_ICONS else "Roboto"
