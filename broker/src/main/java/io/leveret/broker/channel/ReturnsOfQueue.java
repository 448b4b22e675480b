package io.leveret.broker.channel;

import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What returns to one queue from several channels, each of which gave its part in order: taken in order over all. */
final class ReturnsOfQueue {

    private final Queue queue;
    private final PriorityQueue<Part> parts = new PriorityQueue<>(Part::compare);
    private int partsAdded;

    private static final class Part {

        private final List<QueueEntry> entries;
        private final int number;
        private int next;

        Part(List<QueueEntry> entries, int number) {
            this.entries = entries;
            this.number = number;
        }

        /** In a queue that keeps the order of returns one channel returns after the other. */
        static int compare(Part one, Part other) {
            if (one.entries.get(one.next).queue().priorities().returnedFirst()) {
                return Integer.compare(one.number, other.number);
            }
            return QueueEntry.compare(one.entries.get(one.next), other.entries.get(other.next));
        }
    }

    ReturnsOfQueue(Queue queue) {
        this.queue = queue;
    }

    Queue queue() {
        return queue;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** @param entries in order, at least one */
    void add(List<QueueEntry> entries) {
        parts.add(new Part(entries, partsAdded++));
    }

    /** Adds all that another one has left, which nobody needs any more. */
    void addAll(ReturnsOfQueue other) {
        other.parts.stream()
                .sorted(Comparator.comparingInt(part -> part.number))
                .forEach(part -> add(part.entries.subList(part.next, part.entries.size())));
    }

    /** The first entries over all parts. */
    List<QueueEntry> take(int max) {
        List<QueueEntry> taken = new ArrayList<>();
        while (taken.size() < max && !parts.isEmpty()) {
            Part first = parts.remove();
            takeFrom(first, max, taken);
            if (first.next < first.entries.size()) {
                parts.add(first);
            }
        }
        return taken;
    }

    /** As long as no other part has something before it. */
    private void takeFrom(Part part, int max, List<QueueEntry> taken) {
        do {
            taken.add(part.entries.get(part.next++));
        } while (taken.size() < max
                && part.next < part.entries.size()
                && (parts.isEmpty() || Part.compare(part, parts.element()) < 0));
    }
}
