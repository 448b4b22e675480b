package io.leveret.bench.jmh;

import io.leveret.amqp.ShortString;
import io.leveret.amqp.frame.FrameDecoder;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.frame.FrameListener;
import io.leveret.amqp.method.BasicPublish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Time per message to find a burst's publishes in a read buffer, and to write its deliveries into a write buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    private static final int BURST = 256;
    private static final int FRAME_MAX_BYTES = 131_072;

    /** Class, weight and body size, before the properties. */
    private static final int CONTENT_HEADER_BYTES = 12;

    private static final byte[] PERSISTENT_PROPERTIES = {0x10, 0x00, 2};

    @Param({"16", "1024"})
    private int bodyBytes;

    private final byte[] consumerTag = ShortString.encode("amq.ctag-0123456789abcdefghijkl");
    private final byte[] address = ShortString.encode("orders", "orders.eu.created");
    private byte[] body = {};
    private ByteBuf publishes = Unpooled.EMPTY_BUFFER;
    private ByteBuf deliveries = Unpooled.EMPTY_BUFFER;

    @Setup
    public void encode() {
        body = new byte[bodyBytes];
        publishes = Unpooled.directBuffer();
        deliveries = Unpooled.directBuffer();
        for (int i = 0; i < BURST; i++) {
            FrameEncoder.writeMethod(publishes, 1, new BasicPublish("orders", "orders.eu.created", false, false));
            FrameEncoder.writeContent(publishes, 1, PERSISTENT_PROPERTIES, body, FRAME_MAX_BYTES);
        }
    }

    /** With the copies to the heap that a message needs: properties and body. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public void decodePublishes(Blackhole blackhole) {
        publishes.readerIndex(0);
        new FrameDecoder(new Copying(blackhole), FRAME_MAX_BYTES).decode(publishes);
    }

    @Benchmark
    @OperationsPerInvocation(BURST)
    public int encodeDeliveries() {
        deliveries.clear();
        for (int i = 0; i < BURST; i++) {
            FrameEncoder.writeDeliver(
                    deliveries, 1, consumerTag, i, false, address, PERSISTENT_PROPERTIES, body, FRAME_MAX_BYTES);
        }
        return deliveries.writerIndex();
    }

    /** Keeps of each frame what a broker would. */
    private record Copying(Blackhole blackhole) implements FrameListener {

        @Override
        public void onMethod(int channel, ByteBuf payload) {
            blackhole.consume(payload.readInt());
        }

        @Override
        public void onHeader(int channel, ByteBuf payload) {
            payload.skipBytes(CONTENT_HEADER_BYTES);
            copy(payload);
        }

        @Override
        public void onBody(int channel, ByteBuf payload) {
            copy(payload);
        }

        @Override
        public void onHeartbeat(int channel) {
            throw new AssertionError("no heartbeats here");
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        private void copy(ByteBuf payload) {
            byte[] bytes = new byte[payload.readableBytes()];
            payload.readBytes(bytes);
            blackhole.consume(bytes);
        }
    }
}
