package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The AMQP frames that the generator sends, as bytes. Written by hand and not with the broker's codec, so that a mistake in the
 * codec can't hide behind itself.
 */
final class Frames {

    static final int HEADER_BYTES = 7;
    static final int OVERHEAD_BYTES = HEADER_BYTES + 1;
    static final byte END = (byte) 0xCE;
    static final int METHOD = 1;
    static final int HEADER = 2;
    static final int BODY = 3;
    static final int FRAME_MAX_BYTES = 131_072;

    static final int CONNECTION_START = id(10, 10);
    static final int CONNECTION_TUNE = id(10, 30);
    static final int CONNECTION_CLOSE = id(10, 50);
    static final int CONNECTION_CLOSE_OK = id(10, 51);
    static final int CHANNEL_CLOSE = id(20, 40);
    static final int BASIC_CANCEL = id(60, 30);
    static final int BASIC_DELIVER = id(60, 60);
    static final int BASIC_ACK = id(60, 80);
    static final int BASIC_NACK = id(60, 120);

    private static final int CHANNEL = 1;
    private static final int DURABLE = 1 << 1;
    private static final int QUEUE_AUTO_DELETE = 1 << 3;
    private static final int EXCHANGE_AUTO_DELETE = 1 << 2;
    private static final int NO_ACK = 1 << 1;
    private static final int DELIVERY_MODE_FLAG = 1 << 12;
    private static final int TRANSIENT = 1;
    private static final int PERSISTENT = 2;

    private Frames() {}

    /** Class and method as they stand at the start of a method frame's payload, read as one int. */
    static int id(int classId, int methodId) {
        return classId << 16 | methodId;
    }

