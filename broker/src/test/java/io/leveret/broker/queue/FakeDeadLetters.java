package io.leveret.broker.queue;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what left, for one thread, until the test lets it leave the store and the disk as well. */
final class FakeDeadLetters implements DeadLetters {

    private final FakeBacklog store;
    private final FakeSpill spill;
    private final ArrayDeque<Departure> waiting = new ArrayDeque<>();
    private Consumer<Departure> observer = departure -> {};
    private int behind = Integer.MAX_VALUE;

    FakeDeadLetters(FakeBacklog store, FakeSpill spill) {
        this.store = store;
        this.spill = spill;
    }

    void observe(Consumer<Departure> sink) {
        observer = sink;
    }

    /** It is behind with more than so many. */
    void behindWith(int more) {
        behind = more;
    }

    @Override
    public boolean isBehind() {
        return waiting.size() > behind;
    }

    List<Departure> waiting() {
        return List.copyOf(waiting);
    }

    /** Lets the first ones go. */
    void run(int max) {
        for (int i = 0; i < max && !waiting.isEmpty(); i++) {
            Departure departure = waiting.remove();
            if (departure.stored()) {
                store.settleIfLive(departure.position());
                departure.queue().departed(List.of(departure));
            }
            if (departure.slot() != null) {
                spill.release(List.of(departure.slot()));
            }
        }
    }

    @Override
    public void offer(Departure departure) {
        waiting.add(departure);
        observer.accept(departure);
    }

    @Override
    public void process() {
        // The test says when.
    }
}
