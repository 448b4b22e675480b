package io.leveret.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Buffers that all connections of an event loop take turns with: one to receive into, a few to write from. So a connection
 * holds no buffer while it is idle, and a busy one asks no allocator (a tenth of the broker's time, measured). A buffer that
 * somebody still holds is left to them and replaced. Owned by the loop.
 */
final class LoopBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

    /** The size of the buffers to write from. */
    static final int BYTES = 64 * 1024;

    private static final int KEPT = 8;

    /** When so many are out, connections gather what they write on the heap until it is their turn: 4 MiB of direct memory. */
    static final int LENT_MAX = 64;

    private final ReadSize readSize;
    private final ArrayDeque<ByteBuf> free = new ArrayDeque<>(KEPT);
    private @Nullable ByteBuf receive;
    private int lent;

    /** @param readSize of the buffer to receive into */
    LoopBuffers(ReadSize readSize) {
        this.readSize = readSize;
    }

    /** A buffer to fill and give back with {@link #giveBack}; the caller owns it. */
    ByteBuf take(ByteBufAllocator allocator) {
        ByteBuf buffer = free.pollLast();
        if (buffer == null) {
            buffer = allocator.directBuffer(BYTES);
        }
        lent++;
        return buffer;
    }

    /** Whether so many are out that one more should be taken only to be given back at once. */
    boolean areScarce() {
        return lent >= LENT_MAX;
    }

    /** Takes a buffer over; kept for the next one if nobody else holds it and it did not grow. */
    void giveBack(ByteBuf buffer) {
        assert !isFree(buffer) : "given back twice; two connections would write into it";
        lent--;
        if (buffer.refCnt() == 1 && buffer.capacity() == BYTES && free.size() < KEPT) {
            free.addLast(buffer.clear());
        } else {
            buffer.release();
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very buffer, not one with the same bytes
    private boolean isFree(ByteBuf buffer) {
        return free.stream().anyMatch(each -> each == buffer);
    }

    /** When the loop ends. */
    void release() {
        free.forEach(ByteBuf::release);
        free.clear();
        if (receive != null) {
            receive.release();
            receive = null;
        }
    }

    private ByteBuf receive(ByteBufAllocator allocator) {
        readSize.begin();
        int bytes = readSize.bytes();
        ByteBuf buffer = receive;
        if (buffer == null || buffer.refCnt() != 1 || buffer.capacity() != bytes) {
            if (buffer != null) {
                buffer.release();
            }
            buffer = allocator.directBuffer(bytes, bytes);
            receive = buffer;
        }
        return buffer.clear().retain();
    }

    @Override
    @SuppressWarnings("deprecation") // the only way to a handle of one's own
    public RecvByteBufAllocator.Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return receive(allocator);
            }

            @Override
            public int guess() {
                return readSize.bytes();
            }

            @Override
            public void lastBytesRead(int bytes) {
                super.lastBytesRead(bytes);
                readSize.received(bytes);
            }
        };
    }
}
