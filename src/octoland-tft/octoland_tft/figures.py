"""Figures, times and sizes as the screen's language writes them.

The catalogues hold the patterns and the names of days and months: five languages need no more, and a library
of all the world's costs a Pi 30 MB on its card.
"""

from __future__ import annotations

import time
from typing import Optional

from octoland_tft.language import N_, pgettext
from octoland_tft.language import gettext as _

DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
# A line is never broken between a figure and its unit.
HARD_SPACE = "\u00a0"
UNKNOWN = "\u2013"

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86400
_SIZES = ((1e9, N_("{size} GB")), (1e6, N_("{size} MB")), (1e3, N_("{size} kB")), (1, N_("{size} bytes")))


def number(value: float, decimals: int = 0) -> str:
    return f"{value:.{decimals}f}".replace(".", pgettext("decimal separator", "."))


def short_number(value: float, decimals: int) -> str:
    """Without the noughts behind the separator: "0.2", "1"."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", pgettext("decimal separator", "."))


def percent(value: Optional[float]) -> str:
    return UNKNOWN if value is None else f"{value:.0f}{HARD_SPACE}%"


def degrees(value: Optional[float], decimals: int = 0) -> str:
    """A heater's temperature: "210°"."""
    return UNKNOWN if value is None else f"{number(value, decimals)}°"


def degrees_celsius(value: Optional[float]) -> str:
    """A machine's temperature: "52 °C"."""
    return UNKNOWN if value is None else f"{value:.0f}{HARD_SPACE}°C"


def duration(seconds: float) -> str:
    """To the minute, and to the hour where there are days: "1 h 54 min"."""
    minutes = round(max(0.0, seconds) / _MINUTE_S)
    if seconds < _MINUTE_S:
        return _("{seconds} s").format(seconds=round(max(0.0, seconds))).replace(" ", HARD_SPACE)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        pattern = _("{days} d {hours} h")
    elif hours:
        pattern = _("{hours} h {minutes} min")
    else:
        pattern = _("{minutes} min")
    return pattern.format(days=days, hours=hours, minutes=minutes).replace(" ", HARD_SPACE)


def clock(time_s: float) -> str:
    """The time of day: "14:32"."""
    return time.strftime("%H:%M", time.localtime(time_s))


def date(time_s: float) -> str:
    """The day: "Sat 21 Nov"."""
    then = time.localtime(time_s)
    return _("{weekday} {day} {month}").format(
        weekday=_(DAYS[then.tm_wday]), day=then.tm_mday, month=_(MONTHS[then.tm_mon - 1])
    )


def moment(time_s: float, now_s: float) -> str:
    """When something was: "today 13:05", "yesterday 21:40", "21 Nov 13:05", "21 Nov 2025"."""
    then, now = time.localtime(time_s), time.localtime(now_s)
    day_before = time.localtime(now_s - _DAY_S)
    if then[:3] == now[:3]:
        return _("today {clock}").format(clock=clock(time_s))
    if then[:3] == day_before[:3]:
        return _("yesterday {clock}").format(clock=clock(time_s))
    month = _(MONTHS[then.tm_mon - 1])
    if then.tm_year == now.tm_year:
        return _("{day} {month} {clock}").format(day=then.tm_mday, month=month, clock=clock(time_s))
    return _("{day} {month} {year}").format(day=then.tm_mday, month=month, year=then.tm_year)


def size(size_bytes: float) -> str:
    """In decimal units, as cards and drives are sold: "12.4 GB"."""
    unit, pattern = next((unit for unit in _SIZES if size_bytes >= unit[0]), _SIZES[-1])
    decimals = 1 if unit >= 1e6 else 0
    return _(pattern).format(size=number(size_bytes / unit, decimals)).replace(" ", HARD_SPACE)


def millimetres(value: float) -> str:
    return f"{short_number(value, 2)}{HARD_SPACE}mm"


def filament(length_mm: Optional[float], weight_g: Optional[float]) -> str:
    """How much a print takes: its weight where it is known, else its length; "" where neither is."""
    if weight_g is not None:
        return f"{short_number(weight_g, 0 if weight_g >= 10 else 1)}{HARD_SPACE}g"
    if length_mm is not None:
        return f"{number(length_mm / 1000, 1)}{HARD_SPACE}m"
    return ""
