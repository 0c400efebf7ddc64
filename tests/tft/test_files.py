"""Files: listed, ordered, leafed through, opened, selected and printed."""

from __future__ import annotations

import time
from typing import Optional

from octoland_api import errors, shapes

from tests.tft.conftest import StartScreen
from tests.tft.display import RunningScreen
from tests.tft.stand_in import StandIn, idle, printing

NOW_S = time.time()


def file(name: str, ago_s: float = 0, **known: object) -> shapes.File:
    return shapes.File(path=name, name=name, date_s=NOW_S - ago_s, **known)  # type: ignore[arg-type]


def storage(*entries: object, path: str = "") -> shapes.Files:
    return shapes.Files(path=path, entries=entries, used_bytes=1_000_000_000, total_bytes=8_000_000_000)  # type: ignore[arg-type]


def rows(screen: RunningScreen) -> list[str]:
    """The names in the rows that are seen, from above."""
    seen = screen.map()
    assert seen is not None
    return [target["text"] for target in seen["targets"] if target["id"].startswith("files.row")]


def wait_for_rows(screen: RunningScreen, *names: str) -> None:
    for name in names:
        screen.wait_for(page="files", words=name)
    assert rows(screen) == list(names)


def open_files(start_screen: StartScreen, size: str = "480x320") -> RunningScreen:
    screen = start_screen(size=size)
    screen.wait_for(page="home")
    screen.touch("tab.files")
    return screen


