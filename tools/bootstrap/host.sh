#!/bin/sh
# host.sh PURPOSE... : installs the Debian packages that a purpose needs and this machine lacks.
# Purposes: the words of packages_for.
set -eu

say() { printf '%s\n' "$*" >&2; }

packages_for() {
  case $1 in
    python) echo python3 python3-venv ca-certificates ;;
    lint) echo git shellcheck gettext ;;
    # A Redis for the tests of its wire, and certificates for it.
    redis) echo redis-server openssl ;;
    image) echo mmdebstrap uidmap debian-archive-keyring ca-certificates ;;
    # Kivy's wheel brings SDL2; the drawing is Mesa's. imagemagick's import takes the pictures.
    screen) echo xvfb xdotool imagemagick libgl1-mesa-dri libegl1 libgles2 libmtdev1 \
      fonts-material-design-icons-iconfont fonts-dejavu-core gettext ;;
    desk) echo inotify-tools ;;
    browser) echo chromium ;;
    # netifaces, which OctoPrint asks for, has no wheel.
    octoprint) echo gcc libc6-dev python3-dev ;;
    slicer) echo prusa-slicer xvfb ;;
    engine) echo docker.io iptables ;;
    engine-command) echo docker-cli ;;
    *) say "host.sh: unknown purpose $1"; exit 2 ;;
  esac
}

wanted=
for purpose in "$@"; do wanted="$wanted $(packages_for "$purpose")"; done

missing=
for package in $wanted; do
  case $(dpkg-query --show --showformat='${db:Status-Abbrev}' "$package" 2>/dev/null) in
    ii*) ;;
    *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { say "Needed Debian packages:$missing. Install them as root, or install sudo."; exit 1; }
  as_root=sudo
fi

mkdir -p .cache
log=$PWD/.cache/apt.log
: >"$log"

apt() {
  # shellcheck disable=SC2024 # the log is ours, not root's
  $as_root env DEBIAN_FRONTEND=noninteractive "$@" >>"$log" 2>&1 9>&- || {
    tail -n 20 "$log" >&2
    say "$1 failed; all it said is in $log"
    exit 1
  }
}

say "Installing Debian packages:$missing"
# A run that was cut off may have left packages unpacked and not configured.
apt dpkg --configure -a
apt apt-get -qq -o DPkg::Lock::Timeout=300 update
# shellcheck disable=SC2086 # a list of words
apt apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --no-install-recommends --yes $missing
