#!/bin/bash
# A client that knows the protocol's words alone, by printf, ls and sleep.
# usage: client.sh SERVICE NAME LINE: prints the reply's bytes; exit code 1 for an error's text, 4 for no answer.
set -u
service=$1 name=$2 line=$3

case $name in
    *.json | *.txt) reply=$name ;;
    *) reply=$name.pickle ;;
esac

lists() { # FOLDER NAME: is it there?
    # shellcheck disable=SC2045 # this peer lists folders, as the protocol allows; no name of it has blanks
    for listed in $(ls "$service/$1"); do
        [ "$listed" = "$2" ] && return 0
    done
    return 1
}

take() { # NAME: print it, and tell the server that it was read
    cat "$service/client/$1" && rm "$service/client/$1"
}

printf '%s\n' "$line" > "$service/server/$name"

for ((try = 0; try < 500; try++)); do
    if ! lists server "$name"; then
        [ "$line" = Hello ] && exit 0
        lists client "$reply" && take "$reply" && exit 0
        lists client "$name.error" && take "$name.error" && exit 1
    fi
    sleep 0.02
done
exit 4
