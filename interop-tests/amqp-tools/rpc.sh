#!/bin/sh
# A request and its reply with amqp-tools: a server that adds two numbers, and a client that waits for the sum.
# amqp-consume hands its command the body only, so the request names its reply queue there as well as in reply-to.
# Usage: rpc.sh [URL [NAME]]
set -eu
url=${1:-amqp://localhost}
requests=${2:-example}
replies=$requests.replies

amqp-declare-queue --url "$url" -q "$requests" >/dev/null
amqp-declare-queue --url "$url" -q "$replies" >/dev/null

# The server: it runs its command once for each request, and acknowledges the request when the reply has been sent.
amqp-consume --url "$url" -q "$requests" -p 1 -c 2 sh "$(dirname "$0")/rpc-add.sh" "$url" &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT

for request in '19 23' '1 2'; do
    amqp-publish --url "$url" -r "$requests" -t "$replies" -b "$replies $request
"
    amqp-consume --url "$url" -q "$replies" -c 1 cat
done

wait $server
echo "the server's exit code: $?"
echo "requests left: $(amqp-delete-queue --url "$url" -q "$requests")"
echo "replies left: $(amqp-delete-queue --url "$url" -q "$replies")"