    static ByteBuf protocolHeader() {
        return Unpooled.wrappedBuffer(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
    }

    static ByteBuf startOk(String user, String password) {
        return method(0, id(10, 11), out -> {
            noArguments(out);
            shortString(out, "PLAIN");
            byte[] response = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
            out.writeInt(response.length).writeBytes(response);
            shortString(out, "en_US");
        });
    }

    /** No heartbeats: a run is short, and its counts show a connection that stalls. */
    static ByteBuf tuneOk() {
        return method(
                0,
                id(10, 31),
                out -> out.writeShort(CHANNEL).writeInt(FRAME_MAX_BYTES).writeShort(0));
    }

    static ByteBuf openConnection(String virtualHost) {
        return method(0, id(10, 40), out -> {
            shortString(out, virtualHost);
            out.writeByte(0).writeByte(0);
        });
    }

    static ByteBuf closeConnection() {
        return method(0, CONNECTION_CLOSE, out -> {
            out.writeShort(200);
            shortString(out, "Goodbye");
            out.writeInt(0);
        });
    }

    static ByteBuf closeConnectionOk() {
        return method(0, CONNECTION_CLOSE_OK, out -> {});
    }

    static ByteBuf openChannel() {
        return method(CHANNEL, id(20, 10), out -> out.writeByte(0));
    }

    static ByteBuf declareExchange(String exchange, String type) {
        return method(CHANNEL, id(40, 10), out -> {
            out.writeShort(0);
            shortString(out, exchange);
            shortString(out, type);
            out.writeByte(EXCHANGE_AUTO_DELETE);
            noArguments(out);
        });
    }

    static ByteBuf declareQueue(String queue, boolean durable) {
        return declareQueue(queue, QUEUE_AUTO_DELETE | (durable ? DURABLE : 0));
    }

    /** A durable queue that nobody deletes. */
    static ByteBuf declareKeptQueue(String queue) {
        return declareQueue(queue, DURABLE);
    }

    private static ByteBuf declareQueue(String queue, int flags) {
        return declareQueue(queue, flags, Frames::noArguments);
    }

    /** A queue of the run's own that groups its messages by their routing key. */
    static ByteBuf declareGroupedQueue(String queue) {
        return declareQueue(queue, QUEUE_AUTO_DELETE, out -> {
            ByteBuf arguments = Unpooled.buffer();
            shortString(arguments, "x-group-by");
            byte[] value = "routing-key".getBytes(StandardCharsets.UTF_8);
            arguments.writeByte('S').writeInt(value.length).writeBytes(value);
            out.writeInt(arguments.readableBytes()).writeBytes(arguments);
        });
    }

    private static ByteBuf declareQueue(String queue, int flags, Consumer<ByteBuf> arguments) {
        return method(CHANNEL, id(50, 10), out -> {
            out.writeShort(0);
            shortString(out, queue);
            out.writeByte(flags);
            arguments.accept(out);
        });
    }

    static ByteBuf deleteQueue(String queue) {
        return method(CHANNEL, id(50, 40), out -> {
            out.writeShort(0);
            shortString(out, queue);
            out.writeByte(0);
        });
    }

    static ByteBuf bindQueue(String queue, String exchange, String bindingKey) {
        return method(CHANNEL, id(50, 20), out -> {
            out.writeShort(0);
            shortString(out, queue);
            shortString(out, exchange);
            shortString(out, bindingKey);
            out.writeByte(0);
            noArguments(out);
        });
    }

    static ByteBuf qos(int prefetch) {
        return method(
                CHANNEL, id(60, 10), out -> out.writeInt(0).writeShort(prefetch).writeByte(0));
    }

    static ByteBuf consume(String queue, boolean autoAck) {
        return method(CHANNEL, id(60, 20), out -> {
            out.writeShort(0);
            shortString(out, queue);
            shortString(out, "");
            out.writeByte(autoAck ? NO_ACK : 0);
            noArguments(out);
        });
    }

    static ByteBuf selectConfirms() {
        return method(CHANNEL, id(85, 10), out -> out.writeByte(0));
    }

    static void ackThrough(long deliveryTag, ByteBuf acks) {
        frame(
                acks,
                METHOD,
                CHANNEL,
                out -> out.writeInt(BASIC_ACK).writeLong(deliveryTag).writeByte(1));
    }

    /** {@code basic.publish} with content header and body; the body is zeros, in as many frames as it needs. */
    static ByteBuf publish(String exchange, String routingKey, int sizeBytes, boolean persistent) {
        ByteBuf publish = method(CHANNEL, id(60, 40), out -> {
            out.writeShort(0);
            shortString(out, exchange);
            shortString(out, routingKey);
            out.writeByte(0);
        });
        frame(
                publish,
                HEADER,
                CHANNEL,
                out -> out.writeInt(id(60, 0))
                        .writeLong(sizeBytes)
                        .writeShort(DELIVERY_MODE_FLAG)
                        .writeByte(persistent ? PERSISTENT : TRANSIENT));
        int bodyMaxBytes = FRAME_MAX_BYTES - OVERHEAD_BYTES;
        for (int sent = 0; sent < sizeBytes; sent += bodyMaxBytes) {
            int part = Math.min(bodyMaxBytes, sizeBytes - sent);
            frame(publish, BODY, CHANNEL, out -> out.writeZero(part));
        }
        return publish;
    }

    private static ByteBuf method(int channel, int id, Consumer<ByteBuf> arguments) {
        ByteBuf out = Unpooled.buffer();
        frame(out, METHOD, channel, payload -> arguments.accept(payload.writeInt(id)));
        return out;
    }

    private static void frame(ByteBuf out, int type, int channel, Consumer<ByteBuf> payload) {
        int start = out.writerIndex();
        out.writeByte(type).writeShort(channel).writeInt(0);
        payload.accept(out);
        out.setInt(start + 3, out.writerIndex() - start - HEADER_BYTES);
        out.writeByte(END);
    }

    private static void noArguments(ByteBuf out) {
        out.writeInt(0);
    }

    private static void shortString(ByteBuf out, String value) {
        out.writeByte(ByteBufUtil.utf8Bytes(value));
        ByteBufUtil.writeUtf8(out, value);
    }
}
