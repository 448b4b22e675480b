"""Calls a procedure, once by direct reply-to and once with a reply queue of its own. Usage: rpc.py [URL [NAME]]"""

import sys

import pika

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"


def serve(channel):
    def answer(channel, method, properties, body):
        channel.basic_publish(
            "",
            properties.reply_to,
            str(int(body) ** 2),
            pika.BasicProperties(correlation_id=properties.correlation_id),
        )
        channel.basic_ack(method.delivery_tag)

    channel.queue_declare(name, exclusive=True)
    channel.basic_consume(name, answer)


def call(connection, channel, reply_to, numbers):
    answers = {}

    def take(channel, method, properties, body):
        answers[properties.correlation_id] = body.decode()

    tag = channel.basic_consume(reply_to, take, auto_ack=True)
    for number in numbers:
        properties = pika.BasicProperties(reply_to=reply_to, correlation_id=f"call {number}")
        channel.basic_publish("", name, str(number), properties)
    while len(answers) < len(numbers):
        connection.process_data_events(time_limit=1)
    channel.basic_cancel(tag)
    return sorted(answers.items())


connection = pika.BlockingConnection(pika.URLParameters(url))
serve(connection.channel())
channel = connection.channel()
print(call(connection, channel, "amq.rabbitmq.reply-to", [1, 2, 3, 40]))
reply_queue = channel.queue_declare("", exclusive=True).method.queue
print(call(connection, channel, reply_queue, [5, 6]))
connection.close()
