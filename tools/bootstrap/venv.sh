#!/bin/sh
# venv.sh FOLDER LOCK [DISTRIBUTION...] : a virtual environment holding what LOCK pins (by hash) and our own
# distributions, editable. Quick when it stands already; begins anew after a run that was cut off.
set -eu

say() { printf '%s\n' "$*" >&2; }

folder=$1
lock=$2
shift 2
build_lock=requirements/build.txt

# The `python3` found first may be too old, or one without venv: then Debian's own.
find_python() {
  for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && {
      echo "$candidate"
      return
    }
  done
  return 1
}

manifests=
for distribution in "$@"; do manifests="$manifests $distribution/pyproject.toml"; done
# shellcheck disable=SC2086 # a list of words
key=$({ pwd; echo "$folder"; cat "$lock" "$build_lock" $manifests; } | sha256sum | cut -c1-16)
stamp=$folder/.stands
begun=$folder/.begun

stands() { [ "$(cat "$stamp" 2>/dev/null)" = "$key" ] && "$folder/bin/python" -c '' 2>/dev/null; }

stands && exit 0
mkdir -p .cache
exec 9>".cache/$(echo "$folder" | tr / _).lock"
flock 9
stands && exit 0

python=$(find_python) || {
  tools/bootstrap/host.sh python
  python=$(find_python) || { say "Python 3.11 or newer is needed, and none was found."; exit 1; }
}

if [ -e "$begun" ] || ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
  rm -rf "$folder"
  mkdir -p "$folder"
  : >"$begun"
  "$python" -m venv "$folder" >&2
fi
: >"$begun"
say "Installing $lock into $folder"
log=$PWD/.cache/$(basename "$folder").pip.log
: >"$log"
pip() {
  "$folder/bin/python" -m pip --disable-pip-version-check --no-input "$@" >>"$log" 2>&1 9>&- || {
    tail -n 30 "$log" >&2
    say "pip failed; all it said is in $log"
    return 1
  }
}
pip install --require-hashes --no-deps --requirement "$build_lock"
pip install --require-hashes --requirement "$lock"
if [ "$#" -gt 0 ]; then
  editable=
  for distribution in "$@"; do editable="$editable --editable $distribution"; done
  # shellcheck disable=SC2086 # a list of words
  pip install --no-deps --no-build-isolation $editable
fi
echo "$key" >"$stamp"
rm -f "$begun"
