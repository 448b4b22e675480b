package io.leveret.broker.queue;

import io.leveret.broker.queue.Spill.Slot;
import java.util.List;

/**
 * Gets a queue's messages out of memory: what the store has is dropped, on any thread; what it has not is spilled, on a thread
 * that may block. It holds the queue's lock only for one slice at a time, and never while it writes.
 */
final class PageOut {

    /** How many slices follow a burst or a read; the rest is for {@link #complete}. */
    private static final int SLICES_A_TIME = 4;

    /** How many batches are spilled until other queues have their turn. */
    private static final int SPILLS_A_TIME = 64;

    private final Paging paging;
    private final OnDisk disk;
    private final MemoryBudget budget;

    PageOut(Paging paging, OnDisk disk, MemoryBudget budget) {
        this.paging = paging;
        this.disk = disk;
        this.budget = budget;
    }

    /** After something came into memory; does not block. */
    void ifShort() {
        if (budget.isShort()) {
            drop(SLICES_A_TIME);
            budget.relieve();
        }
    }

    /** Drops all that can be, and spills until memory is not short any more. Blocks. */
    void complete() {
        drop(Integer.MAX_VALUE);
        Spill spill = disk.spill();
        for (int i = 0; spill != null && i < SPILLS_A_TIME && !budget.isRelieved(); i++) {
            if (!spill(spill)) {
                return;
            }
            drop(Integer.MAX_VALUE);
        }
    }

    /** Drops what the store has. */
    void drop(int slices) {
        if (disk.isNothing()) {
            return;
        }
        long inOrder = disk.inOrderBelow();
        long readable = disk.readableBelow();
        boolean more = true;
        for (int i = 0; more && i < slices; i++) {
            more = paging.dropSlice(inOrder, readable);
        }
    }

    /** False if there is nothing to spill, or it can't be done. */
    private boolean spill(Spill spill) {
        long bound = Math.min(disk.inOrderBelow(), disk.readableBelow());
        SpillBatch batch = paging.nextSpill(bound);
        if (batch.isEmpty() || !batch.write(spill)) {
            return false;
        }
        List<Slot> freed = paging.spilled(batch, bound);
        spill.release(freed);
        return true;
    }
}
