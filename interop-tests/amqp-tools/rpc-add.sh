#!/bin/sh
# Reads one request, "REPLY_QUEUE NUMBER NUMBER", from standard input and replies with the sum. Usage: rpc-add.sh URL
set -eu
read -r reply_to first second
amqp-publish --url "$1" -r "$reply_to" -b "$first + $second = $((first + second))
"
