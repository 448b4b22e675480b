package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;

/** What is answered to frames that no client may send, or not there. */
public final class ProtocolErrors {

    private ProtocolErrors() {}

    /** What a method which a client may not send here, or at all, is answered with. */
    public static AmqpException unimplemented() {
        return AmqpException.commandInvalid("unimplemented method");
    }

    /** What a content frame which no method announced is answered with. */
    public static AmqpException methodExpected() {
        return AmqpException.unexpectedFrame("expected method frame, got non method frame instead");
    }

    /** The channel is open, or the client has not answered its close. */
    static AmqpException alreadyOpen() {
        return AmqpException.channelError("second 'channel.open' seen");
    }

    /** No delivery that is outstanding has the tag. */
    static AmqpException unknownDelivery(long tag) {
        return AmqpException.preconditionFailed("unknown delivery tag " + Long.toUnsignedString(tag));
    }
}
