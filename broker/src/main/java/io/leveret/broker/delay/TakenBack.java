package io.leveret.broker.delay;

import java.util.ArrayDeque;

/**
 * What was taken back of what only memory has, and was not taken out of it yet: any number may have one message id, so that is done in slices.
 * What falls due meanwhile is known to be taken back by {@link ByMessageId}. Guarded by the {@link Delays}.
 */
final class TakenBack {

    /** A fraction of a millisecond. */
    static final int SLICE = 1_000;

    private final InMemory memory;
    private final ArrayDeque<Cancel> cancels = new ArrayDeque<>();

    /** @param mark behind what it takes back */
    private record Cancel(DelayedMessages room, String messageId, WaitingMessage mark) {}

    TakenBack(InMemory memory) {
        this.memory = memory;
    }

    /**
     * A cancel comes.
     *
     * @param number greater than those of all that came before it
     */
    void add(DelayedMessages room, String messageId, long number) {
        WaitingMessage mark = WaitingMessage.mark(room, number);
        if (room.byMessageId.takeBack(messageId, mark)) {
            cancels.add(new Cancel(room, messageId, mark));
        }
    }

    /** Takes out as much as may be done at once, and returns whether there is more. */
    boolean slice() {
        int left = SLICE;
        while (left > 0 && !cancels.isEmpty()) {
            Cancel cancel = cancels.element();
            WaitingMessage next =
                    cancel.room().deleted ? null : cancel.room().byMessageId.takeNext(cancel.mark());
            if (next == null) {
                cancels.remove();
                cancel.room().byMessageId.done(cancel.messageId(), cancel.mark());
            } else {
                takeOut(next);
                left--;
            }
        }
        return !cancels.isEmpty();
    }

    private void takeOut(WaitingMessage message) {
        message.takenBack = true;
        if (!message.taken && !message.gone) {
            DelayedMessages room = message.room;
            memory.takeBack(message);
            room.counts = room.counts.plus(new DelayCounts(-1, 0, 0, 0, 1));
        }
    }
}
