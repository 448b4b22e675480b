package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A channel as a queue sees it, for one thread: its room is a number of deliveries, and what is offered stands in a log that
 * several targets may share.
 */
final class FakeTarget implements DeliveryTarget {

    private final List<QueueEntry> log;
    private final List<Consumer> withoutQueue = new ArrayList<>();
    private final List<Consumer> unreadable = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private boolean sleeping;

    FakeTarget(List<QueueEntry> log) {
        this.log = log;
    }

    static int idOf(QueueEntry entry) {
        return Integer.parseInt(new String(entry.message().body(), StandardCharsets.UTF_8));
    }

    void room(int deliveries) {
        room = deliveries;
    }

    /** Whether something was offered and nobody woke the loop after it. */
    boolean isSleepingOverDeliveries() {
        return sleeping;
    }

    /** The consumers that were told that their queue is gone. */
    List<Consumer> withoutQueue() {
        return withoutQueue;
    }

    /** The consumers that were told that their queue can't read, and so has taken them off. */
    List<Consumer> unreadable() {
        return unreadable;
    }

    @Override
    public boolean reserve(Consumer consumer) {
        if (room == 0) {
            return false;
        }
        room--;
        return true;
    }

    @Override
    public void offer(QueueEntry entry) {
        log.add(entry);
        sleeping = true;
    }

    @Override
    public void wake() {
        sleeping = false;
    }

    @Override
    public void transmit(QueueEntry entry) {
        entry.transmitted();
    }

    @Override
    public void queueDeleted(Consumer consumer) {
        withoutQueue.add(consumer);
    }

    @Override
    public void queueUnreadable(Consumer consumer, AmqpException why) {
        unreadable.add(consumer);
    }
}