def test_folders_come_first_then_the_newest_file(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["files"] = storage(
        file("old.gcode", 90_000), file("new.gcode", 60), shapes.Folder(path="parts", name="parts", files=8)
    )
    service.start()

    screen = open_files(start_screen)

    wait_for_rows(screen, "parts", "new.gcode", "old.gcode")
    screen.wait_for(words="8 files")


def test_a_row_tells_what_is_known_of_a_file(service: StandIn, start_screen: StartScreen) -> None:
    known = file("box.gcode", estimate_s=6840.0, layer_height_mm=0.2, filament_g=12.0, size_bytes=2_400_000)
    service.replies["files"] = storage(known)
    service.start()

    screen = open_files(start_screen)

    screen.wait_for(words="1\u00a0h\u00a054\u00a0min · 0.2\u00a0mm · 12\u00a0g · today")
    screen.wait_for(words="1.0\u00a0GB of 8.0\u00a0GB used")


def test_the_order_changes_with_a_touch(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["files"] = storage(
        file("b.gcode", 0, size_bytes=1_000_000, estimate_s=50.0),
        file("a.gcode", 500, size_bytes=3_000_000, estimate_s=90.0),
        file("c.gcode", 900, size_bytes=2_000_000, estimate_s=10.0),
    )
    service.start()
    screen = open_files(start_screen)
    wait_for_rows(screen, "b.gcode", "a.gcode", "c.gcode")

    for order, names in (("Name", "abc"), ("Largest", "acb"), ("Quickest", "cba"), ("Newest", "bac")):
        screen.touch("files.order")
        screen.wait_for(words=order)
        assert rows(screen) == [f"{name}.gcode" for name in names]


def test_a_long_list_is_leafed_through_with_the_arrows(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["files"] = storage(*(file(f"{number}.gcode", number * 60) for number in range(1, 10)))
    service.start()
    screen = open_files(start_screen)
    screen.wait_for(words="1–3 of 9")  # noqa: RUF001
    assert rows(screen) == ["1.gcode", "2.gcode", "3.gcode"]

    screen.touch("list.down")
    screen.wait_for(words="4–6 of 9")  # noqa: RUF001
    screen.touch("list.down")
    seen = screen.wait_for(words="7–9 of 9")  # noqa: RUF001
    assert "list.down" not in [target["id"] for target in seen["targets"]]
    assert rows(screen) == ["7.gcode", "8.gcode", "9.gcode"]

    screen.touch("list.up")
    screen.wait_for(words="4–6 of 9")  # noqa: RUF001


def test_a_folder_is_opened_and_left(service: StandIn, start_screen: StartScreen) -> None:
    def listed(path: str = "") -> shapes.Files:
        if path == "parts":
            return storage(file("wheel.gcode"), path="parts")
        return storage(shapes.Folder(path="parts", name="parts", files=1))

    service.replies["files"] = listed
    service.start()
    screen = open_files(start_screen)

    screen.wait_for(words="parts")
    screen.touch("files.row.0")
    wait_for_rows(screen, "wheel.gcode")
    screen.touch("files.up")
    wait_for_rows(screen, "parts")


def test_a_folder_that_is_gone_leads_to_the_one_above(service: StandIn, start_screen: StartScreen) -> None:
    def listed(path: str = "") -> object:
        if path:
            return errors.FileMissing("no such folder")
        return storage(shapes.Folder(path="parts", name="parts"), file("a.gcode"))

    service.replies["files"] = listed
    service.start()
    screen = open_files(start_screen)

    screen.wait_for(words="parts")
    screen.touch("files.row.0")

    service.wait_for("files", times=3)
    wait_for_rows(screen, "parts", "a.gcode")


def test_a_new_file_shows_by_itself(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["files"] = storage(file("a.gcode", 60))
    service.start()
    screen = open_files(start_screen)
    wait_for_rows(screen, "a.gcode")

    service.replies["files"] = storage(file("a.gcode", 60), file("b.gcode"))
    service.tell(shapes.FilesChanged())

    wait_for_rows(screen, "b.gcode", "a.gcode")


def test_an_empty_storage_says_what_to_do(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["files"] = storage()
    service.start()

    open_files(start_screen).wait_for(page="files", words="Upload a file")


def test_a_list_that_cannot_be_read_says_why_and_is_tried_again(
    service: StandIn, start_screen: StartScreen
) -> None:
    service.replies["files"] = errors.NotPermitted("FILES_LIST")
    service.start()
    screen = open_files(start_screen)
    screen.wait_for(page="files", words="may not do this")

    service.replies["files"] = storage(file("a.gcode"))
    screen.touch("files.again")

    wait_for_rows(screen, "a.gcode")


def test_the_files_come_back_with_the_service(service: StandIn, start_screen: StartScreen) -> None:
    service.replies["files"] = storage(file("a.gcode"))
    service.start()
    screen = open_files(start_screen)
    wait_for_rows(screen, "a.gcode")

    service.stop()
    screen.wait_for(page="files", words="OctoPrint is not answering")
    again = StandIn(service.url)
    again.replies["files"] = storage(file("b.gcode"))
    again.start()
    try:
        wait_for_rows(screen, "b.gcode")
    finally:
        again.stop()


def open_details(
    service: StandIn, start_screen: StartScreen, status: Optional[shapes.Status] = None
) -> RunningScreen:
    service.replies["files"] = storage(file("box.gcode", estimate_s=6840.0, size_bytes=2_400_000))
    if status is not None:
        service.status = status
    service.start()
    screen = open_files(start_screen)
    screen.wait_for(words="box.gcode")
    screen.touch("files.row.0")
    screen.wait_for(page="file_details", words="box.gcode")
    return screen


def test_a_files_page_tells_what_is_known(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_details(service, start_screen)

    seen = screen.wait_for(page="file_details", words="2.4\u00a0MB")

    assert "1\u00a0h\u00a054\u00a0min" in seen["words"]
    assert "none yet" in seen["words"]


def test_a_file_is_selected(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_details(service, start_screen)

    screen.touch("file.select")

    assert service.wait_for("files.select") == {"path": "box.gcode"}
    screen.wait_for(page="home")
    assert service.asked("job.start") == []


def test_a_print_is_started_once_the_question_is_answered(
    service: StandIn, start_screen: StartScreen
) -> None:
    screen = open_details(service, start_screen)

    screen.touch("file.print")
    screen.wait_for(overlay="question", words="Is the bed empty and clean?")
    screen.touch("question.keep")
    screen.wait_for(page="file_details", overlay="")
    assert service.asked("files.select") == []

    screen.touch("file.print")
    screen.touch("question.do")

    service.wait_for("job.start")
    assert [verb for verb, _ in service.requests if verb in ("files.select", "job.start")] == [
        "files.select",
        "job.start",
    ]
    screen.wait_for(page="home")


def test_a_file_that_is_gone_is_told_and_nothing_is_printed(
    service: StandIn, start_screen: StartScreen
) -> None:
    screen = open_details(service, start_screen)
    service.replies["files.select"] = errors.FileMissing("box.gcode")

    screen.touch("file.print")
    screen.touch("question.do")

    screen.wait_for(overlay="toast", words="no longer there")
    assert service.asked("job.start") == []


def test_during_a_print_no_other_can_be_started(service: StandIn, start_screen: StartScreen) -> None:
    screen = open_details(service, start_screen, status=printing())

    seen = screen.wait_for(page="file_details", words="A print is under way")

    assert {target["id"] for target in seen["targets"]} == {"back"}
    service.now(idle())
    screen.wait_for(page="file_details", target="file.print")
