package io.leveret.broker.transaction;

import io.leveret.broker.transaction.Arrival.Order;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first decision of one exchange that was ignored, which is told in the log file. A monitor. */
final class Ignored {

    private static final Logger LOG = LoggerFactory.getLogger(Ignored.class);

    private boolean before;
    private @Nullable Order untold;

    /** One is ignored; to be {@link #tell told} soon. */
    synchronized void add(Order order) {
        if (!before) {
            before = true;
            untold = order;
        }
    }

    /** To be called without any lock, since writing it may block. */
    void tell(String exchange) {
        Order first = take();
        if (first != null) {
            LOG.warn(
                    "A decision of an unknown or decided transaction is ignored; further ones are only counted"
                            + " exchange={} transaction={} decision={}",
                    exchange,
                    first.id(),
                    first.decision().wireName());
        }
    }

    private synchronized @Nullable Order take() {
        Order taken = untold;
        untold = null;
        return taken;
    }
}
