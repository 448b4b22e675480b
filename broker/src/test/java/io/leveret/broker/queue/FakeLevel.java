package io.leveret.broker.queue;

import java.io.IOException;
import java.util.List;

/** What a {@link FakeBacklog} has of one priority. */
record FakeLevel(FakeBacklog store, int level) implements Backlog {

    @Override
    public long queueId() {
        return store.queueId() + level;
    }

    @Override
    public Backlog level(int other) {
        throw new AssertionError("a level has no levels");
    }

    @Override
    public long nextPosition() {
        return store.nextPosition();
    }

    @Override
    public long lowestInFlight() {
        return store.lowestInFlight();
    }

    @Override
    public long readablePosition() {
        return store.readablePosition();
    }

    @Override
    public long dueSearchedThroughMs() {
        return store.dueSearchedThroughMs();
    }

    @Override
    public List<LoadedEntry> read(long from, long through, int maxEntries, long maxBytes) throws IOException {
        return store.read(level, from, through, maxEntries, maxBytes);
    }

    @Override
    public List<ListedEntry> list(long from, long through, int maxEntries) throws IOException {
        return store.list(level, from, through, maxEntries);
    }

    @Override
    public List<LoadedEntry> read(long[] positions, long maxBytes) throws IOException {
        return store.read(level, positions, maxBytes);
    }

    @Override
    public void execute(Runnable read) {
        store.execute(read);
    }

    @Override
    public void executeLater(Runnable read, long delayMs) {
        store.executeLater(read, delayMs);
    }

    @Override
    public String remedy() {
        return store.remedy();
    }
}
