package io.leveret.broker.connection;

import static io.leveret.broker.connection.ReadSize.LEAST_BYTES;
import static io.leveret.broker.connection.ReadSize.LONG_NANOS;
import static io.leveret.broker.connection.ReadSize.MOST_BYTES;
import static io.leveret.broker.connection.ReadSize.SHORT_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // Netty's handle to receive with has no other name yet
class ReadSizeTest {

    private long now = 1_000;
    private final ReadSize size = new ReadSize(() -> now);

    @Test
    void growsWhileFullReadsAreServedFast() {
        assertThat(size.bytes()).isEqualTo(LEAST_BYTES);

        fullTurn(SHORT_NANOS - 1);
        assertThat(size.bytes()).isEqualTo(2 * LEAST_BYTES);

        for (int i = 0; i < 10; i++) {
            fullTurn(0);
        }
        assertThat(size.bytes()).isEqualTo(MOST_BYTES);
    }

    @Test
    void shrinksWhileATurnTakesLong() {
        grow();

        fullTurn(LONG_NANOS);
        assertThat(size.bytes()).isEqualTo(MOST_BYTES / 2);

        for (int i = 0; i < 10; i++) {
            fullTurn(LONG_NANOS);
        }
        assertThat(size.bytes()).isEqualTo(LEAST_BYTES);
    }

    @Test
    void staysBetween() {
        fullTurn(SHORT_NANOS);
        fullTurn(LONG_NANOS - 1);

        assertThat(size.bytes()).isEqualTo(LEAST_BYTES);
    }

    /** A turn that waited for its sockets first took no longer for it. */
    @Test
    void countsFromTheFirstReadOfATurn() {
        grow();
        size.turned(now);
        now += LONG_NANOS;

        fullTurn(0);

        assertThat(size.bytes()).isEqualTo(MOST_BYTES);
    }

    @Test
    void readsThatAreNotFullSayNothing() {
        size.bytes();
        size.turned(now);
        assertThat(size.bytes()).isEqualTo(LEAST_BYTES);

        grow();
        size.turned(now + LONG_NANOS);
        assertThat(size.bytes()).isEqualTo(MOST_BYTES);
    }

    @Test
    void theBufferToReceiveIntoFollows() {
        LoopBuffers buffers = new LoopBuffers(size);
        RecvByteBufAllocator.Handle handle = buffers.newHandle();

        ByteBuf small = receive(handle, LEAST_BYTES);
        assertThat(small.capacity()).isEqualTo(LEAST_BYTES);
        size.turned(now);
        ByteBuf larger = receive(handle, LEAST_BYTES);
        assertThat(larger.capacity()).isEqualTo(2 * LEAST_BYTES);
        size.turned(now);

        assertThat(size.bytes()).as("after a read that was not full").isEqualTo(2 * LEAST_BYTES);
        buffers.release();
        assertThat(small.refCnt() + larger.refCnt()).isZero();
    }

    /** As a socket's read does. */
    private static ByteBuf receive(RecvByteBufAllocator.Handle handle, int bytes) {
        ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
        handle.attemptedBytesRead(buffer.writableBytes());
        handle.lastBytesRead(bytes);
        buffer.release();
        return buffer;
    }

    private void grow() {
        for (int i = 0; i < 3; i++) {
            fullTurn(0);
        }
        assertThat(size.bytes()).isEqualTo(MOST_BYTES);
        size.turned(now);
    }

    private void fullTurn(long nanos) {
        size.bytes();
        size.filled();
        now += nanos;
        size.turned(now);
    }
}
