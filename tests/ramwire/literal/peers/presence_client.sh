#!/bin/bash
# Registers its pid, and prints a line for each signal. usage: presence_client.sh DIR
trap 'echo up' USR2
trap 'echo down' USR1
mkdir -p "$1/pids"
chmod 700 "$1" "$1/pids"
: > "$1/pids/$$"
trap 'rm -f "$1/pids/$$"' EXIT
echo ready
while read -r line || [ $? -gt 128 ]; do
    [ "$line" = quit ] && exit
done
