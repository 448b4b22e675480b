package io.leveret.broker.queue;

/** Takes what leaves queues by itself or is rejected: to the queue's dead-letter exchange, or out of the store. */
public interface DeadLetters {

    /** For queues of which nothing is stored, and that have no dead-letter exchange. */
    DeadLetters NOWHERE = new DeadLetters() {
        @Override
        public void offer(Departure departure) {
            // Nobody else knows of it.
        }

        @Override
        public void process() {
            // Nothing was kept.
        }
    };

    /** Called under the queue's lock, in the order in which entries leave; never waits. */
    void offer(Departure departure);

    /** Whether so much waits that no more should leave that would take memory only then. Quick; any thread may ask. */
    default boolean isBehind() {
        return false;
    }

    /** Called after the lock: something was offered. */
    void process();
}
