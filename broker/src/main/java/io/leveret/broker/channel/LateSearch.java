package io.leveret.broker.channel;

import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One search for deliveries that have waited for too long when it begins: it takes them out in pieces, since there may be a million. Owned by
 * the channel's event loop.
 */
final class LateSearch {

    private final UnackedDeliveries unacked;
    private final LateTags late;
    private final long last;
    private final ToLongFunction<QueueEntry> timeoutMs;
    private final LongUnaryOperator givenBy;

    /** There may be very many deliveries, of few different times. */
    private final Map<Long, Long> givenByTimeout = new HashMap<>();

    private final Map<Object, TimedOut> keepers = new LinkedHashMap<>();

    private final Returns found = new Returns();
    private long through;

    /** A delivery that waited for too long. */
    record TimedOut(@Nullable Consumer consumer, long timeoutMs) {}

    /**
     * @param last no higher tag has waited for too long
     * @param late is told what is taken out
     * @param timeoutMs how long a delivery may wait
     * @param givenBy the highest tag which has waited so long; asked once for each time
     */
    LateSearch(
            UnackedDeliveries unacked,
            long last,
            LateTags late,
            ToLongFunction<QueueEntry> timeoutMs,
            LongUnaryOperator givenBy) {
        this.unacked = unacked;
        this.late = late;
        this.last = last;
        this.timeoutMs = timeoutMs;
        this.givenBy = givenBy;
        givenByTimeout.put(QueueSettings.NONE, 0L);
    }

    /** Takes out what is late of a piece; whether there may be more. */
    boolean piece(UnackedDeliveries.TaggedDelivery sink) {
        List<Long> tags = new ArrayList<>();
        through = unacked.forEach(through + 1, last, GivingBack.PIECE, (tag, entry) -> {
            if (isLate(tag, entry)) {
                tags.add(tag);
            }
        });
        for (long tag : tags) {
            QueueEntry entry = unacked.remove(tag);
            if (entry != null) {
                late.add(tag);
                sink.accept(tag, entry);
            }
        }
        return through < last;
    }

    private boolean isLate(long tag, QueueEntry entry) {
        long timeout = timeoutMs.applyAsLong(entry);
        boolean isLate = tag <= givenByTimeout.computeIfAbsent(timeout, givenBy::applyAsLong);
        if (isLate) {
            Consumer consumer = entry.consumer();
            keepers.putIfAbsent(consumer == null ? "" : consumer, new TimedOut(consumer, timeout));
        }
        return isLate;
    }

    /** What was taken out, which nobody gets before those are cancelled who kept it. */
    Returns found() {
        return found;
    }

    /** Who kept what was taken out, each consumer once. */
    List<TimedOut> keepers() {
        return List.copyOf(keepers.values());
    }
}
