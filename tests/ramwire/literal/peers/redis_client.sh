#!/bin/sh
# redis_client.sh SOCKET SERVICE LINE: asks with redis-cli alone, and prints the answer's kind and text.
set -eu
token=sh$$
redis-cli -s "$1" XADD "ramwire:{$2}:requests" '*' reply "$token" line "$3" >/dev/null
redis-cli -s "$1" XREAD BLOCK 10000 STREAMS "ramwire:{$2}:reply:$token" 0 | tail -n 2
