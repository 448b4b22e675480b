package io.leveret.interop.crash;

/** A message in one of the queues that it went to. */
record Entry(String queue, MessageKey key) {

    @Override
    public String toString() {
        return queue + ": " + key;
    }
}
