package io.leveret.persistence.log;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The buffers through which logs write, lent for as long as a log has something to write: so there are as many as background threads,
 * however many logs. Any thread may use it.
 */
public final class WriteBuffers {

    private final int bytes;
    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    /** @param bytes of each buffer: what goes to the disk in one call */
    public WriteBuffers(int bytes) {
        this.bytes = bytes;
    }

    ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        return buffer != null ? buffer.clear() : ByteBuffer.allocateDirect(bytes);
    }

    void giveBack(ByteBuffer buffer) {
        idle.add(buffer);
    }
}
