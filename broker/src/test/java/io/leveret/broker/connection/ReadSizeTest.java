package io.leveret.broker.connection;

import static io.leveret.broker.connection.ReadSize.LEAST_BYTES;
import static io.leveret.broker.connection.ReadSize.LONG_NANOS;
import static io.leveret.broker.connection.ReadSize.MOST_BYTES;
import static io.leveret.broker.connection.ReadSize.SHORT_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.RecvByteBufAllocator;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // Netty's handle to receive with has no other name yet
class ReadSizeTest {

    private long now = 1_000;
    private final ReadSize size = new ReadSize(() -> now);

    @Test
    void growsWhileFullReadsAreServedFast() {
        assertThat(size.bytes()).isEqualTo(LEAST_BYTES);

        turn(SHORT_NANOS - 1, LEAST_BYTES);
        assertThat(size.bytes()).isEqualTo(2 * LEAST_BYTES);

        grow();
        turn(0, MOST_BYTES);
        assertThat(size.bytes()).isEqualTo(MOST_BYTES);
    }

    @Test
    void shrinksWhileATurnTakesLong() {
        grow();

        turn(LONG_NANOS, MOST_BYTES);
        assertThat(size.bytes()).isEqualTo(MOST_BYTES / 2);

        for (int i = 0; i < 10; i++) {
            turn(LONG_NANOS, size.bytes());
        }
        assertThat(size.bytes()).isEqualTo(LEAST_BYTES);
    }

    @Test
    void staysBetween() {
        turn(SHORT_NANOS, LEAST_BYTES);
        turn(LONG_NANOS - 1, LEAST_BYTES);

        assertThat(size.bytes()).isEqualTo(LEAST_BYTES);
    }

    /** A turn that waited for its sockets first took no longer for it. */
    @Test
    void countsFromTheFirstReadOfATurn() {
        grow();
        now += LONG_NANOS;

        turn(0, MOST_BYTES);

        assertThat(size.bytes()).isEqualTo(MOST_BYTES);
    }

    @Test
    void doesNotGrowForReadsThatAreNotFull() {
        turn(0, LEAST_BYTES - 1);

        assertThat(size.bytes()).isEqualTo(LEAST_BYTES);
    }

    /** Clients with a window of confirms never have a socket's buffer full. */
    @Test
    void shrinksForReadsOfWhichLessWouldComeThen() {
        grow();
        turn(LONG_NANOS, MOST_BYTES / 2);
        assertThat(size.bytes()).isEqualTo(MOST_BYTES);

        turn(LONG_NANOS, MOST_BYTES / 2 + 1);
        assertThat(size.bytes()).isEqualTo(MOST_BYTES / 2);
    }

    /** They would take as long, and the one that has much to say only longer. */
    @Test
    void doesNotShrinkForVeryManySmallReads() {
        grow();

        int[] reads = new int[1_000];
        Arrays.fill(reads, 100);
        reads[500] = MOST_BYTES;

        turn(LONG_NANOS, reads);

        assertThat(size.bytes()).isEqualTo(MOST_BYTES);
    }

    /** As consumers that acknowledge beside publishers. */
    @Test
    void shrinksForLargeReadsBesideSomeSmallOnes() {
        grow();

        turn(LONG_NANOS, MOST_BYTES, 100, 100, 100, 100);

        assertThat(size.bytes()).isEqualTo(MOST_BYTES / 2);
    }

    @Test
    void aSocketThatHasNothingOrIsClosedCountsForNothing() {
        grow();

        turn(LONG_NANOS, MOST_BYTES, 0, -1);

        assertThat(size.bytes()).isEqualTo(MOST_BYTES / 2);
    }

    @Test
    void theBufferToReceiveIntoFollows() {
        LoopBuffers buffers = new LoopBuffers(size);
        RecvByteBufAllocator.Handle handle = buffers.newHandle();

        ByteBuf small = receive(handle, LEAST_BYTES);
        assertThat(small.capacity()).isEqualTo(LEAST_BYTES);
        size.turned();
        ByteBuf larger = receive(handle, LEAST_BYTES);
        assertThat(larger.capacity()).isEqualTo(2 * LEAST_BYTES);

        buffers.release();
        assertThat(small.refCnt() + larger.refCnt()).isZero();
    }

    @Test
    void aLoopThatHasLookedAtItsSocketsHasTurned() {
        DefaultEventLoop eventLoop = new DefaultEventLoop();
        Loop loop = new Loop(eventLoop, Runnable::run, size);
        PacedIoHandler paced = new PacedIoHandler(new FullSocket(loop.buffers().newHandle()), loop);
        try {
            paced.run(new NeverBlocking());
        } finally {
            paced.destroy();
            eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        }

        assertThat(size.bytes()).isEqualTo(2 * LEAST_BYTES);
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
        while (size.bytes() < MOST_BYTES) {
            turn(0, size.bytes());
        }
        size.turned();
    }

    private void turn(long nanos, int... reads) {
        size.begin();
        for (int read : reads) {
            size.received(read);
        }
        now += nanos;
        size.turned();
    }

    /** A socket that always has more than is read. */
    private record FullSocket(RecvByteBufAllocator.Handle handle) implements IoHandler {

        @Override
        public int run(IoHandlerContext context) {
            ByteBuf read = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
            handle.lastBytesRead(read.capacity());
            read.release();
            return 1;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return false;
        }
    }

    private static final class NeverBlocking implements IoHandlerContext {

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    }
}
