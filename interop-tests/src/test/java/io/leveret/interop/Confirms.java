package io.leveret.interop;

import com.rabbitmq.client.Channel;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/** The confirms of a channel, each by itself, however the broker bundled them. The client library's threads fill it. */
public final class Confirms {

    private final NavigableMap<Long, String> settled = new ConcurrentSkipListMap<>();
    private long firstOutstanding = 1;

    public static Confirms of(Channel channel) {
        Confirms confirms = new Confirms();
        channel.addConfirmListener(
                (tag, multiple) -> confirms.settle(tag, multiple, "ack"),
                (tag, multiple) -> confirms.settle(tag, multiple, "nack"));
        return confirms;
    }

    /** Waits for so many; says how many were acked and nacked, and the highest number. */
    public synchronized String await(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Patience.MS);
        while (settled.size() < count) {
            long leftNanos = deadline - System.nanoTime();
            if (leftNanos <= 0) {
                throw new AssertionError(
                        settled.size() + " confirms after " + Patience.MS + " ms (expected: " + count + ")");
            }
            TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
        }
        return describe();
    }

    private synchronized void settle(long tag, boolean multiple, String how) {
        for (long number = multiple ? firstOutstanding : tag; number <= tag; number++) {
            String before = settled.putIfAbsent(number, how);
            if (before != null && !multiple) {
                settled.put(number, before + " and again " + how);
            }
        }
        while (settled.containsKey(firstOutstanding)) {
            firstOutstanding++;
        }
        notifyAll();
    }

    private synchronized String describe() {
        long acked = settled.values().stream().filter("ack"::equals).count();
        long nacked = settled.values().stream().filter("nack"::equals).count();
        long odd = settled.size() - acked - nacked;
        String numbers = settled.isEmpty() ? "" : ", numbers up to " + settled.lastKey();
        return acked + " acked, " + nacked + " nacked" + (odd == 0 ? "" : ", " + odd + " twice") + numbers;
    }
}
