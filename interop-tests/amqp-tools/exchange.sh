#!/bin/sh
# A consumer with a queue of its own, bound to amq.topic, and a publisher. Usage: exchange.sh [URL [NAME]]
set -eu
url=${1:-amqp://localhost}
name=${2:-example}

# It consumes in the background and ends after two messages.
amqp-consume --url "$url" -q "$name" -x -e amq.topic -r "$name.*" -A -c 2 cat &
consumer=$!
trap 'kill $consumer 2>/dev/null || true' EXIT

# What is published before its queue is bound is lost, so publish until it has its two.
while kill -0 $consumer 2>/dev/null; do
    amqp-publish --url "$url" -e amq.topic -r "$name.news" -b 'some news
'
    sleep 0.1
done
wait $consumer
echo "the consumer's exit code: $?"
