#!/bin/sh
# engine.sh COMMAND... : runs COMMAND with a container engine that answers, installed and started where there is
# none. Installing one is asked first, unless CI or YES=1 is set.
set -eu

say() { printf '%s\n' "$*" >&2; }

answers() { docker info >/dev/null 2>&1; }
is_root() { [ "$(id -u)" -eq 0 ]; }

as_root() {
  if is_root; then "$@"; else sudo "$@"; fi
}

may_install() {
  [ -n "${CI:-}" ] || [ "${YES:-}" = 1 ] && return
  say "No container engine is installed. OctoLand would install Debian's docker.io"
  is_root || say "and let $(id -un) use it (group docker, which is as good as root)."
  [ -t 0 ] || { say "Nobody is there to answer: say YES=1 (make YES=1 ...) if that is fine."; return 1; }
  printf 'Install it? [y/N] ' >&2
  read -r reply
  case $reply in y* | Y*) ;; *) say "Nothing installed."; return 1 ;; esac
}

install_engine() {
  # Debian 13 has the command in a package of its own.
  tools/bootstrap/host.sh engine
  command -v docker >/dev/null || tools/bootstrap/host.sh engine-command
  is_root || as_root usermod --append --groups docker "$(id -un)"
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker
  else
    log=$PWD/.cache/dockerd.log
    mkdir -p .cache
    say "Starting dockerd in the background (no systemd here); its log: $log"
    # A daemon that was killed leaves its number behind, and the next one believes it.
    pid_file=/var/run/docker.pid
    if [ -e "$pid_file" ] && ! grep -qs dockerd "/proc/$(cat "$pid_file")/cmdline"; then as_root rm -f "$pid_file"; fi
    as_root setsid dockerd </dev/null >"$log" 2>&1 9>&- &
  fi
}

# Whether one is running is the process's matter, not the socket's: that survives a kill.
is_running() { grep -lqs '^dockerd' /proc/[0-9]*/comm; }

wait_for_engine() {
  for try in $(seq 1 120); do
    answers && return
    refuses && return
    [ "$try" -lt 10 ] || is_running || break
    sleep 0.5
  done
  say "The container engine does not answer."
  [ ! -e .cache/dockerd.log ] || tail -n 15 .cache/dockerd.log >&2
  return 1
}

refuses() { docker info 2>&1 | grep -qi 'permission denied'; }

# A group that was given after the log-in counts only for new sessions; sg opens one.
run_in_group() {
  quoted=$(python3 -c 'import shlex, sys; print(shlex.join(sys.argv[1:]))' "$@")
  exec sg docker -c "$quoted"
}

if ! answers; then
  command -v docker >/dev/null || { may_install && install_engine; } || exit 1
  command -v docker >/dev/null || exit 1
  if ! answers && ! refuses; then
    if [ -z "${DOCKER_HOST:-}" ]; then
      is_running || start_engine
    fi
    wait_for_engine || exit 1
  fi
  if refuses; then
    if getent group docker | grep -qE "[:,]$(id -un)(,|\$)" && ! id -nG | grep -qw docker; then
      run_in_group "$@"
    fi
    say "The Docker daemon runs, but refuses $(id -un):"
    docker info 2>&1 | grep -i 'permission denied' | head -n 1 >&2
    say "Run this as root, or: sudo usermod -aG docker $(id -un), then log in again."
    exit 1
  fi
fi
exec "$@"
