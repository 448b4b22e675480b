package io.leveret.broker.connection;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.ProtocolHeader;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ConnectionOpen;
import io.leveret.amqp.method.ConnectionStartOk;
import io.leveret.amqp.method.ConnectionTuneOk;
import io.leveret.amqp.method.Method;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The octets that a client sends, put together frame by frame. */
final class ClientStream {

    static final int FRAME_MAX = 8192;

    private final ByteBuf out = Unpooled.buffer();
    private final int frameMax;

    ClientStream() {
        this(FRAME_MAX);
    }

    ClientStream(int frameMax) {
        this.frameMax = frameMax;
    }

    @CanIgnoreReturnValue
    ClientStream header() {
        ProtocolHeader.write(out);
        return this;
    }

    /** Everything up to {@code connection.open}, as guest, with a client that can do all that there is. */
    @CanIgnoreReturnValue
    ClientStream handshake(int heartbeatSeconds) {
        FieldTable capabilities = FieldTable.builder()
                .put("consumer_cancel_notify", true)
                .put("connection.blocked", true)
                .put("authentication_failure_close", true)
                .build();
        return header().login("guest", "guest", capabilities)
                .method(0, new ConnectionTuneOk(2047, frameMax, heartbeatSeconds))
                .method(0, new ConnectionOpen("/"));
    }

    @CanIgnoreReturnValue
    ClientStream login(String user, String password, FieldTable capabilities) {
        FieldTable properties =
                FieldTable.builder().put("capabilities", capabilities).build();
        byte[] response = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        return method(0, new ConnectionStartOk(properties, "PLAIN", response, "en_US"));
    }

    @CanIgnoreReturnValue
    ClientStream method(int channel, Method method) {
        FrameEncoder.writeMethod(out, channel, method);
        return this;
    }

    @CanIgnoreReturnValue
    ClientStream openChannel(int channel) {
        return method(channel, new ChannelOpen());
    }

    @CanIgnoreReturnValue
    ClientStream publish(int channel, String exchange, String routingKey, String body) {
        return publish(channel, new BasicPublish(exchange, routingKey, false, false), BasicProperties.EMPTY, body);
    }

    @CanIgnoreReturnValue
    ClientStream publish(int channel, BasicPublish method, BasicProperties properties, String body) {
        method(channel, method);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        FrameEncoder.writeContent(out, channel, properties.encoded(), bytes, frameMax);
        return this;
    }

    @CanIgnoreReturnValue
    ClientStream heartbeat() {
        FrameEncoder.writeHeartbeat(out);
        return this;
    }

    /** A frame as told, right or wrong. */
    @CanIgnoreReturnValue
    ClientStream frame(int type, int channel, int size, byte[] payload, int end) {
        out.writeByte(type)
                .writeShort(channel)
                .writeInt(size)
                .writeBytes(payload)
                .writeByte(end);
        return this;
    }

    @CanIgnoreReturnValue
    ClientStream raw(byte[] octets) {
        out.writeBytes(octets);
        return this;
    }

    byte[] bytes() {
        return ByteBufUtil.getBytes(out);
    }
}
