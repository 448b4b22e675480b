"""Publishes to a topic exchange and consumes what matches. Usage: publish_consume.py [URL [NAME]]"""

import sys
from decimal import Decimal

import pika

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"
exchange = name + ".events"

connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()
channel.exchange_declare(exchange, exchange_type="topic", auto_delete=True)
channel.queue_declare(name, exclusive=True)
channel.queue_bind(name, exchange, routing_key="order.#")

channel.basic_publish(
    exchange,
    "order.placed",
    "first",
    pika.BasicProperties(
        delivery_mode=2,  # persistent
        content_type="text/plain",
        content_encoding="utf-8",
        message_id="m-1",
        correlation_id="c-1",
        reply_to="nobody",
        type="placed",
        app_id="shop",
        user_id="guest",
        priority=3,
        expiration="60000",
        timestamp=1700000000,
        headers={
            "text": "löwe",
            "bytes": b"\x00\xff",
            "small": 7,
            "big": 2**40,
            "fraction": Decimal("0.5"),
            "yes": True,
            "nothing": None,
            "list": [1, "two", {"three": 3}],
            "table": {"inner": {"deep": "x"}},
        },
    ),
)
channel.basic_publish(exchange, "invoice.sent", "matches nothing")
channel.basic_publish(exchange, "order.paid", "second")
channel.basic_publish(exchange, "order.shipped.late", b"x" * 300_000)

channel.basic_qos(prefetch_count=1)
for method, properties, body in channel.consume(name, inactivity_timeout=5):
    if method is None:
        print("nothing came any more")
        break
    again = " again" if method.redelivered else ""
    print(f"{method.routing_key}{again}: {len(body)} bytes")
    if method.routing_key == "order.placed":
        for key, value in sorted(vars(properties).items()):
            print(f"  {key} = {sorted(value.items()) if key == 'headers' else value!r}")
    if method.routing_key == "order.paid" and not method.redelivered:
        channel.basic_nack(method.delivery_tag, requeue=True)
        continue
    channel.basic_ack(method.delivery_tag)
    if method.routing_key == "order.shipped.late":
        break

print("put back on cancel:", channel.cancel())
print("one more:", channel.basic_get(name)[0])
print("queue:", channel.queue_declare(name, passive=True).method)
connection.close()
