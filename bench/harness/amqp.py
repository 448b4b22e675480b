"""Just enough of an AMQP client to see whether a broker is up, which virtual hosts it has, and how many messages a queue has."""

import socket
import struct

FRAME_END = b"\xce"
METHOD = 1


class AmqpError(OSError):
    pass


class Client:
    """One connection to a virtual host, with one channel."""

    def __init__(self, port, timeout=60, vhost="/"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        try:
            self.open(vhost)
        except BaseException:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def open(self, vhost):
        self.socket.sendall(b"AMQP\x00\x00\x09\x01")
        self.answer(10, 10)
        self.method(0, 10, 11, struct.pack(">I", 0) + short("PLAIN") + struct.pack(">I", 12) + b"\0guest\0guest" + short("en_US"))
        self.answer(10, 30)
        self.method(0, 10, 31, struct.pack(">HIH", 1, 131072, 0))
        self.method(0, 10, 40, short(vhost) + b"\0\0")
        self.answer(10, 41)
        self.method(1, 20, 10, b"\0")
        self.answer(20, 11)

    def count(self, queue):
        """How many messages are ready, by a passive declare; the broker closes the channel if there is no such queue."""
        self.method(1, 50, 10, b"\0\0" + short(queue) + b"\x01" + struct.pack(">I", 0))
        arguments = self.answer(50, 11)
        return struct.unpack_from(">I", arguments, 1 + arguments[0])[0]

    def method(self, channel, class_id, method_id, arguments):
        payload = struct.pack(">HH", class_id, method_id) + arguments
        self.socket.sendall(struct.pack(">BHI", METHOD, channel, len(payload)) + payload + FRAME_END)

    def answer(self, class_id, method_id):
        """The arguments of the method that must come next."""
        while True:
            kind, _, length = struct.unpack(">BHI", self.read(7))
            payload = self.read(length + 1)[:-1]
            if kind == METHOD:
                break
        if struct.unpack_from(">HH", payload) != (class_id, method_id):
            raise AmqpError(f"method {struct.unpack_from('>HH', payload)}: {payload[4:200]} (expected: {class_id}, {method_id})")
        return payload[4:]

    def read(self, length):
        parts = b""
        while len(parts) < length:
            part = self.socket.recv(length - len(parts))
            if not part:
                raise AmqpError("the broker closed the connection")
            parts += part
        return parts


def short(text):
    return bytes([len(text)]) + text.encode()
