package io.leveret.broker.queue;

import io.leveret.broker.queue.Backlog.LoadedEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads back what a queue needs next, one read at a time, on a thread that may block; the queue takes it in under its lock. A
 * read that fails is tried again for as long as the queue wants it.
 */
final class Refill implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Refill.class);
    private static final long RETRY_MS = 1000;

    private final Queue queue;
    private final Backlog backlog;

    /** From the asking until the queue has what was read. Guarded by the queue's lock. */
    private boolean underWay;

    /** Who waits for an entry without being a consumer. Guarded by the queue's lock. */
    private List<Runnable> waiting = new ArrayList<>(0);

    Refill(Queue queue, Backlog backlog) {
        this.queue = queue;
        this.backlog = backlog;
    }

    /** Under the queue's lock. */
    void await(Runnable whenRead) {
        waiting.add(whenRead);
    }

    /** Under the queue's lock. */
    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /** Under the queue's lock: sees to it that one read is under way. */
    void ask(Wakes wakes) {
        if (!underWay) {
            underWay = true;
            wakes.afterwards(() -> backlog.execute(this));
        }
    }

    /** Under the queue's lock: another read may be asked for. */
    void ended() {
        underWay = false;
    }

    /** Under the queue's lock: whoever waits is to look again. */
    void tell(Wakes wakes) {
        if (!waiting.isEmpty()) {
            waiting.forEach(wakes::afterwards);
            waiting = new ArrayList<>(0);
        }
    }

    @Override
    public void run() {
        Load load = queue.nextLoad();
        if (load == null) {
            return;
        }
        List<@Nullable LoadedEntry> read = null;
        try {
            read = read(load);
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "Reading messages back failed, trying again in {} ms vhost={} queue={}",
                    RETRY_MS,
                    queue.declaration().vhost(),
                    queue.name(),
                    e);
        } finally {
            if (read == null) {
                backlog.executeLater(this, RETRY_MS);
            }
        }
        if (read != null) {
            take(load, read);
        }
    }

    private List<@Nullable LoadedEntry> read(Load load) throws IOException {
        List<@Nullable LoadedEntry> read = new ArrayList<>();
        if (load instanceof Load.OfRange range) {
            read.addAll(backlog.read(range.from(), range.through(), range.size().entries, range.size().bytes));
        } else if (load instanceof Load.OfMessages messages) {
            for (QueueEntry entry : messages.entries()) {
                read.add(backlog.read(entry.position()));
            }
        }
        return read;
    }

    private void take(Load load, List<@Nullable LoadedEntry> read) {
        long missing = queue.loaded(load, read);
        if (missing > 0) {
            LOG.error(
                    "The store has no trace of {} ready messages, which are lost vhost={} queue={}",
                    missing,
                    queue.declaration().vhost(),
                    queue.name());
        }
    }
}
