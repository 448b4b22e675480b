package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a queue should do, told as plainly as possible: everything is sorted anew at each step. Messages are numbers in the
 * order of their publishing. Each method returns the deliveries it causes, as {@code tag:number} with {@code !} if redelivered.
 */
final class SlowQueue {

    private final TreeMap<Integer, Boolean> ready = new TreeMap<>();
    private final TreeMap<Integer, Held> held = new TreeMap<>();
    private final List<SlowConsumer> consumers = new ArrayList<>();
    private long clock;
    private boolean everUnused;

    /** How much a channel takes at the moment. */
    static final class SlowTarget {
        int room = Integer.MAX_VALUE;
    }

    static final class SlowConsumer {
        final String tag;
        final SlowTarget target;
        final Consumer.ConsumerOptions options;
        int inFlight;
        /** Who has the lowest is next. */
        long turn;
        /** Was passed over for want of credit, and so has lost its turn. */
        boolean parked;

        SlowConsumer(String tag, SlowTarget target, Consumer.ConsumerOptions options) {
            this.tag = tag;
            this.target = target;
            this.options = options;
        }

        boolean hasCredit() {
            return target.room > 0 && (options.noAck() || inFlight < options.prefetch());
        }
    }

    /** A delivered message; nobody's if it was got by {@code basic.get}. */
    record Held(@Nullable SlowConsumer consumer, boolean redelivered) {}

    int readyCount() {
        return ready.size();
    }

    /** Deliveries without acknowledgements do not count. */
    int unackedCount() {
        return (int) held.values().stream().filter(SlowQueue::counts).count();
    }

    private static boolean counts(Held held) {
        return held.consumer() == null || !held.consumer().options.noAck();
    }

    List<SlowConsumer> consumers() {
        return consumers;
    }

    Map<Integer, Held> held() {
        return held;
    }

    boolean everUnused() {
        return everUnused;
    }

    List<String> burst(List<Integer> settled, List<Integer> published) {
        settled.forEach(this::release);
        published.forEach(id -> ready.put(id, false));
        return deliver();
    }

    /** @param repeated the messages, and whether each had gone out */
    List<String> requeue(Map<Integer, Boolean> repeated) {
        repeated.forEach((id, transmitted) -> {
            boolean before = release(id).redelivered();
            ready.put(id, before || transmitted);
        });
        return deliver();
    }

    boolean admits(Consumer.ConsumerOptions options) {
        boolean taken = consumers.size() == 1 && consumers.get(0).options.exclusive();
        return !taken && (!options.exclusive() || consumers.isEmpty());
    }

    List<String> add(SlowConsumer consumer) {
        consumer.turn = ++clock;
        consumers.add(consumer);
        return deliver();
    }

    void remove(SlowConsumer consumer) {
        consumers.remove(consumer);
        everUnused |= consumers.isEmpty();
    }

    /** Tells that the room of a target has changed. */
    List<String> activate(SlowConsumer consumer) {
        unpark(consumer);
        return deliver();
    }

    /** The number got, with {@code !} if redelivered; null if there is none. */
    @Nullable
    String get(boolean noAck) {
        Map.Entry<Integer, Boolean> first = ready.pollFirstEntry();
        if (first == null) {
            return null;
        }
        if (!noAck) {
            held.put(first.getKey(), new Held(null, first.getValue()));
        }
        return first.getKey() + (first.getValue() ? "!" : "");
    }

    int purge() {
        int count = ready.size();
        ready.clear();
        return count;
    }

    private Held release(int id) {
        Held entry = held.remove(id);
        if (entry == null) {
            throw new AssertionError("message " + id + " is not held");
        }
        SlowConsumer consumer = entry.consumer();
        if (consumer != null && !consumer.options.noAck()) {
            consumer.inFlight--;
            unpark(consumer);
        }
        return entry;
    }

    private void unpark(SlowConsumer consumer) {
        if (consumer.parked && consumers.contains(consumer)) {
            consumer.parked = false;
            consumer.turn = ++clock;
        }
    }

    private List<String> deliver() {
        List<String> deliveries = new ArrayList<>();
        while (!ready.isEmpty()) {
            SlowConsumer consumer = next();
            if (consumer == null) {
                break;
            }
            deliveries.add(deliverTo(consumer));
        }
        return deliveries;
    }

    private @Nullable SlowConsumer next() {
        List<SlowConsumer> inTurn = consumers.stream()
                .filter(consumer -> !consumer.parked)
                .sorted(Comparator.comparingLong((SlowConsumer consumer) -> -consumer.options.priority())
                        .thenComparingLong(consumer -> consumer.turn))
                .toList();
        for (SlowConsumer consumer : inTurn) {
            if (consumer.hasCredit()) {
                return consumer;
            }
            consumer.parked = true;
        }
        return null;
    }

    private String deliverTo(SlowConsumer consumer) {
        Map.Entry<Integer, Boolean> first = ready.pollFirstEntry();
        consumer.turn = ++clock;
        consumer.target.room--;
        if (!consumer.options.noAck()) {
            consumer.inFlight++;
        }
        held.put(first.getKey(), new Held(consumer, first.getValue()));
        return consumer.tag + ":" + first.getKey() + (first.getValue() ? "!" : "");
    }
}
