package io.leveret.broker.channel;

import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.BasicAck;
import java.util.ArrayDeque;

/**
 * Publisher confirms of one channel: numbers from 1, and one {@code basic.ack} for all that can be confirmed together, in the
 * order of the numbers. What was stored is confirmed when it is durable. Owned by the channel's event loop.
 */
final class Confirms {

    private static final int ACK_BYTES = 32;

    /** The numbers up to one wait for a batch. */
    private record Unforced(long through, long batch) {}

    private final ArrayDeque<Unforced> unforced = new ArrayDeque<>(2);

    /** Numbers that were refused, which an acknowledgement has to leave out. */
    private final ArrayDeque<Long> refused = new ArrayDeque<>(0);

    private long published;
    /** All up to here is among {@code unforced} or confirmed. */
    private long brought;

    private long acknowledged;

    /** Gives the next message its number. */
    long published() {
        return ++published;
    }

    /** The message that was published last is refused; to be told at once. */
    void refused() {
        refused.add(published);
    }

    /** The queues have all that was published; it is durable with a batch, the last one that this connection appended. */
    void brought(long batch) {
        if (published > brought) {
            brought = published;
            unforced.add(new Unforced(published, batch));
        }
    }

    /** The first batch that something waits for; the highest number there is if nothing does. */
    long awaitedBatch() {
        Unforced first = unforced.peek();
        return first == null ? Long.MAX_VALUE : first.batch();
    }

    /** Confirms what is durable, and says whether anything is left. */
    boolean send(long durableBatch, int channel, Output output) {
        long through = acknowledged;
        while (!unforced.isEmpty() && unforced.element().batch() <= durableBatch) {
            through = unforced.remove().through();
        }
        while (!refused.isEmpty() && refused.element() <= through) {
            long number = refused.remove();
            acknowledge(number - 1, channel, output);
            acknowledged = number;
        }
        acknowledge(through, channel, output);
        return !unforced.isEmpty();
    }

    private void acknowledge(long through, int channel, Output output) {
        if (through > acknowledged) {
            boolean multiple = through - acknowledged > 1;
            acknowledged = through;
            FrameEncoder.writeMethod(output.buffer(ACK_BYTES), channel, new BasicAck(through, multiple));
        }
    }
}
