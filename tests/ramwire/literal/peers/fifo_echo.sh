#!/usr/bin/env bash
# The client's end of a channel: it answers each message it reads from DIR/recv.
#
# usage: fifo_echo.sh DIR
set -eu
while IFS= read -r message; do
    printf 'heard %s\n' "$message" > "$1/send"
done < "$1/recv"
