package io.leveret.broker.watchdog;

/**
 * A time in which an event loop did not turn.
 *
 * @param loop the name of its thread
 * @param cpuNanos processor time that the thread had meanwhile: little of it means that it waited, or was kept waiting
 * @param stack what the thread was seen doing, or empty if the gap was over before anybody looked
 */
record Gap(String loop, long fromNanos, long toNanos, long cpuNanos, String stack) {

    long nanos() {
        return toNanos - fromNanos;
    }
}
