package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.RandomMessages.Numbered;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Loops that append messages side by side, stored ones and others, and bring them to a queue and its model later, in any order; for
 * one thread.
 */
final class PublishingLoops {

    private static final int LOOPS = 3;
    private static final int BURST_MAX = 60;
    private static final int NOT_STORED = -1;

    private final Random random;
    private final RandomMessages messages;
    private final FakeBacklog store;
    private final Priorities priorities;
    private final Queue queue;
    private final PagedModel model;
    private final List<Append> appended = new ArrayList<>();
    private long arrivals;

    /** What a loop has appended and not brought to the queue yet. */
    private record Append(long first, List<Appended> burst) {

        boolean anyStored() {
            return burst.stream().anyMatch(Appended::stored);
        }
    }

    /** @param index among those of its append that are stored */
    private record Appended(Numbered published, int index) {

        boolean stored() {
            return index != NOT_STORED;
        }
    }

    PublishingLoops(
            Random random,
            RandomMessages messages,
            FakeBacklog store,
            Priorities priorities,
            Queue queue,
            PagedModel model) {
        this.random = random;
        this.messages = messages;
        this.store = store;
        this.priorities = priorities;
        this.queue = queue;
        this.model = model;
    }

    /** Lets a loop append a burst if one is free. */
    void append() {
        if (appended.size() == LOOPS) {
            return;
        }
        List<Message> stored = new ArrayList<>();
        List<Appended> burst = new ArrayList<>();
        for (int i = 1 + random.nextInt(BURST_MAX); i > 0; i--) {
            Numbered next = messages.next();
            boolean persistent = random.nextInt(8) > 0;
            burst.add(new Appended(next, persistent ? stored.size() : NOT_STORED));
            if (persistent) {
                stored.add(next.message());
            }
        }
        long first = store.append(stored);
        burst.stream()
                .filter(Appended::stored)
                .forEach(each ->
                        store.expiresAt(first + each.index(), each.published().deadlineMs()));
        appended.add(new Append(first, burst));
    }

    boolean isIdle() {
        return appended.isEmpty();
    }

    /** Brings a burst to the queue if a loop has one. */
    void arrive() {
        if (appended.isEmpty()) {
            return;
        }
        Append append = appended.remove(random.nextInt(appended.size()));
        QueueBurst burst = new QueueBurst(queue);
        model.beginBurst();
        long position = append.anyStored() ? append.first() - 1 : store.nextPosition() - 1;
        for (Appended each : append.burst()) {
            if (each.stored()) {
                position = append.first() + each.index();
                addStored(each, position, burst);
            } else {
                addUnstored(each.published(), position, burst);
            }
        }
        burst.flush(append.first());
        if (append.anyStored()) {
            store.arrived(append.first());
        }
    }

    /** Publishes messages that the store never sees. */
    void publishUnstored(int count) {
        QueueBurst burst = new QueueBurst(queue);
        model.beginBurst();
        for (int i = count; i > 0; i--) {
            addUnstored(messages.next(), store.nextPosition() - 1, burst);
        }
        burst.flush();
    }

    private void addStored(Appended each, long position, QueueBurst burst) {
        Numbered published = each.published();
        int level = priorities.levelOf(published.message());
        burst.beginsLevel(level);
        burst.publish(published.message(), each.index());
        burst.expiresAt(published.deadlineMs());
        model.add(published, level, position, 0);
    }

    private void addUnstored(Numbered published, long position, QueueBurst burst) {
        burst.publish(published.message());
        burst.expiresAt(published.deadlineMs());
        int level = priorities.levelOf(published.message());
        model.add(published, level, position, ++arrivals);
    }

    /** The positions of what is appended and has not arrived. */
    Set<Long> positionsInFlight() {
        Set<Long> positions = new TreeSet<>();
        for (Append append : appended) {
            append.burst().stream()
                    .filter(Appended::stored)
                    .forEach(each -> positions.add(append.first() + each.index()));
        }
        return positions;
    }
}
