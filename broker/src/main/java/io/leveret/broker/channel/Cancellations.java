package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.Method;
import io.leveret.broker.channel.LateSearch.TimedOut;
import io.leveret.broker.queue.Consumer;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/** Ends consumers of an open channel which their client did not cancel, and tells it if it wants to hear. Owned by the channel's loop. */
final class Cancellations {

    private final int channel;
    private final Session session;
    private final Deliveries deliveries;
    private final Subscriptions subscriptions;
    private final Outbox outbox;
    private final java.util.function.Consumer<Method> client;

    /** Those that were cancelled since they kept something, for as long as a delivery knows them. */
    private final Set<Consumer> late = Collections.newSetFromMap(new WeakHashMap<>());

    /** @param client takes what is to be said to it */
    Cancellations(
            int channel,
            Session session,
            Deliveries deliveries,
            Subscriptions subscriptions,
            Outbox outbox,
            java.util.function.Consumer<Method> client) {
        this.channel = channel;
        this.session = session;
        this.deliveries = deliveries;
        this.subscriptions = subscriptions;
        this.outbox = outbox;
        this.client = client;
    }

    /** Its queue is gone. */
    void byQueue(Consumer consumer) {
        if (subscriptions.forget(consumer)) {
            deliveries.ended(consumer);
            tell(consumer);
        }
    }

    /** Its queue can't read what comes next. */
    void unreadable(Consumer consumer, AmqpException why) {
        if (subscriptions.has(consumer) && !session.cancelNotify()) {
            // It would wait for ever.
            throw why;
        }
        byQueue(consumer);
    }

    /**
     * Takes out what waited for its acknowledgement for too long.
     *
     * @param whenTaken calls {@link #ofLate}, at once or in a later turn of the loop
     * @return how many are looked at, or fewer; 0 if none is old enough
     */
    int findLate(long nowMs, Runnable whenTaken) {
        return deliveries.timeOut(subscriptions.shortestTimeoutMs(), nowMs, whenTaken);
    }

    /** What was taken out returns, and who kept it gets nothing any more: all are cancelled before, or one would get what another had. */
    void ofLate() {
        List<TimedOut> timedOut = deliveries.endTimeOut();
        if (timedOut.isEmpty()) {
            return;
        }
        try {
            timedOut.forEach(this::cancel);
        } finally {
            deliveries.giveBack();
        }
    }

    private void cancel(TimedOut timedOut) {
        Consumer consumer = timedOut.consumer();
        if (consumer != null && late.contains(consumer)) {
            // The client knows. It had younger deliveries, which had their time, too.
            return;
        }
        if (consumer != null && consumer.queue().isDeleted()) {
            // While the others were looked for: the client knows that, too.
            return;
        }
        if (consumer == null || !session.cancelNotify() || !subscriptions.has(consumer)) {
            throw AmqpException.preconditionFailed("delivery acknowledgement on channel " + channel
                    + " timed out. Timeout value used: " + timedOut.timeoutMs()
                    + " ms. This timeout value can be configured, see consumers doc guide to learn more");
        }
        late.add(consumer);
        subscriptions.cancel(consumer.tag());
        deliveries.ended(consumer);
        tell(consumer);
    }

    private void tell(Consumer consumer) {
        if (session.cancelNotify()) {
            outbox.drain();
            client.accept(new BasicCancel(consumer.tag(), true));
        }
    }
}
