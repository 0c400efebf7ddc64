"""Kivy as the screen uses it, typed: Kivy itself carries no types, so every import of it goes through here.

At run time these are Kivy's own names. What is declared is what we use, of what Kivy 2.1 and later share.
"""

# ruff: noqa: N802

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Callable, Optional, Protocol, TypeVar

    Value = TypeVar("Value")

    class EventDispatcher:
        def __init__(self, **kwargs: Any) -> None: ...
        def bind(self, **kwargs: Callable[..., object]) -> None: ...
        def unbind(self, **kwargs: Callable[..., object]) -> None: ...
        def fbind(self, name: str, function: Callable[..., object], *args: Any) -> int: ...
        def funbind(self, name: str, function: Callable[..., object], *args: Any) -> None: ...
        def property(self, name: str, quiet: bool = False) -> Any: ...
        def register_event_type(self, event_type: str) -> None: ...
        def dispatch(self, event_type: str, *args: Any) -> bool: ...

    class ClockEvent:
        def __call__(self, *args: Any) -> None: ...
        def cancel(self) -> None: ...

    class Touch(Protocol):
        x: float
        y: float
        pos: tuple[float, float]
        is_mouse_scrolling: bool
        grab_current: Optional[Widget]

        def grab(self, widget: Widget) -> None: ...
        def ungrab(self, widget: Widget) -> None: ...

    class Texture:
        size: tuple[int, int]
        width: int
        height: int
        mag_filter: str
        min_filter: str

        @staticmethod
        def create(
            size: tuple[int, int] = (128, 128), colorfmt: str = "rgba", bufferfmt: str = "ubyte"
        ) -> Texture: ...
        def blit_buffer(self, data: bytes, colorfmt: str = "rgb", bufferfmt: str = "ubyte") -> None: ...

    class Widget(EventDispatcher):
        x: float
        y: float
        pos: Any
        width: float
        height: float
        size: Any
        right: float
        top: float
        center: Any
        center_x: float
        center_y: float
        size_hint: Any
        size_hint_x: Optional[float]
        size_hint_y: Optional[float]
        pos_hint: dict[str, Any]
        opacity: float
        disabled: bool
        ids: Any
        parent: Optional[Widget]
        children: list[Widget]
        canvas: Any
        cls: Any

        def add_widget(self, widget: Widget, index: int = 0, canvas: Optional[str] = None) -> None: ...
        def remove_widget(self, widget: Widget) -> None: ...
        def clear_widgets(self, children: Optional[list[Widget]] = None) -> None: ...
        def walk(self, restrict: bool = False, loopback: bool = False) -> Sequence[Widget]: ...
        def collide_point(self, x: float, y: float) -> bool: ...
        def to_window(
            self, x: float, y: float, initial: bool = True, relative: bool = False
        ) -> tuple[float, float]: ...
        def to_widget(self, x: float, y: float, relative: bool = False) -> tuple[float, float]: ...
        def get_root_window(self) -> Optional[Any]: ...
        def on_touch_down(self, touch: Touch) -> Optional[bool]: ...
        def on_touch_move(self, touch: Touch) -> Optional[bool]: ...
        def on_touch_up(self, touch: Touch) -> Optional[bool]: ...
        def export_to_png(self, filename: str) -> bool: ...

    class Layout(Widget):
        padding: Any
        spacing: Any
        minimum_width: float
        minimum_height: float

        def do_layout(self, *largs: Any) -> None: ...

    class BoxLayout(Layout):
        orientation: str

    class GridLayout(Layout):
        cols: Optional[int]
        rows: Optional[int]

    class FloatLayout(Layout): ...

    class RelativeLayout(FloatLayout): ...

    class AnchorLayout(Layout):
        anchor_x: str
        anchor_y: str

    class ScrollView(Widget):
        scroll_x: float
        scroll_y: float

    class Label(Widget):
        text: str
        color: Any
        font_size: float
        font_name: str
        texture: Optional[Texture]
        texture_size: Any
        text_size: Any
        halign: str
        valign: str
        markup: bool
        shorten: bool
        line_height: float
        bold: bool

        def texture_update(self, *largs: Any) -> None: ...

    class Image(Widget):
        source: str
        texture: Optional[Texture]

    class ButtonBehavior(EventDispatcher):
        state: str
        always_release: bool

        def on_press(self) -> None: ...
        def on_release(self) -> None: ...
        def trigger_action(self, duration: float = 0.1) -> None: ...

    class App(EventDispatcher):
        root: Optional[Widget]

        @staticmethod
        def get_running_app() -> Any: ...
        def build(self) -> Optional[Widget]: ...
        def on_start(self) -> None: ...
        def on_stop(self) -> None: ...
        def run(self) -> None: ...
        def stop(self) -> None: ...
        def load_kv(self, filename: Optional[str] = None) -> object: ...

    class Animation(EventDispatcher):
        def start(self, widget: Widget) -> None: ...
        def stop(self, widget: Widget) -> None: ...
        def cancel(self, widget: Widget) -> None: ...
        @staticmethod
        def cancel_all(widget: Widget, *properties: str) -> None: ...

    class ExceptionHandler:
        def handle_exception(self, inst: BaseException) -> int: ...

    # A property of Kivy's behaves as an attribute of its value's type.
    def StringProperty(defaultvalue: str = "", **kwargs: Any) -> str: ...
    def NumericProperty(defaultvalue: float = 0, **kwargs: Any) -> float: ...
    def BooleanProperty(defaultvalue: bool = True, **kwargs: Any) -> bool: ...
    def ListProperty(defaultvalue: Sequence[Value] = (), **kwargs: Any) -> list[Value]: ...
    def ColorProperty(defaultvalue: Any = None, **kwargs: Any) -> Any: ...
    def ObjectProperty(defaultvalue: Any = None, **kwargs: Any) -> Any: ...
    def OptionProperty(defaultvalue: str, **kwargs: Any) -> str: ...
    def AliasProperty(getter: Callable[[Any], Value], setter: Any = None, **kwargs: Any) -> Value: ...

    Clock: Any
    Config: Any
    Builder: Any
    Cache: Any
    Window: Any
    Factory: Any
    ExceptionManager: Any
    EventLoop: Any
    LabelBase: Any
    CoreLabel: Any
    ClearBuffers: Any
    ClearColor: Any
    Color: Any
    Fbo: Any
    Ellipse: Any
    Line: Any
    Mesh: Any
    Rectangle: Any
    RoundedRectangle: Any
    SmoothLine: Any
    Tesselator: Any
    Triangle: Any
