package io.leveret.broker.transaction;

import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where transactions go that leave: all of their messages somewhere, or they wait. Used by one thread at a time. */
final class Ways {

    /** However many wait, it is told so often at most. */
    private static final long TELL_MS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(Ways.class);

    private final TransactionDelivery delivery;
    private boolean isTold;
    private long toldMs;

    Ways(TransactionDelivery delivery) {
        this.delivery = delivery;
    }

    /**
     * Finds where the messages of one transaction go, which keep their places there until they are gathered.
     *
     * @param decision a commit, or that nobody decided
     * @return in their order; null if one of them would be lost now, or their exchange is just deleted
     */
    @Nullable
    List<Leaving> find(TransactionalMessages room, List<Message> messages, Decision decision, long nowMs) {
        List<Leaving> ways = delivery.find(room, messages, decision);
        if (ways == null) {
            return null;
        }
        boolean isAdmitted = false;
        try {
            isAdmitted = ways.stream().allMatch(Leaving::admit);
        } finally {
            if (!isAdmitted) {
                giveUp(ways);
            }
        }
        if (isAdmitted) {
            return ways;
        }
        tell(room, decision, nowMs);
        return null;
    }

    /** These, as they were found one after the other, do not leave now. */
    void giveUp(List<Leaving> ways) {
        for (int i = ways.size() - 1; i >= 0; i--) {
            ways.get(i).giveUp();
        }
        delivery.end();
    }

    private void tell(TransactionalMessages room, Decision decision, long nowMs) {
        if (isTold && Math.abs(nowMs - toldMs) < TELL_MS) {
            return;
        }
        isTold = true;
        toldMs = nowMs;
        LOG.warn(
                decision == Decision.COMMIT
                        ? "Committed messages can't go anywhere, since all queues refuse them or the dead-letter exchange leads"
                                + " nowhere, and wait; trying again every {} ms exchange={}"
                        : "Half messages that nobody decided about can't go anywhere, and wait; trying again every {} ms"
                                + " exchange={}",
                HalfReads.AGAIN_MS,
                room.exchange());
    }
}
