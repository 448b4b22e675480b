package io.leveret.broker.queue;

import io.leveret.amqp.AmqpException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads back what a queue needs next, one read at a time, on a thread that may block; the queue takes it in under its lock. A
 * read that fails is tried again, after growing pauses, until it works or what it is for was purged.
 */
final class Refill implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Refill.class);

    private final Queue queue;
    private final OnDisk disk;

    /** From the asking until the queue has what was read. Guarded by the queue's lock, as all that follows. */
    private boolean underWay;

    /** Since the last read that worked; null if none failed. */
    private @Nullable ReadFailure failure;

    /** Who waits for an entry without being a consumer. */
    private List<Runnable> waiting = new ArrayList<>(0);

    Refill(Queue queue, OnDisk disk) {
        this.queue = queue;
        this.disk = disk;
    }

    /** Under the queue's lock, as all that follows but {@link #run}. */
    void await(Runnable whenRead) {
        waiting.add(whenRead);
    }

    /** Whether nobody waits, and nothing failed. */
    boolean isIdle() {
        return failure == null && waiting.isEmpty();
    }

    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /** Why the next messages can't be read; null if that is not known. */
    @Nullable
    ReadFailure failure() {
        return failure;
    }

    /** Sees to it that one read is under way, or will be after the pause that follows one which failed. */
    void ask(Wakes wakes) {
        if (!underWay && failure == null) {
            underWay = true;
            wakes.afterwards(() -> disk.execute(this));
        }
    }

    /** Another read may be asked for. */
    void worked(Wakes wakes) {
        if (failure != null) {
            wakes.afterwards(() -> LOG.info(
                    "Messages can be read again vhost={} queue={}",
                    queue.declaration().vhost(),
                    queue.name()));
        }
        needless();
    }

    /** There is nothing to read. */
    void needless() {
        underWay = false;
        failure = null;
    }

    /** What could not be read is not wanted any more. A read that is under way goes on. */
    void forgive() {
        failure = null;
    }

    ReadFailure failed(AmqpException why) {
        underWay = false;
        failure = ReadFailure.after(failure, why);
        return failure;
    }

    /** Whether a read that failed is still to be done again. */
    boolean retries(ReadFailure failed) {
        if (failure != failed || underWay) {
            return false;
        }
        underWay = true;
        return true;
    }

    /** Whoever waits is to look again. */
    void tell(Wakes wakes) {
        if (!waiting.isEmpty()) {
            waiting.forEach(wakes::afterwards);
            waiting = new ArrayList<>(0);
        }
    }

    @Override
    public void run() {
        Load load = queue.paging().nextLoad();
        if (load == null) {
            return;
        }
        Load.Read read;
        try {
            read = disk.read(load);
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
            return;
        }
        take(load, read);
    }

    private void take(Load load, Load.Read read) {
        long missing = queue.paging().loaded(load, read);
        if (missing > 0) {
            LOG.error(
                    "There is no trace on the disk of {} ready messages, which are lost vhost={} queue={}",
                    missing,
                    queue.declaration().vhost(),
                    queue.name());
        }
    }

    /** A fault of ours, or want of memory, is no better for those who wait; but the log shows where it came from. */
    private void failed(Throwable cause) {
        String problem = "message can't be read: " + describe(cause);
        ReadFailure failed = queue.paging().readFailed(AmqpException.internalError(queue.describe() + ": " + problem));
        if (failed.told()) {
            LOG.error(
                    "A {}; {}trying again from time to time, and meanwhile nobody gets what stands behind it vhost={} queue={}",
                    problem,
                    disk.remedy(),
                    queue.declaration().vhost(),
                    queue.name(),
                    cause instanceof IOException ? null : cause);
        }
        disk.executeLater(() -> retry(failed), failed.pauseMs());
    }

    private void retry(ReadFailure failed) {
        if (queue.paging().retriesRead(failed)) {
            run();
        }
    }

    /** Java's own message of a file that can't be used is only its name. */
    private static String describe(Throwable cause) {
        boolean saysWhat = cause.getMessage() != null && !(cause instanceof FileSystemException);
        return String.valueOf(saysWhat ? cause.getMessage() : cause);
    }
}
