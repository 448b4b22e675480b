package io.leveret.broker.delay;

import java.util.List;

/** What is to be done next for what waits. */
sealed interface Step {

    /** Bring what is due to its queues; what is cancelled only leaves the store. */
    record Deliver(DelayedMessages room, List<WaitingMessage> due, List<WaitingMessage> cancelled) implements Step {}

    /** Read what is due soon. */
    record Load(DelayedMessages room, List<WaitingMessage> wanted) implements Step {}

    /** Nothing, until a time in milliseconds since 1970; the largest number if nothing waits. */
    record Sleep(long untilMs) implements Step {}
}
