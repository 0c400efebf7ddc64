#!/bin/bash
# Asks for the weather by curl. usage: bob.sh http://127.0.0.1:PORT/ TOWN
set -eu
curl --silent --show-error --fail --header 'Content-Type: application/json' --data "{\"town\": \"$2\"}" "${1%/}/verbs/weather"
echo
