package io.leveret.broker.transaction;

import io.leveret.broker.transaction.Arrival.Order;
import java.util.ArrayList;
import java.util.List;

/** What came to one exchange and means nothing: counted, told of, and to leave the log. Guarded by its {@link TransactionalMessages}. */
final class Meaningless {

    private final Tally tally;
    private List<Long> inLog = new ArrayList<>();

    /** A monitor of its own: it is told without any other lock. */
    private final Ignored ignored = new Ignored();

    Meaningless(Tally tally) {
        this.tally = tally;
    }

    /** @param isStored whether it stands in the log */
    void add(Arrival arrival, boolean isStored) {
        if (isStored) {
            inLog.add(arrival.position());
        }
        if (!(arrival instanceof Order order)) {
            tally.repeated++;
        } else if (order.decision() != Decision.UNRESOLVED) {
            tally.ignored++;
            ignored.add(order);
        }
    }

    /** Where stands what is to leave the log. */
    List<Long> inLog() {
        return inLog;
    }

    /** Nothing is to leave it any more. */
    void left() {
        inLog = new ArrayList<>();
    }

    Ignored ignored() {
        return ignored;
    }
}
