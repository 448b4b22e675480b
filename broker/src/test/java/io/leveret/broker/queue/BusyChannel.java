package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;

/**
 * A channel on a thread of its own: takes deliveries, acknowledges, requeues, cancels and consumes again, with little room
 * that comes and goes. Like the real one it sleeps until a queue wakes it.
 */
final class BusyChannel implements DeliveryTarget, Runnable {

    private static final long STALL_SECONDS = 20;
    private static final int ROOM = 3;

    private final Queue queue;
    private final Random random;
    private final AtomicIntegerArray acknowledged;
    private final BooleanSupplier finished;
    private final ConcurrentLinkedQueue<QueueEntry> outbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger room = new AtomicInteger(ROOM);
    private final Semaphore wakes = new Semaphore(0);
    private final List<QueueEntry> unacked = new ArrayList<>();
    private Consumer consumer;

    BusyChannel(Queue queue, long seed, AtomicIntegerArray acknowledged, BooleanSupplier finished) {
        this.queue = queue;
        this.random = new Random(seed);
        this.acknowledged = acknowledged;
        this.finished = finished;
        this.consumer = newConsumer();
    }

    private Consumer newConsumer() {
        return Queues.consumer(
                queue, this, "c", Queues.options(false, false, 1 + random.nextInt(3), random.nextInt(2)));
    }

    @Override
    public void run() {
        queue.addConsumer(consumer);
        while (!finished.getAsBoolean()) {
            turn();
        }
        queue.removeConsumer(consumer);
    }

    private void turn() {
        awaitWake();
        drain();
        if (random.nextInt(50) == 0) {
            replaceConsumer();
        }
        settle();
        if (room.getAndSet(ROOM) < ROOM && consumer.parked()) {
            queue.activate(consumer);
        }
    }

    private void awaitWake() {
        try {
            if (!wakes.tryAcquire(STALL_SECONDS, TimeUnit.SECONDS) && !finished.getAsBoolean()) {
                throw new AssertionError(
                        "no delivery for " + STALL_SECONDS + " s: " + queue.counts() + " parked=" + consumer.parked());
            }
            wakes.drainPermits();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private void drain() {
        for (QueueEntry entry = outbox.poll(); entry != null; entry = outbox.poll()) {
            transmit(entry);
        }
    }

    /** What an old consumer left unsettled may still be acknowledged, or returns in one go. */
    private void replaceConsumer() {
        queue.removeConsumer(consumer);
        drain();
        if (random.nextBoolean()) {
            queue.requeue(unacked);
            unacked.clear();
        }
        consumer = newConsumer();
        queue.addConsumer(consumer);
    }

    private void settle() {
        List<QueueEntry> acks = new ArrayList<>();
        List<QueueEntry> back = new ArrayList<>();
        for (QueueEntry entry : unacked) {
            (random.nextInt(4) == 0 ? back : acks).add(entry);
        }
        unacked.clear();
        acks.forEach(entry -> acknowledged.incrementAndGet(FakeTarget.idOf(entry)));
        Queues.settle(queue, acks);
        queue.requeue(back);
    }

    @Override
    public boolean reserve(Consumer asking) {
        return room.getAndUpdate(left -> left > 0 ? left - 1 : 0) > 0;
    }

    @Override
    public void offer(QueueEntry entry) {
        outbox.add(entry);
    }

    @Override
    public void wake() {
        wakes.release();
    }

    @Override
    public void transmit(QueueEntry entry) {
        entry.transmitted();
        unacked.add(entry);
    }

    @Override
    public void queueDeleted(Consumer gone) {
        throw new AssertionError("nobody deletes the queue");
    }

    @Override
    public void queueUnreadable(Consumer gone, AmqpException why) {
        throw new AssertionError("nothing is read");
    }
}
