package io.leveret.persistence.state;

/**
 * How much of a segment is still needed.
 *
 * @param liveEntries over all queues
 * @param liveBytes of their messages, each divided by the number of queues that took it
 */
public record SegmentUse(long segment, long liveEntries, long liveBytes) {

    /**
     * What an entry takes in the log beside its message's bytes: about ten octets in a full batch, up to thirty more with a deadline, a hash
     * and a great id. More than that counts twice in a file that was just written anew, and so has it rest, too; if much more were
     * taken for live here, small messages would be kept among the dead.
     */
    private static final int ENTRY_BYTES = 14;

    /** What a file takes beside its entries, or rather more: else a tiny message would have its file written anew for ever. */
    private static final int FILE_BYTES = 160;

    /** Whether less than half of a segment's file is live, so that writing it anew frees more than it costs. */
    public boolean mostlyDead(long fileBytes) {
        return liveBytes + liveEntries * ENTRY_BYTES + FILE_BYTES < fileBytes / 2;
    }
}
