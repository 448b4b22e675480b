package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.broker.settings.LimitSettings;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Puts content header and body frames of one message together. A body takes memory as it arrives, not as it is announced,
 * and one above the limit is counted and thrown away. Owned by the channel's event loop.
 */
final class IncomingContent {

    private static final int BASIC_CLASS = 60;

    private static final byte[] EMPTY_BODY = {};

    private enum Expecting {
        NOTHING,
        HEADER,
        BODY
    }

    private final long maxBytes;
    private Expecting expecting = Expecting.NOTHING;
    private BasicProperties properties = BasicProperties.EMPTY;
    private long announced;
    private long received;
    private byte[] body = EMPTY_BODY;

    /** @param maxBytes bodies above this are received and refused */
    IncomingContent(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean isExpecting() {
        return expecting != Expecting.NOTHING;
    }

    /** @throws AmqpException unexpected frame: a method came in the middle of a message */
    void requireComplete() {
        if (expecting == Expecting.HEADER) {
            throw notAHeader();
        }
        if (expecting == Expecting.BODY) {
            throw AmqpException.unexpectedFrame("expected content body, got non content body frame instead");
        }
    }

    void begin() {
        expecting = Expecting.HEADER;
    }

    /** Takes a content header; true if the message is complete. */
    boolean header(ByteBuf payload) {
        requireHeaderExpected();
        int classId = payload.readUnsignedShort();
        int weight = payload.readUnsignedShort();
        announced = payload.readLong();
        if (weight != 0) {
            throw notAHeader();
        }
        if (classId != BASIC_CLASS) {
            throw AmqpException.unexpectedFrame(
                    "expected content header for class 60, got one for class " + classId + " instead");
        }
        if (announced < 0 || announced > LimitSettings.MESSAGE_SIZE_CEILING_BYTES) {
            throw AmqpException.frameError("content body size " + Long.toUnsignedString(announced)
                    + " exceeds maximum allowed size " + LimitSettings.MESSAGE_SIZE_CEILING_BYTES);
        }
        // Publishers tend to repeat their properties; then the checked and decoded ones serve again.
        if (!properties.sameBytes(payload)) {
            properties = BasicProperties.read(payload);
        }
        received = 0;
        body = EMPTY_BODY;
        return completeOrBody();
    }

    /** Takes a content body frame; true if the message is complete. */
    boolean body(ByteBuf payload) {
        if (expecting == Expecting.HEADER) {
            throw notAHeader();
        }
        if (expecting == Expecting.NOTHING) {
            throw ProtocolErrors.methodExpected();
        }
        int bytes = payload.readableBytes();
        if (received + bytes > announced) {
            throw AmqpException.frameError("content body frame exceeds remaining content size");
        }
        if (announced <= maxBytes) {
            append(payload, bytes);
        }
        received += bytes;
        return completeOrBody();
    }

    BasicProperties properties() {
        return properties;
    }

    /**
     * The body of the complete message, handed over.
     *
     * @throws AmqpException precondition failed, if it was too large
     */
    byte[] takeBody() {
        if (announced > maxBytes) {
            throw AmqpException.preconditionFailed(
                    "message size " + announced + " is larger than configured max size " + maxBytes);
        }
        byte[] taken = body;
        body = EMPTY_BODY;
        return taken;
    }

    private void requireHeaderExpected() {
        if (expecting == Expecting.NOTHING) {
            throw ProtocolErrors.methodExpected();
        }
        if (expecting == Expecting.BODY) {
            requireComplete();
        }
    }

    private boolean completeOrBody() {
        boolean complete = received == announced;
        expecting = complete ? Expecting.NOTHING : Expecting.BODY;
        return complete;
    }

    private void append(ByteBuf payload, int bytes) {
        int size = (int) received;
        if (body.length < size + bytes) {
            long wanted = Math.max(size + (long) bytes, body.length * 2L);
            body = Arrays.copyOf(body, (int) Math.min(announced, wanted));
        }
        payload.readBytes(body, size, bytes);
    }

    private static AmqpException notAHeader() {
        return AmqpException.unexpectedFrame(
                "expected content header for class 60, got non content header frame instead");
    }
}
