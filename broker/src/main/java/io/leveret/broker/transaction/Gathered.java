package io.leveret.broker.transaction;

import io.leveret.persistence.log.StoreFailedException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a piece of work has gathered, and what transactions it is a step of: each step is taken once its batch stands in the log, or with
 * the batch it comes to nothing, and is taken again later. Used by one thread at a time, which may block.
 */
final class Gathered {

    private static final Logger LOG = LoggerFactory.getLogger(Gathered.class);

    private final TransactionDelivery batch;

    /** Those of the present batch. */
    private final List<Step> steps = new ArrayList<>();

    private record Step(TransactionalMessages room, OpenTransaction transaction, Runnable taken) {}

    Gathered(TransactionDelivery batch) {
        this.batch = batch;
    }

    /**
     * All of a step is gathered.
     *
     * @param taken notes that it is taken; to be called when it is
     */
    void add(TransactionalMessages room, OpenTransaction transaction, Runnable taken) {
        steps.add(new Step(room, transaction, taken));
    }

    /**
     * Writes it down, and takes the steps.
     *
     * @throws StoreFailedException if nothing can be written any more; then no queue gets anything
     * @throws RuntimeException if it can't be written, or an error as when memory is short: no queue gets anything, and it is to be
     *     {@link #drop}ped
     */
    void flush() {
        batch.flush();
        try {
            steps.forEach(Gathered::take);
        } finally {
            steps.clear();
        }
    }

    /** Its messages have left: whatever fails now, it must not be taken again. */
    private static void take(Step step) {
        try {
            step.taken().run();
        } catch (RuntimeException | Error bug) {
            LOG.error(
                    "A transaction was gone on with, and is listed as if it were not until a restart exchange={}",
                    step.room().exchange(),
                    bug);
        }
    }

    /**
     * A piece of work failed: nothing that it has gathered comes, be it a part of a transaction or all of it.
     *
     * @param againMs when to take the steps that it was, in milliseconds since 1970
     */
    void drop(long againMs) {
        try {
            batch.drop();
        } finally {
            steps.forEach(step -> putOff(step, againMs));
            steps.clear();
        }
    }

    private static void putOff(Step step, long againMs) {
        try {
            step.room().again(step.transaction(), againMs);
        } catch (RuntimeException | Error bug) {
            LOG.error(
                    "A transaction can't be gone on with before a restart exchange={}",
                    step.room().exchange(),
                    bug);
        }
    }
}
