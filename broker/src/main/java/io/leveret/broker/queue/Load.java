package io.leveret.broker.queue;

import io.leveret.broker.queue.ReadyEntries.Window;
import java.util.List;

/** Something to read from the store for a queue, and for which of its states it was wanted. */
sealed interface Load {

    /** Whose it is: what was read for other entries than the queue's present ones is of no use. */
    ReadyEntries owner();

    /** The first entries of what is paged out. */
    record OfRange(ReadyEntries owner, int version, long from, long through, Window size) implements Load {}

    /** The messages of entries that are in memory without them. */
    record OfMessages(ReadyEntries owner, List<QueueEntry> entries) implements Load {}
}
