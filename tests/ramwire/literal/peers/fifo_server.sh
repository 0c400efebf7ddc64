#!/usr/bin/env bash
# A server in a shell: it opens DIR/send for each line anew, and DIR/recv for each answer.
#
# usage: fifo_server.sh DIR: until it is killed. Verbs: upper TEXT, fail, slow (an answer after half a second).
set -eu
dir=$1
mkdir -m 700 "$dir" 2> /dev/null || [ -d "$dir" ]
for name in send recv; do
    mkfifo -m 600 "$dir/$name" 2> /dev/null || [ -p "$dir/$name" ]
done
while true; do
    IFS= read -r line < "$dir/send" || continue
    case "$line" in
        Hello) continue ;;
        "upper "*) answer="ok $(printf '%s' "${line#upper }" | tr -d '[]' | tr '[:lower:]' '[:upper:]')" ;;
        slow) sleep 0.5; answer='ok "late"' ;;
        *) answer="error there is no ${line%% *}" ;;
    esac
    printf '%s\n' "$answer" > "$dir/recv"
done
