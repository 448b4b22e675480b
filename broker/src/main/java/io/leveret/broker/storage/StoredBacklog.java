package io.leveret.broker.storage;

import io.leveret.broker.message.MessageReader;
import io.leveret.broker.queue.Backlog;
import io.leveret.persistence.log.Background;
import io.leveret.persistence.store.Store;
import io.leveret.persistence.store.StoredEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One queue's part of a virtual host's store, or that of one of its levels. Immutable. */
final class StoredBacklog implements Backlog {

    private final long queueId;
    private final Journal journal;
    private final Store store;
    private final Background readers;

    /** @param readers threads that may block */
    StoredBacklog(long queueId, Journal journal, Background readers) {
        this.queueId = queueId;
        this.journal = journal;
        this.store = journal.store();
        this.readers = readers;
    }

    @Override
    public long queueId() {
        return queueId;
    }

    /** Ids are given out for all levels at once, in a row. */
    @Override
    public Backlog level(int level) {
        return level == 0 ? this : new StoredBacklog(queueId + level, journal, readers);
    }

    @Override
    public long nextPosition() {
        return store.nextPosition();
    }

    @Override
    public long lowestInFlight() {
        return journal.lowestInFlight();
    }

    @Override
    public long readablePosition() {
        return store.durablePosition();
    }

    @Override
    public long dueSearchedThroughMs() {
        return journal.dueSearchedThroughMs();
    }

    @Override
    public List<LoadedEntry> read(long from, long through, int maxEntries, long maxBytes) throws IOException {
        return loaded(store.entries(queueId, 0, from, through, maxEntries, maxBytes));
    }

    @Override
    public List<ListedEntry> list(long from, long through, int maxEntries) throws IOException {
        return store.list(queueId, 0, from, through, maxEntries).stream()
                .map(each -> new ListedEntry(
                        each.position(),
                        (long) each.headBytes() + each.bodyBytes(),
                        each.bodyBytes(),
                        each.notBeforeMs()))
                .toList();
    }

    @Override
    public List<LoadedEntry> read(long[] positions, long maxBytes) throws IOException {
        return loaded(store.entries(queueId, positions, maxBytes));
    }

    private static List<LoadedEntry> loaded(List<StoredEntry> entries) {
        MessageReader reader = new MessageReader();
        List<LoadedEntry> read = new ArrayList<>(entries.size());
        for (StoredEntry entry : entries) {
            read.add(loaded(entry, reader));
        }
        return read;
    }

    private static LoadedEntry loaded(StoredEntry entry, MessageReader reader) {
        return new LoadedEntry(
                entry.position(),
                reader.read(entry.head(), entry.body()),
                entry.redelivered(),
                entry.target().deadlineMs(),
                entry.deliveryCount(),
                entry.notBeforeMs());
    }

    @Override
    public void execute(Runnable read) {
        readers.execute(read);
    }

    @Override
    public void executeLater(Runnable read, long delayMs) {
        readers.schedule(read, delayMs);
    }

    @Override
    public String remedy() {
        return journal.remedy();
    }
}
