"""The black ship: our own drawing, as lines on a sheet of 300 by 220 with y downwards and the water at 198.

She sails to the left with the wind from astern. An outline is a list of points, curves cut in pieces.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Outline = list[Point]

WIDTH, HEIGHT, WATER = 300.0, 220.0, 198.0
_PIECES = 10


def curve(start: Point, first: Point, second: Point, end: Point) -> Outline:
    """A cubic Bézier curve without its first point."""
    points = []
    for step in range(1, _PIECES + 1):
        t = step / _PIECES
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        corners = (start, first, second, end)
        points.append(
            (
                sum(weight * corner[0] for weight, corner in zip(weights, corners)),
                sum(weight * corner[1] for weight, corner in zip(weights, corners)),
            )
        )
    return points


@dataclass(frozen=True)
class Sail:
    """A square sail seen from the quarter: half its width at head and foot, and how far the wind fills it."""

    mast_x: float
    head_y: float
    foot_y: float
    half_head: float
    half_foot: float
    belly: float = 9.0

    def outline(self) -> Outline:
        height = self.foot_y - self.head_y
        head_left = (self.mast_x - self.half_head - 2, self.head_y + 1.5)
        head_right = (self.mast_x + self.half_head, self.head_y - 1.5)
        foot_left = (self.mast_x - self.half_foot - 3, self.foot_y + 1)
        foot_right = (self.mast_x + self.half_foot - 4, self.foot_y - 2)
        points = [head_left]
        points += curve(
            head_left,
            (head_left[0] - self.belly * 0.9, self.head_y + height * 0.3),
            (foot_left[0] - self.belly * 0.9, self.foot_y - height * 0.35),
            foot_left,
        )
        arch = self.foot_y - height * 0.2
        points += curve(
            foot_left,
            (self.mast_x - self.half_foot * 0.4, arch),
            (self.mast_x + self.half_foot * 0.4, arch),
            foot_right,
        )
        points += curve(
            foot_right,
            (foot_right[0] - self.belly * 0.8, self.foot_y - height * 0.35),
            (head_right[0] - self.belly * 0.6, self.head_y + height * 0.35),
            head_right,
        )
        return points

    def yard(self) -> tuple[Point, Point]:
        """The spar at its head."""
        return (self.mast_x - self.half_head - 5, self.head_y + 1.7), (
            self.mast_x + self.half_head + 3,
            self.head_y - 1.8,
        )


SAILS = (
    Sail(104, 44, 69, 14, 19, 7),
    Sail(104, 73, 108, 19, 24),
    Sail(104, 112, 153, 25, 27, 9),
    Sail(158, 24, 51, 16, 21, 7),
    Sail(158, 55, 98, 21, 26, 9),
    Sail(158, 102, 152, 27, 30, 10),
    Sail(211, 58, 84, 13, 18, 6),
    Sail(211, 88, 122, 18, 22, 7),
)

# Mast: foot, top.
MASTS = (((105.0, 172.0), (103.5, 32.0)), ((159.0, 176.0), (157.0, 10.0)), ((212.0, 166.0), (210.5, 44.0)))
BOWSPRIT: tuple[Point, Point] = ((80.0, 168.0), (14.0, 138.0))
GAFF: tuple[Point, Point] = ((212.0, 116.0), (248.0, 98.0))
BOOM: tuple[Point, Point] = ((212.0, 147.0), (258.0, 143.0))

HULL: Outline = [
    (44, 161),
    *curve((44, 161), (56, 168), (66, 170), (76, 169)),
    (77, 163),
    (110, 167),
    (111, 173),
    *curve((111, 173), (140, 179), (170, 178), (196, 171)),
    (197, 162),
    (228, 156),
    (229, 148),
    (266, 138),
    (262, 147),
    (264, 150),
    (258, 166),
    *curve((258, 166), (256, 182), (250, 196), (238, 210)),
    (86, 210),
    *curve((86, 210), (72, 202), (64, 188), (58, 176)),
    *curve((58, 176), (54, 170), (49, 166), (44, 161)),
]

# Three-cornered sails on the stays forward, and the one abaft the mizzen.
JIBS: tuple[Outline, ...] = (
    [
        (17, 140),
        *curve((17, 140), (40, 112), (66, 78), (97, 50)),
        *curve((97, 50), (70, 96), (58, 122), (48, 148)),
        *curve((48, 148), (38, 148), (28, 144), (17, 140)),
    ],
    [
        (40, 151),
        *curve((40, 151), (58, 130), (78, 104), (97, 86)),
        *curve((97, 86), (80, 116), (74, 138), (70, 157)),
        *curve((70, 157), (60, 157), (50, 154), (40, 151)),
    ],
)
SPANKER: Outline = [
    (214, 118),
    *curve((214, 118), (226, 112), (236, 106), (247, 100)),
    *curve((247, 100), (256, 114), (259, 128), (257, 142)),
    *curve((257, 142), (242, 140), (228, 142), (214, 146)),
]

PENNANTS: tuple[Outline, ...] = tuple(
    [
        (x, y),
        *curve((x, y), (x - length * 0.3, y - 4), (x - length * 0.6, y + 4), (x - length, y + 1)),
        *curve((x - length, y + 1), (x - length * 0.6, y + 8), (x - length * 0.3, y), (x, y + 5)),
    ]
    for x, y, length in ((103.5, 33.0, 17.0), (157.0, 11.0, 24.0), (210.5, 45.0, 15.0))
)

# Standing rigging: from the tops to bow, stern and rail.
STAYS: tuple[tuple[Point, Point], ...] = (
    ((15, 138), (103, 38)),
    ((78, 163), (157, 20)),
    ((112, 172), (210, 50)),
    ((92, 165), (103, 72)),
    ((122, 174), (104, 72)),
    ((142, 177), (157, 54)),
    ((178, 174), (158, 54)),
    ((200, 161), (210, 87)),
    ((228, 156), (211, 87)),
    ((262, 139), (211, 56)),
)

# Gunports and the cabin's windows.
PORTS: tuple[Point, ...] = ((92, 184), (112, 187), (132, 188), (152, 188), (172, 187), (192, 184))
WINDOWS: tuple[Point, ...] = ((236, 161), (243, 159.4), (250, 157.6))
LANTERN: Point = (265, 133)
