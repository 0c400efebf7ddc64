#!/bin/sh
# A client that has only curl.
#
# usage: http_client.sh jsonrpc|xmlrpc|verb URL VERB ARGS
#   jsonrpc  ARGS are the params; prints the response
#   xmlrpc   ARGS is one text; prints the response
#   verb     ARGS is the body; prints the value or the error

set -eu
style=$1 url=$2 verb=$3 args=$4

case $style in
jsonrpc)
    exec curl --silent --show-error --max-time 20 --header 'Content-Type: application/json' \
        --data "{\"jsonrpc\": \"2.0\", \"method\": \"$verb\", \"params\": $args, \"id\": 1}" "${url}jsonrpc"
    ;;
xmlrpc)
    exec curl --silent --show-error --max-time 20 --header 'Content-Type: text/xml' --data @- "${url}RPC2" <<END
<?xml version="1.0"?>
<methodCall>
  <methodName>$verb</methodName>
  <params><param><value><string>$args</string></value></param></params>
</methodCall>
END
    ;;
verb)
    exec curl --silent --show-error --max-time 20 --json "$args" "${url}verbs/$verb"
    ;;
esac