else:
    from kivy.animation import Animation
    from kivy.app import App
    from kivy.base import EventLoop, ExceptionHandler, ExceptionManager
    from kivy.cache import Cache
    from kivy.clock import Clock
    from kivy.config import Config
    from kivy.core.text import Label as CoreLabel
    from kivy.core.text import LabelBase
    from kivy.event import EventDispatcher
    from kivy.factory import Factory
    from kivy.graphics import (
        ClearBuffers,
        ClearColor,
        Color,
        Ellipse,
        Fbo,
        Line,
        Mesh,
        Rectangle,
        RoundedRectangle,
        SmoothLine,
        Triangle,
    )
    from kivy.graphics.tesselator import Tesselator
    from kivy.graphics.texture import Texture
    from kivy.lang import Builder
    from kivy.properties import (
        AliasProperty,
        BooleanProperty,
        ColorProperty,
        ListProperty,
        NumericProperty,
        ObjectProperty,
        OptionProperty,
        StringProperty,
    )
    from kivy.uix.anchorlayout import AnchorLayout
    from kivy.uix.behaviors import ButtonBehavior
    from kivy.uix.boxlayout import BoxLayout
    from kivy.uix.floatlayout import FloatLayout
    from kivy.uix.gridlayout import GridLayout
    from kivy.uix.image import Image
    from kivy.uix.label import Label
    from kivy.uix.layout import Layout
    from kivy.uix.relativelayout import RelativeLayout
    from kivy.uix.scrollview import ScrollView
    from kivy.uix.widget import Widget

    ClockEvent = Touch = object

    def __getattr__(name: str) -> object:
        """Kivy opens its window on import: only for those who want it, so that words can be read without."""
        if name == "Window":
            from kivy.core.window import Window  # noqa: PLC0415

            return Window
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "AliasProperty",
    "AnchorLayout",
    "Animation",
    "App",
    "BooleanProperty",
    "BoxLayout",
    "Builder",
    "ButtonBehavior",
    "Cache",
    "ClearBuffers",
    "ClearColor",
    "Clock",
    "ClockEvent",
    "Color",
    "ColorProperty",
    "Config",
    "CoreLabel",
    "Ellipse",
    "EventDispatcher",
    "EventLoop",
    "ExceptionHandler",
    "ExceptionManager",
    "Factory",
    "Fbo",
    "FloatLayout",
    "GridLayout",
    "Image",
    "Label",
    "LabelBase",
    "Layout",
    "Line",
    "ListProperty",
    "Mesh",
    "NumericProperty",
    "ObjectProperty",
    "OptionProperty",
    "Rectangle",
    "RelativeLayout",
    "RoundedRectangle",
    "ScrollView",
    "SmoothLine",
    "StringProperty",
    "Tesselator",
    "Texture",
    "Touch",
    "Triangle",
    "Widget",
    "Window",
]
