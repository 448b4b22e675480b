package io.leveret.broker.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
    private final OnDisk disk;

    /** From the asking until the queue has what was read. Guarded by the queue's lock. */
    private boolean underWay;

    /** Who waits for an entry without being a consumer. Guarded by the queue's lock. */
    private List<Runnable> waiting = new ArrayList<>(0);

    Refill(Queue queue, OnDisk disk) {
        this.queue = queue;
        this.disk = disk;
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
            wakes.afterwards(() -> disk.execute(this));
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
        boolean done = false;
        try {
            take(load, disk.read(load));
            done = true;
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "Reading messages back failed, trying again in {} ms vhost={} queue={}",
                    RETRY_MS,
                    queue.declaration().vhost(),
                    queue.name(),
                    e);
        } finally {
            if (!done) {
                disk.executeLater(this, RETRY_MS);
            }
        }
    }

    private void take(Load load, Load.Read read) {
        long missing = queue.loaded(load, read);
        if (missing > 0) {
            LOG.error(
                    "There is no trace on the disk of {} ready messages, which are lost vhost={} queue={}",
                    missing,
                    queue.declaration().vhost(),
                    queue.name());
        }
    }
}
