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

    /** By their places. */
    private final TreeMap<Long, Ready> ready = new TreeMap<>();

    private final TreeMap<Integer, Held> held = new TreeMap<>();
    private final List<SlowConsumer> consumers = new ArrayList<>();
    private final boolean quorum;
    private final @Nullable SlowSingle single;
    private long clock;
    private long returns;
    private boolean everUnused;

    /** Which consumers get anything, in which kind of queue. */
    enum Active {
        ALL,
        ONE_OF_CLASSIC,
        ONE_OF_QUORUM
    }

    /** How much a channel takes at the moment. */
    static final class SlowTarget {
        int room = Integer.MAX_VALUE;
    }

    static final class SlowConsumer {
        final String tag;
        final SlowTarget target;
        final Consumer.ConsumerOptions options;
        int inFlight;
        /** Grows from one to the next that comes. */
        long came;
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

    private record Ready(int id, boolean redelivered) {

        @Override
        public String toString() {
            return id + (redelivered ? "!" : "");
        }
    }

    SlowQueue(Active active) {
        this.quorum = active == Active.ONE_OF_QUORUM;
        this.single = active == Active.ALL ? null : new SlowSingle(quorum);
    }

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
        published.forEach(id -> ready.put((long) id, new Ready(id, false)));
        return deliver();
    }

    /** @param repeated the messages in the order of their return, and whether each had gone out */
    List<String> requeue(Map<Integer, Boolean> repeated) {
        // Credit comes back in the order in which the messages do: in a classic queue that of their places.
        Map<Integer, Boolean> inOrder = quorum ? repeated : new TreeMap<>(repeated);
        inOrder.forEach((id, transmitted) -> {
            boolean before = release(id).redelivered();
            // What returns to a quorum queue comes before all that never went out.
            long place = quorum ? Long.MIN_VALUE + ++returns : id;
            ready.put(place, new Ready(id, before || transmitted));
        });
        return deliver();
    }

    /**
     * A channel is lost with all its consumers, and what it had returns.
     *
     * @param returned likewise
     */
    List<String> lose(SlowTarget target, Map<Integer, Boolean> returned) {
        List<SlowConsumer> lost =
                consumers.stream().filter(each -> each.target == target).toList();
        boolean owing = lost.stream().anyMatch(each -> single != null && single.isActive(each) && each.inFlight > 0);
        lost.forEach(this::takeOff);
        // Who follows an active consumer gets what that one had before anything else.
        List<String> deliveries = single == null || owing ? new ArrayList<>() : deliver();
        deliveries.addAll(requeue(returned));
        return deliveries;
    }

    boolean admits(Consumer.ConsumerOptions options) {
        if (single != null) {
            return !options.exclusive();
        }
        boolean taken = consumers.size() == 1 && consumers.get(0).options.exclusive();
        return !taken && (!options.exclusive() || consumers.isEmpty());
    }

    List<String> add(SlowConsumer consumer) {
        consumer.turn = ++clock;
        consumer.came = clock;
        consumers.add(consumer);
        if (single != null) {
            single.added(consumer);
        }
        return deliver();
    }

    /** Its unsettled deliveries stay with it. */
    List<String> remove(SlowConsumer consumer) {
        takeOff(consumer);
        return single == null ? List.of() : deliver();
    }

    private void takeOff(SlowConsumer consumer) {
        consumers.remove(consumer);
        everUnused |= consumers.isEmpty();
        if (single != null) {
            single.removed(consumer);
        }
    }

    /** Tells that the room of a target has changed. */
    List<String> activate(SlowConsumer consumer) {
        unpark(consumer);
        return deliver();
    }

    /** The number got, with {@code !} if redelivered; null if there is none. */
    @Nullable
    String get(boolean noAck) {
        Map.Entry<Long, Ready> first = ready.pollFirstEntry();
        if (first == null) {
            return null;
        }
        Ready got = first.getValue();
        if (!noAck) {
            held.put(got.id(), new Held(null, got.redelivered()));
        }
        return got.toString();
    }

    /** Only consumers get what is in a quorum queue of which one is active. */
    boolean refusesGets() {
        return quorum;
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
        if (single != null) {
            single.settled();
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
        if (single != null) {
            SlowConsumer active = single.taker();
            return active == null || active.parked || !takes(active) ? null : active;
        }
        List<SlowConsumer> inTurn = consumers.stream()
                .filter(consumer -> !consumer.parked)
                .sorted(Comparator.comparingLong((SlowConsumer consumer) -> -consumer.options.priority())
                        .thenComparingLong(consumer -> consumer.turn))
                .toList();
        for (SlowConsumer consumer : inTurn) {
            if (takes(consumer)) {
                return consumer;
            }
        }
        return null;
    }

    private static boolean takes(SlowConsumer consumer) {
        consumer.parked = !consumer.hasCredit();
        return !consumer.parked;
    }

    private String deliverTo(SlowConsumer consumer) {
        Ready first = ready.pollFirstEntry().getValue();
        consumer.turn = ++clock;
        consumer.target.room--;
        if (!consumer.options.noAck()) {
            consumer.inFlight++;
        }
        held.put(first.id(), new Held(consumer, first.redelivered()));
        return consumer.tag + ":" + first;
    }
}
