#!/usr/bin/env bash
# A client in a shell: write a line into DIR/send, read the answer from DIR/recv.
#
# usage: fifo_client.sh DIR LINE...: prints each answer. Clients that may be several run it under `flock DIR`.
set -eu
dir=$1
shift
for line in "$@"; do
    printf '%s\n' "$line" > "$dir/send"
    IFS= read -r answer < "$dir/recv"
    printf '%s\n' "$answer"
done
