package io.leveret.broker.transaction;

import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where transactions go that nobody decides: somewhere with all of their messages, or they wait. Used by one thread at a time. */
final class DeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final TransactionDelivery delivery;
    private boolean nowhereBefore;

    DeadLetters(TransactionDelivery delivery) {
        this.delivery = delivery;
    }

    /** Finds where messages of one transaction go; null if one of them would be lost now, or their exchange is just deleted. */
    @Nullable
    List<Leaving> find(TransactionalMessages room, List<Message> messages) {
        List<Leaving> ways = delivery.find(room, messages, Decision.UNRESOLVED);
        if (ways == null) {
            return null;
        }
        boolean goes = ways.stream().allMatch(Leaving::leadsSomewhere);
        if (!goes && !nowhereBefore) {
            LOG.warn(
                    "Half messages that nobody decided about go nowhere, and wait; trying again every {} ms exchange={}",
                    HalfReads.AGAIN_MS,
                    room.exchange());
        }
        nowhereBefore = !goes;
        return goes ? ways : null;
    }
}
