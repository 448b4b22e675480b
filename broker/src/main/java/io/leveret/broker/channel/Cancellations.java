package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.Method;
import io.leveret.broker.channel.Deliveries.TimedOut;
import io.leveret.broker.queue.Consumer;
import java.util.List;

/** Ends consumers of an open channel which their client did not cancel, and tells it if it wants to hear. Owned by the channel's loop. */
final class Cancellations {

    private final int channel;
    private final Session session;
    private final Deliveries deliveries;
    private final Subscriptions subscriptions;
    private final Outbox outbox;
    private final java.util.function.Consumer<Method> client;

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

    /** What waited for its acknowledgement for too long returns, and who kept it gets nothing any more. */
    void ofLate(long nowMs) {
        List<TimedOut> late = deliveries.timeOut(subscriptions.shortestTimeoutMs(), nowMs);
        if (late.isEmpty()) {
            return;
        }
        try {
            late.forEach(this::cancel);
        } finally {
            deliveries.giveBack();
        }
    }

    private void cancel(TimedOut late) {
        Consumer consumer = late.consumer();
        if (consumer == null || !session.cancelNotify()) {
            throw AmqpException.preconditionFailed("delivery acknowledgement on channel " + channel
                    + " timed out. Timeout value used: " + late.timeoutMs()
                    + " ms. This timeout value can be configured, see consumers doc guide to learn more");
        }
        if (subscriptions.cancel(consumer.tag())) {
            tell(consumer);
        }
    }

    private void tell(Consumer consumer) {
        if (session.cancelNotify()) {
            outbox.drain();
            client.accept(new BasicCancel(consumer.tag(), true));
        }
    }
}
