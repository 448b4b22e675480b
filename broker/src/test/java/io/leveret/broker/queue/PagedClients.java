package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The consumers and gets of one queue, done at random side by side with its model, for one thread: each message must be the one that
 * the model gives out next. Publishes nothing.
 */
final class PagedClients {

    private final Random random;
    private final Queue queue;
    private final FakeBacklog store;
    private final PagedModel model;
    private final Comparison comparison;
    private final InstantSource clock;
    private final Map<Integer, QueueEntry> held = new TreeMap<>();

    /** What is offered, which the model learns of as it happens: more may leave in the same step. */
    private final List<QueueEntry> log = new ArrayList<>() {

        @Override
        public boolean add(QueueEntry entry) {
            held.put(takeFirst(entry), entry);
            return super.add(entry);
        }
    };

    private final FakeTarget target = new FakeTarget(log);
    private final List<Consumer> consumers = new ArrayList<>();
    private int waitingGets;

    PagedClients(
            Random random,
            Queue queue,
            FakeBacklog store,
            PagedModel model,
            Comparison comparison,
            InstantSource clock) {
        this.random = random;
        this.queue = queue;
        this.store = store;
        this.model = model;
        this.comparison = comparison;
        this.clock = clock;
    }

    void get() {
        comparison.step("get");
        boolean noAck = random.nextBoolean();
        Got got;
        try {
            got = queue.get(noAck, () -> waitingGets--);
        } catch (AmqpException unreadable) {
            same(model.ready() > 0, true);
            return;
        }
        if (got.waits()) {
            waitingGets++;
            same(model.ready() > 0, true);
            return;
        }
        QueueEntry entry = got.entry();
        if (entry == null) {
            same(model.ready(), 0);
            return;
        }
        int id = takeFirst(entry);
        same(got.left(), model.ready());
        transmit(id, entry);
        if (!noAck) {
            held.put(id, entry);
        } else if (entry.stored()) {
            settle(Map.of(id, entry));
        } else {
            model.settle(id);
        }
    }

    private int takeFirst(QueueEntry entry) {
        int id = Queues.idOf(entry);
        same(id, model.take());
        same(entry.redelivered(), model.isRedelivered(id));
        return id;
    }

    private void transmit(int id, QueueEntry entry) {
        entry.transmitted();
        model.transmit(id);
    }

    /** The consumers may look at what the queue has offered them. */
    void take() {
        log.clear();
        model.endBurst();
        held.forEach((id, entry) -> {
            if (random.nextInt(4) > 0) {
                transmit(id, entry);
            }
        });
    }

    void settle() {
        comparison.step("settle");
        settle(someHeld());
    }

    private TreeMap<Integer, QueueEntry> someHeld() {
        TreeMap<Integer, QueueEntry> some = new TreeMap<>();
        int odds = 1 + random.nextInt(3);
        held.entrySet().removeIf(each -> {
            if (random.nextInt(odds) > 0) {
                return false;
            }
            some.put(each.getKey(), each.getValue());
            return true;
        });
        return some;
    }

    private void settle(Map<Integer, QueueEntry> entries) {
        QueueBurst burst = new QueueBurst(queue);
        entries.forEach((id, entry) -> {
            if (entry.stored()) {
                store.settle(entry.position());
            }
            burst.settle(entry);
            model.settle(id);
        });
        burst.flush();
    }

    void requeue() {
        comparison.step("requeue");
        TreeMap<Integer, QueueEntry> back = someHeld();
        back.forEach((id, entry) -> endAttempt(id, entry, random.nextInt(3) == 0));
        queue.requeue(new ArrayList<>(back.values()));
    }

    private void endAttempt(int id, QueueEntry entry, boolean failed) {
        entry.returns(failed, clock);
        same(entry.retryAtMs(), model.requeue(id, failed));
        same(entry.failures(), model.failures(id));
    }

    void consume() {
        if (!consumers.isEmpty() && random.nextInt(3) > 0) {
            comparison.step("cancel");
            queue.removeConsumer(consumers.remove(random.nextInt(consumers.size())));
            return;
        }
        comparison.step("consume");
        Consumer consumer = Queues.consumer(queue, target, "c", Queues.options(random.nextBoolean(), false, 200, 0));
        try {
            queue.addConsumer(consumer);
            consumers.add(consumer);
        } catch (AmqpException unreadable) {
            same(model.ready() > 0, true);
        }
    }

    /** As the queue knows: whoever has none has asked for it in vain. */
    boolean anyHasCredit() {
        return consumers.stream().anyMatch(consumer -> !consumer.parked() && !consumer.cancelled());
    }

    void changeRoom() {
        comparison.step("room");
        target.room(random.nextInt(3) == 0 ? 1000 : random.nextInt(50));
        List.copyOf(consumers).forEach(queue::activate);
    }

    /** Nothing that was offered is forgotten, and no get waits for a store that has nothing to do. */
    void compare() {
        same(target.isSleepingOverDeliveries(), false);
        if (store.isIdle()) {
            same(waitingGets, 0);
        }
    }

    /** Lets all come back that is held. */
    void requeueAll() {
        List<QueueEntry> back = new ArrayList<>(held.values());
        held.forEach((id, entry) -> endAttempt(id, entry, false));
        held.clear();
        queue.requeue(back);
        take();
    }

    /** Takes all that is ready; the store does what it has to meanwhile. */
    void takeAll() {
        target.room(Integer.MAX_VALUE);
        List.copyOf(consumers).forEach(queue::activate);
        Consumer last = consumeAll();
        while (target.unreadable().contains(last)) {
            // A read failed before; as a client would, it comes back.
            last = consumeAll();
        }
        same(model.ready(), 0);
    }

    private Consumer consumeAll() {
        Consumer consumer = Queues.consumer(queue, target, "last", Queues.options(true, false, 1, 0));
        while (!isAdded(consumer)) {
            same(store.isIdle(), false);
            store.runOne();
            take();
        }
        take();
        while (!store.isIdle()) {
            store.runOne();
            take();
        }
        return consumer;
    }

    /** Not while the next message can't be read. */
    private boolean isAdded(Consumer consumer) {
        try {
            queue.addConsumer(consumer);
            return true;
        } catch (AmqpException unreadable) {
            return false;
        }
    }

    /** Nothing comes of what is done to a queue that was deleted. */
    void useDeleted() {
        settle(Map.of());
        queue.requeue(new ArrayList<>(held.values()));
        same(queue.get(true, () -> {}), Got.NOTHING);
        same(log.size(), 0);
    }

    private void same(Object actual, Object expected) {
        comparison.same(actual, expected);
    }
}
