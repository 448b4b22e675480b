package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.List;

/** Takes every delivery, and keeps it. */
final class CollectingTarget implements DeliveryTarget {

    private final List<QueueEntry> entries = new ArrayList<>();

    List<QueueEntry> entries() {
        return entries;
    }

    @Override
    public boolean reserve(Consumer consumer) {
        return true;
    }

    @Override
    public void offer(QueueEntry entry) {
        entries.add(entry);
    }

    @Override
    public void wake() {}

    @Override
    public void transmit(QueueEntry entry) {}

    @Override
    public void queueDeleted(Consumer consumer) {}

    @Override
    public void queueUnreadable(Consumer consumer, AmqpException why) {}
}
