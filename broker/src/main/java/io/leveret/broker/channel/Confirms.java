package io.leveret.broker.channel;

import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.BasicAck;

/**
 * Publisher confirms of one channel: numbers from 1, and one {@code basic.ack} for all that a read burst brought. Owned by
 * the channel's event loop.
 */
final class Confirms {

    private static final int ACK_BYTES = 32;

    private long published;
    private long acknowledged;

    /** Gives the next message its number. */
    void published() {
        published++;
    }

    boolean isDue() {
        return published > acknowledged;
    }

    /** Acknowledges all that was published; its queues have it. */
    void flush(int channel, Output output) {
        if (isDue()) {
            boolean multiple = published - acknowledged > 1;
            acknowledged = published;
            FrameEncoder.writeMethod(output.buffer(ACK_BYTES), channel, new BasicAck(published, multiple));
        }
    }
}
