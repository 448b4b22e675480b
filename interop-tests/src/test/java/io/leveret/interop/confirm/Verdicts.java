package io.leveret.interop.confirm;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Patience;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a channel hears of the messages that it published: acks, nacks and returned messages, in order. The client
 * library's threads fill it, the case's thread empties it.
 */
final class Verdicts {

    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();

    /** @param number the last message that it is about */
    private record Verdict(long number, boolean multiple) {}

    static Verdicts of(Channel channel) {
        Verdicts verdicts = new Verdicts();
        channel.addConfirmListener(
                (number, multiple) -> verdicts.arrived.add(new Verdict(number, multiple)),
                (number, multiple) -> verdicts.arrived.add("nack " + number));
        channel.addReturnListener(verdicts.arrived::add);
        return verdicts;
    }

    /** What came next: "ack 1", "ack up to 2", "nack 3" or a returned message. */
    Object next() throws InterruptedException {
        Object next = poll();
        return next instanceof Verdict ack ? (ack.multiple() ? "ack up to " : "ack ") + ack.number() : next;
    }

    /** Takes acks until all up to {@code last} are acked, in whatever portions; anything else fails. */
    void untilAcked(long last) throws InterruptedException {
        boolean[] acked = new boolean[(int) last];
        int open = acked.length;
        while (open > 0) {
            if (!(poll() instanceof Verdict ack)) {
                throw new AssertionError("something else than an ack");
            }
            open -= mark(acked, ack);
        }
    }

    /** Returns how many this ack is the first to cover; one that repeats a single message fails. */
    private static int mark(boolean[] acked, Verdict ack) {
        int fresh = 0;
        int from = ack.multiple() ? 0 : (int) ack.number() - 1;
        for (int i = from; i < ack.number(); i++) {
            fresh += acked[i] ? 0 : 1;
            acked[i] = true;
        }
        if (fresh == 0) {
            throw new AssertionError("acked again: " + ack);
        }
        return fresh;
    }

    private Object poll() throws InterruptedException {
        Object next = arrived.poll(Patience.MS, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no verdict in " + Patience.MS + " ms");
        }
        return next;
    }

    boolean isEmpty() {
        return arrived.isEmpty();
    }
}
