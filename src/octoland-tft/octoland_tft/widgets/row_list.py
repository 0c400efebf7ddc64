"""Lists of rows that are leafed through with large arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from octoland_tft import theme
from octoland_tft.kivy_api import (
    BooleanProperty,
    BoxLayout,
    Clock,
    GridLayout,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.widgets import button, icon, text  # noqa: F401 - the kv builds on them
from octoland_tft.widgets.target import Target


@dataclass(frozen=True)
class Row:
    """One row: what it is, a second line, an icon before and a sign behind. `tint`: `theme.TILES`.

    `mark` is a figure or letter in the icon's place.
    """

    id: str
    title: str
    note: str = ""
    icon: str = ""
    mark: str = ""
    sign: str = "chevron_right"
    tint: str = "calm"
    chosen: bool = False


class RowView(Target, BoxLayout):
    """Shows one `Row`."""

    title = StringProperty("")
    note = StringProperty("")
    icon = StringProperty("")
    mark = StringProperty("")
    sign = StringProperty("")
    tint = StringProperty("calm")
    chosen = BooleanProperty(False)
    text = StringProperty("")

    def show(self, row: Row, target_id: str) -> None:
        self.title, self.note, self.sign = row.title, row.note, row.sign
        self.icon, self.mark = row.icon, row.mark
        self.tint, self.chosen, self.text = row.tint, row.chosen, row.title
        self.target_id = target_id


class RowList(GridLayout):
    """As many rows as the height holds, from `first` on. Event: `on_choose(row)`.

    `name` begins the rows' target ids; rows of a list without a name are only read. Widgets are used again,
    so a list may be as long as it likes.
    """

    __events__ = ("on_choose",)

    name = StringProperty("row")
    row_height = NumericProperty(theme.ROW)
    first = NumericProperty(0)
    per_page = NumericProperty(1)
    total = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        self._lay_soon = Clock.create_trigger(self._lay, -1)
        self._listed: tuple[Row, ...] = ()
        self._views: list[RowView] = []
        kwargs.setdefault("cols", 1)
        super().__init__(**kwargs)
        for name in ("size", "first", "cols", "row_height"):
            self.fbind(name, self._lay_soon)

    def show(self, rows: Sequence[Row]) -> None:
        """Have these rows; the place in the list is kept as far as there still is one."""
        self._listed = tuple(rows)
        self.total = len(self._listed)
        self._lay_soon()

    def to_start(self) -> None:
        self.first = 0

    def leaf(self, pages: int) -> None:
        """Forward, or with a negative number back."""
        self.first = self._page_start(int(self.first) + pages * int(self.per_page))

    def position(self) -> str:
        """Which rows are seen: "1 to 3 of 9"."""
        last = min(self.first + self.per_page, self.total)
        return _("{first}–{last} of {total}").format(  # noqa: RUF001 - from one to the other
            first=int(self.first) + 1, last=int(last), total=int(self.total)
        )

    def on_choose(self, row: Row) -> None:
        """A row was touched."""

    def _page_start(self, at: int) -> int:
        per_page = max(1, int(self.per_page))
        last_start = max(0, (len(self._listed) - 1) // per_page * per_page)
        return max(0, min(at // per_page * per_page, last_start))

    def _lay(self, *_args: object) -> None:
        columns = self.cols or 1
        lines = max(1, int(self.height // self.row_height))
        self.per_page = lines * columns
        self.first = self._page_start(int(self.first))
        self._have_views(int(self.per_page))
        seen = self._listed[int(self.first) : int(self.first + self.per_page)]
        for place, view in enumerate(self._views):
            view.size_hint_y = None
            view.height = self.height / lines
            if place < len(seen):
                view.show(seen[place], self._target_id(int(self.first) + place))
            else:
                view.show(Row("", "", sign=""), "")
            view.still = place >= len(seen) or not self.name

    def _target_id(self, place: int) -> str:
        return f"{self.name}.{place}" if self.name else ""

    def _have_views(self, count: int) -> None:
        while len(self._views) > count:
            self.remove_widget(self._views.pop())
        while len(self._views) < count:
            view = RowView()
            view.bind(on_release=self._chosen)
            self._views.append(view)
            self.add_widget(view)

    def _chosen(self, view: RowView) -> None:
        place = int(self.first) + self._views.index(view)
        if place < len(self._listed):
            self.dispatch("on_choose", self._listed[place])


class ListArrows(BoxLayout):
    """The arrows beside a `RowList` or, `flat`, under it, and which rows are seen; gone where all are."""

    rows: RowList = ObjectProperty(None, allownone=True)
    position = StringProperty("")
    needed = BooleanProperty(False)
    flat = BooleanProperty(False)

    def on_rows(self, *_args: object) -> None:
        for name in ("first", "per_page", "total"):
            self.rows.fbind(name, self.tell)
        self.tell()

    def tell(self, *_args: object) -> None:
        self.needed = self.rows.total > self.rows.per_page
        self.position = self.rows.position()

    def at_start(self) -> bool:
        return self.rows is None or self.rows.first <= 0

    def at_end(self) -> bool:
        return self.rows is None or self.rows.first + self.rows.per_page >= self.rows.total


load_beside(__file__)
