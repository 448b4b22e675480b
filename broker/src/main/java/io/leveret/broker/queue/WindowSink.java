package io.leveret.broker.queue;

/** Takes what was read of a queue's entries that were paged out: into the window at the head, or where it waits for its time. */
final class WindowSink implements PagedOut.Sink {

    private final EntryChunks window;
    private final TakenThrough taken;
    private final DelayedEntries delayed;
    private final Expiries expiries;
    private final LostEntries gone;

    WindowSink(EntryChunks window, TakenThrough taken, DelayedEntries delayed, Expiries expiries, LostEntries gone) {
        this.window = window;
        this.taken = taken;
        this.delayed = delayed;
        this.expiries = expiries;
        this.gone = gone;
    }

    @Override
    public void read(QueueEntry entry) {
        if (entry.retryAtMs() > 0) {
            taken.apart(entry);
            delayed.add(entry, false);
            return;
        }
        window.add(entry);
        // One that was spilled is watched all the time.
        if (entry.stored()) {
            expiries.watch(entry);
        }
    }

    @Override
    public void lost(QueueEntry entry) {
        expiries.unwatch(entry);
        gone.lost(entry);
    }

    @Override
    public void lostStretch(long fromPosition, long throughPosition) {
        gone.lostStretch(fromPosition, throughPosition);
    }
}
