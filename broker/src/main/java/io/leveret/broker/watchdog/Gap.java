package io.leveret.broker.watchdog;

/**
 * A time in which an event loop did not turn.
 *
 * @param loop the name of its thread
 * @param cpuNanos processor time that the thread had meanwhile
 * @param queuedNanos how long it was ready to run meanwhile and had no processor
 * @param stack what the thread was seen doing, or empty if the gap was over before anybody looked
 */
record Gap(String loop, long fromNanos, long toNanos, long cpuNanos, long queuedNanos, String stack) {

    long nanos() {
        return toNanos - fromNanos;
    }
}
