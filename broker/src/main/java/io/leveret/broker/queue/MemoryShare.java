package io.leveret.broker.queue;

/** What one owner of memory has told a {@link MemoryBudget}. Guarded by the owner's lock. */
public final class MemoryShare {

    private final MemoryBudget budget;
    private long toldBytes;

    public MemoryShare(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Tells how much it is now. */
    public void tell(long bytes) {
        if (bytes != toldBytes) {
            budget.add(bytes - toldBytes);
            toldBytes = bytes;
        }
    }
}
