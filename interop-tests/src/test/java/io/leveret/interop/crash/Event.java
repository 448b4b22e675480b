package io.leveret.interop.crash;

import java.util.List;
import java.util.Map;

/**
 * Something that clients did or saw. What they ask for is told before it is sent, what they are told after it came: so
 * one event stands before another if the broker may have known of it then.
 */
sealed interface Event {

    void tell(Judge judge);

    record Published(Message message, long atMs) implements Event {

        /** Now. */
        Published(Message message) {
            this(message, History.nowMs());
        }

        @Override
        public void tell(Judge judge) {
            judge.published(message, atMs);
        }
    }

    record Confirmed(MessageKey key, long atMs) implements Event {

        /** Now. */
        Confirmed(MessageKey key) {
            this(key, History.nowMs());
        }

        @Override
        public void tell(Judge judge) {
            judge.confirmed(key, atMs);
        }
    }

    /** The broker has nacked it. */
    record Refused(MessageKey key) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.refused(key);
        }
    }

    /** An ack that takes effect with the commit. */
    record AckedInTx(Entry entry, int tx) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.ackedInTx(entry, tx);
        }
    }

    record Committing(int tx) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.committing(tx);
        }
    }

    record Committed(int tx, long atMs) implements Event {

        /** Now. */
        Committed(int tx) {
            this(tx, History.nowMs());
        }

        @Override
        public void tell(Judge judge) {
            judge.committed(tx, atMs);
        }
    }

    /** Deliveries from a queue may be on their way from now on. */
    record Consuming(String queue) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.consuming(queue);
        }
    }

    record Delivered(String queue, Copy copy, String consumer) implements Event {

        /** From a queue whose messages don't tell where they have been. */
        Delivered(Entry entry, String consumer, boolean redelivered, long atMs) {
            this(entry.queue(), new Copy(entry.key(), redelivered, Deaths.NONE, 0, atMs), consumer);
        }

        Entry entry() {
            return new Entry(queue, copy.key());
        }

        @Override
        public void tell(Judge judge) {
            judge.delivered(queue, copy, consumer);
        }
    }

    /** A reject without requeue, in a queue with a dead-letter exchange. */
    record Rejected(Entry entry, int stage, long atMs) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.rejected(entry, stage, atMs);
        }
    }

    /** The same, to take effect with the commit. */
    record RejectedInTx(Entry entry, int stage, int tx, long atMs) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.rejectedInTx(entry, stage, tx, atMs);
        }
    }

    /** An ack, or a reject without requeue where there is no dead-letter exchange. */
    record AckSent(Entry entry) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.ackSent(entry);
        }
    }

    /** The broker has answered something on the same connection that it had to force after the ack. */
    record AckForced(Entry entry) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.ackForced(entry);
        }
    }

    /**
     * A reject with requeue, or the end of the channel: a failure in a queue that counts them.
     *
     * @param stage at which it was delivered
     * @param failures with this one
     */
    record Failed(Entry entry, int stage, int failures, long atMs) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.failed(entry, stage, failures, atMs);
        }
    }

    /** The broker has answered something on the same connection that it had to force after the failure. */
    record FailureForced(Entry entry, int stage, int failures) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.failureForced(entry, stage, failures);
        }
    }

    /** Given back in a way that is no failure. */
    record Requeued(Entry entry) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.requeued(entry);
        }
    }

    /** A consumer that still gets deliveries is about to close: what was never written to it goes back unmarked. */
    record Leaving(String queue) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.leaving(queue);
        }
    }

    record Left(String queue) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.left(queue);
        }
    }

    /** A purge, or the deletion of the queue. */
    record Purging(String queue) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.purging(queue);
        }
    }

    record Purged(String queue) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.purged(queue);
        }
    }

    record Garbled(String queue, String what) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.garbled(queue, what);
        }
    }

    /** Clients lose their connections, now or soon; the broker is started anew, or goes on. */
    record Lost(Loss loss, long atMs) implements Event {

        /** @param restart by a kill */
        Lost(boolean restart, long atMs) {
            this(restart ? Loss.SERVER : Loss.CLIENTS, atMs);
        }

        @Override
        public void tell(Judge judge) {
            judge.lost(loss, atMs);
        }
    }

    /** The server is about to be started with other policies; it may not come so far as to have them hold. */
    record Started(Policies policies) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.started(policies);
        }
    }

    /** A queue that expires if it is not used was declared in that time. */
    record Leased(String queue, long leaseMs, long askedMs, long answeredMs) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.leased(queue, leaseMs, askedMs, answeredMs);
        }
    }

    /** It was there or not at some moment of that time. */
    record LeaseSeen(String queue, boolean there, long askedMs, long answeredMs) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.leaseSeen(queue, there, askedMs, answeredMs);
        }
    }

    /** Somebody looks at what there is after a loss, beginning with where dead letters arrive. */
    record Looking(long atMs) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.looking(atMs);
        }
    }

    /** All that every queue has after a restart, in order. No client was there in between; now one was shown it all. */
    record Found(Map<String, List<Copy>> contents, long atMs) implements Event {
        @Override
        public void tell(Judge judge) {
            judge.found(contents, atMs);
        }
    }

    /**
     * What a queue delivered.
     *
     * @param failures how many deliveries of it had failed, as it tells
     */
    record Copy(MessageKey key, boolean redelivered, Deaths deaths, int failures, long atMs) {

        /** Of a queue whose messages don't tell where they have been. */
        Copy(MessageKey key, boolean redelivered) {
            this(key, redelivered, Deaths.NONE, 0, 0);
        }

        Copy at(long timeMs) {
            return new Copy(key, redelivered, deaths, failures, timeMs);
        }

        @Override
        public String toString() {
            return redelivered ? key + " redelivered" : key.toString();
        }
    }
}
