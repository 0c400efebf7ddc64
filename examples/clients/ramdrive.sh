#!/bin/bash
# Asks a service on the RAM drive for one verb, with nothing but a shell and coreutils.
# usage: ramdrive.sh ROOT/SERVICE VERB [ARGS]: ARGS is one JSON value; prints the answer as JSON.
# exit code: 0; 1 the verb raised, its error is printed; 2 usage; 4 no answer in time. RAMWIRE_TIMEOUT is in seconds (2).
set -u
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
    echo "usage: $0 ROOT/SERVICE VERB [ARGS]" >&2
    exit 2
fi
service=$1
line=$2${3:+ $3}
name=$(date +%Y%m%d%H%M%S_%N)-sh$$.json
ticks=$((${RAMWIRE_TIMEOUT:-2} * 100))

# The request counts when its line is complete, so it may be written in place.
(umask 077 && mkdir -p "$service/server" "$service/client")
printf '%s\n' "$line" > "$service/server/$name" || exit 5
trap 'rm -f "$service/server/$name"; exit 130' INT TERM

for ((tick = 0; tick < ticks; tick++)); do
    for ending in '' .error; do
        reply=$service/client/$name$ending
        [ -e "$reply" ] || continue
        cat "$reply" && rm "$reply" # deleted: read
        echo
        [ -z "$ending" ]
        exit
    done
    # The handshake is answered by its own disappearance.
    [ "$line" = Hello ] && [ ! -e "$service/server/$name" ] && exit 0
    sleep 0.01
done

# Whoever deletes the request first has it: we, so that it never runs, or the server.
if rm "$service/server/$name" 2> /dev/null; then
    echo "nobody took it in time; it was withdrawn" >&2
else
    echo "no answer in time; it may have run" >&2
fi
exit 4
