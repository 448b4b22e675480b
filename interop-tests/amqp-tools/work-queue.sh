#!/bin/sh
# Declares a queue, publishes jobs, gets and consumes them with amqp-tools. Usage: work-queue.sh [URL [NAME]]
set -eu
url=${1:-amqp://localhost}
name=${2:-example}

echo "declared: $(amqp-declare-queue --url "$url" -q "$name" -d)"

amqp-publish --url "$url" -r "$name" -p -C text/plain -H 'kind: single' -b 'first job'
printf 'second job\nthird job\nfourth job\n' | amqp-publish --url "$url" -r "$name" -l

echo "got: $(amqp-get --url "$url" -q "$name")"
echo 'consumed:'
# The command runs once for each message, with the body on its standard input; it is acked if the command succeeds.
amqp-consume --url "$url" -q "$name" -p 1 -c 3 cat
amqp-get --url "$url" -q "$name" || echo "empty: exit code $?"

echo "deleted with messages: $(amqp-delete-queue --url "$url" -q "$name")"
