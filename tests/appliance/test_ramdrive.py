"""The RAM drive."""

from __future__ import annotations

import pytest

from .appliance import Appliance

OPTIONS = {"mode=0700", "nosuid", "nodev", "noexec"}


def fstab_options(appliance: Appliance) -> list[str]:
    """The mount options of the drive's lines in fstab."""
    lines = [line.split() for line in str(appliance.host.file("/etc/fstab").content_string).splitlines()]
    return [fields[3] for fields in lines if fields[:3] == ["tmpfs", appliance.ramdrive, "tmpfs"]]


def test_drive_lies_in_the_users_home(appliance: Appliance) -> None:
    assert appliance.ramdrive == f"{appliance.home}/ramdrive"


def test_drive_has_one_line_in_fstab(appliance: Appliance) -> None:
    (options,) = fstab_options(appliance)
    group = appliance.output("id --group --name %s", appliance.user)
    assert {*OPTIONS, f"uid={appliance.user}", f"gid={group}"} <= set(options.split(","))
    assert "size=" in options


def test_folder_is_the_users_alone(appliance: Appliance) -> None:
    """The mounted drive, or the folder that it will be mounted on."""
    folder = appliance.host.file(appliance.ramdrive)
    assert (folder.is_directory, folder.user, folder.mode) == (True, appliance.user, 0o700)


@pytest.mark.booted
def test_drive_is_mounted_with_its_options(appliance: Appliance) -> None:
    mount = appliance.host.mount_point(appliance.ramdrive)
    assert mount.exists
    assert mount.filesystem == "tmpfs"
    assert {"nosuid", "nodev", "noexec"} <= set(mount.options)
    assert any(option.startswith("size=") for option in mount.options)


@pytest.mark.booted
@pytest.mark.parametrize("unit", ["octoprint.service", "octoland-tft.service"])
def test_drive_is_mounted_before_what_needs_it(appliance: Appliance, unit: str) -> None:
    mount = appliance.output("systemd-escape --path --suffix=mount %s", appliance.ramdrive)
    assert mount in appliance.property(unit, "Requires").split()
    assert mount in appliance.property(unit, "After").split()


@pytest.mark.booted
def test_nothing_on_the_drive_can_be_run(appliance: Appliance) -> None:
    program = f"{appliance.ramdrive}/program"
    answer = appliance.output_as_user(f"cp /bin/true {program}; {program}; echo $?; rm {program}")
    # 126: found, and not to be executed.
    assert answer == "126"


@pytest.mark.booted
def test_a_stranger_sees_nothing_on_the_drive(appliance: Appliance) -> None:
    answer = appliance.host.run("runuser -u nobody -- ls %s", appliance.ramdrive)
    assert answer.rc != 0
    assert answer.stdout == ""
