package io.leveret.persistence.state;

import java.io.IOException;

/** Tells what a queue has in a segment that is indexed; asked only where a purge mark cuts such a segment in two. May block. */
public interface IndexedOrdinals {

    /** The ordinals above one, growing, of what the queue has in the segment, settled or not. */
    int[] above(long segment, long queueId, int ordinal) throws IOException;
}
