#!/bin/bash
# Says when Alice comes and goes, without any library, until its stdin ends. usage: bob.sh DIR
set -eu
folder=$1
trap 'echo "Alice is here"' USR2
trap 'echo "Alice is gone"' USR1
(umask 077 && mkdir -p "$folder/pids")
trap 'rm -f "$folder/pids/$$"' EXIT
cut -d' ' -f22 "/proc/$$/stat" > "$folder/pids/$$"
echo registered
while read -r _ || [ $? -gt 128 ]; do :; done
