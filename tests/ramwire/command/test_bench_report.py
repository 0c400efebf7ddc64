"""What a bench says of figures that are given, whatever machine this is."""

from __future__ import annotations

from pathlib import Path

import pytest
from ramwire.bench import contenders, picture, report
from ramwire.bench.bars import bar
from ramwire.bench.contenders import Chosen
from ramwire.bench.figures import Figures, Ratio
from ramwire.bench.placement import placement
from ramwire.bench.session import Plan
from ramwire.bench.timing import Timing


@pytest.fixture
def plan() -> Plan:
    wires = [wire for wire in contenders.WIRES if wire.name in ("ramdrive", "unix", "jsonfile")]
    peers = [peer for peer in contenders.PEERS if peer.name in ("pyzmq", "signals")]
    return Plan(
        Chosen(wires, peers, ["redis needs redis-server"]), [placement("free")], (), runs=1, idle_s=10
    )


@pytest.fixture
def figures() -> Figures:
    p50s = {"ramdrive": 30.0, "unix": 20.0, "jsonfile": 201_000.0, "pyzmq": 60.0, "signals": 13.0}
    run = {name: Timing(p50_us, 3 * p50_us, 1e6 / p50_us) for name, p50_us in p50s.items()}
    return Figures(
        "a machine",
        load_per_cpu=0.1,
        runs=1,
        idle_s=10,
        missing=["redis needs redis-server"],
        timings={"free": [run]},
        wake_ups={"ramdrive": 0},
        survives={"ramdrive": True, "pyzmq": False},
        ratios=[
            Ratio("round trip", "ramdrive", "pyzmq", "free", 0.5, 0.48, 0.52, "≤ 0.5", True),
            Ratio("8 clients", "unix", "pyzmq", "free", 0.9, 0.8, 1.1, "≥ 1", False),
            Ratio("round trip", "jsonfile", "pyzmq", "free", 3350.0, 3350.0, 3350.0),
        ],
    )


def lines(plan: Plan, figures: Figures) -> list[str]:
    """With one space between two columns."""
    return [" ".join(line.split()) for line in report.text(plan, figures).splitlines()]


def test_every_method_of_the_article_has_a_row(plan: Plan, figures: Figures) -> None:
    told = lines(plan, figures)
    assert "Pipes no yes no no - - - - - -" in told
    assert "Files yes yes no yes ramdrive 30.0 90.0 33333 0 yes" in told
    assert "Signals no no no yes signals 13.0 39.0 76923 - -" in told


def test_bar_stands_beside_the_ratio_and_says_whether_it_is_met(plan: Plan, figures: Figures) -> None:
    told = lines(plan, figures)
    assert "round trip free ramdrive pyzmq 0.50 0.48 … 0.52 ≤ 0.5 met" in told
    assert "8 clients free unix pyzmq 0.90 0.80 … 1.10 ≥ 1 NOT MET" in told
    assert "round trip free jsonfile - 201.00 ms ≤ 5 ms NOT MET" in told


def test_what_is_missing_is_told_first(plan: Plan, figures: Figures) -> None:
    assert "not measured: redis needs redis-server" in lines(plan, figures)[:3]


@pytest.mark.parametrize(
    ("value", "measure", "is_met"),
    [
        (0.6, "round trip", True),
        (0.61, "round trip", False),
        (1.0, "8 clients", True),
        (0.9, "8 clients", False),
    ],
)
def test_bar_is_met_from_its_own_side(value: float, measure: str, is_met: bool) -> None:
    of_unix = bar(measure, "unix", "pyzmq", "free")  # type: ignore[arg-type]
    assert of_unix is not None
    assert of_unix.is_met(value) is is_met


@pytest.mark.parametrize(("name", "begins"), [("p.svg", b"<?xml"), ("p.png", b"\x89PNG")])
def test_picture_is_of_the_kind_that_its_name_says(
    plan: Plan, figures: Figures, tmp_path: Path, name: str, begins: bytes
) -> None:
    picture.draw(plan, figures, str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_same_figures_make_the_same_picture(plan: Plan, figures: Figures, tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        picture.draw(plan, figures, str(tmp_path / name))
    drawn = (tmp_path / "a.svg").read_text()
    assert drawn == (tmp_path / "b.svg").read_text()
    assert "201,000 · 603,000" in drawn
