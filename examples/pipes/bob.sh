#!/bin/bash
# Sends each of its arguments as one message, without any library. usage: bob.sh DIR TEXT...
set -eu
folder=$1
shift
printf '%s\n' "$@" > "$folder/send"
