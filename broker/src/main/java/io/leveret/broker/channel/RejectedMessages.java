package io.leveret.broker.channel;

import io.leveret.broker.queue.DepartedMessages;
import io.leveret.broker.queue.Departure;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.vhost.VirtualHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages that a transaction rejects and that are dead-lettered in its batch: read where they are not in memory. */
final class RejectedMessages {

    private static final Logger log = LoggerFactory.getLogger(RejectedMessages.class);

    private RejectedMessages() {}

    /**
     * Whether all of them are in memory. If not, they are read.
     *
     * @param whenRead notes what was read, on the channel's loop; then the commit can be tried again
     */
    static boolean hold(Transaction toCommit, VirtualHost vhost, Executor whenRead) {
        Map<QueueEntry, Departure> dropped = toCommit.holdRejected();
        if (dropped.isEmpty()) {
            return true;
        }
        vhost.onPool(() -> {
            try {
                readTogether(dropped);
            } finally {
                whenRead.execute(() -> toCommit.hold(dropped));
            }
        });
        return false;
    }

    private static void readTogether(Map<QueueEntry, Departure> dropped) {
        List<QueueEntry> entries = new ArrayList<>(dropped.keySet());
        List<Departure> read =
                DepartedMessages.read(entries.stream().map(dropped::get).toList(), any -> true, Long.MAX_VALUE);
        for (int i = 0; i < entries.size(); i++) {
            Departure departure = read.get(i);
            dropped.put(entries.get(i), departure.message() == null ? read(departure) : departure);
        }
    }

    /** What can't be read now is dead-lettered when it can, after the rest. */
    private static Departure read(Departure departure) {
        try {
            return departure.queue().withMessage(departure);
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "A rejected message can't be read now {}", departure.queue().describe(), e);
            return departure;
        }
    }
}
