#!/bin/bash
# Comes up and goes down, as each line on its stdin says: up or down. usage: presence_server.sh DIR
while read -r line; do
    for file in "$1"/pids/*; do
        case $line in
        up) kill -USR2 "${file##*/}" ;;
        down) kill -USR1 "${file##*/}" ;;
        esac
    done
    echo "told $line"
done
