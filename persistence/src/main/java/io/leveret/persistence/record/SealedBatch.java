package io.leveret.persistence.record;

/**
 * A batch that is complete, on its way into the log. Its arrays belong to the log now and are not changed any more.
 *
 * @param meta its records, in the first {@code metaLength} bytes
 * @param contents the heads and bodies of its publishes, one after the other, in the first {@code contentCount} elements
 * @param ordinals how many ordinals its publishes span, gaps included
 */
public record SealedBatch(
        byte[] meta,
        int metaLength,
        int metaCrc,
        byte[][] contents,
        int contentCount,
        long contentLength,
        int ordinals,
        int records) {

    /** How much room it takes in memory and in the log, apart from its frame's header. */
    public long length() {
        return metaLength + contentLength;
    }
}
