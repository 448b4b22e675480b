package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deliveries as a broker frames them, through a connection into a counting consumer. */
final class ConsumerTest {

    private static final int SIZE_BYTES = 300_000;

    private final Tally tally = new Tally(1, null);
    private final Consumer consumer = new Consumer(load(2), tally, () -> {});
    private final List<Throwable> failures = new ArrayList<>();
    private final Connection connection = new Connection(List.of(), consumer, failures::add);
    private final EmbeddedChannel channel = new EmbeddedChannel(connection);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void countsADeliveryOnceAllItsBodyFramesAreThere() {
        ByteBuf delivery = content(SIZE_BYTES);
        ByteBuf lastByte = delivery.readRetainedSlice(delivery.readableBytes() - 1);

        channel.writeInbound(lastByte);
        assertThat(tally.delivered()).isZero();

        channel.writeInbound(delivery);
        assertThat(tally.delivered()).isEqualTo(1);
    }

    @Test
    void countsTheSameByteByByte() {
        ByteBuf deliveries = Unpooled.wrappedBuffer(content(SIZE_BYTES), content(SIZE_BYTES));
        for (int step = 1; deliveries.isReadable(); step = step % 997 + 1) {
            channel.writeInbound(deliveries.readRetainedSlice(Math.min(step, deliveries.readableBytes())));
        }
        deliveries.release();

        assertThat(tally.delivered()).isEqualTo(2);
    }

    @Test
    void acksEverySecondDeliveryByItsCount() {
        for (int i = 0; i < 5; i++) {
            channel.writeInbound(content(SIZE_BYTES));
        }

        assertThat(ackedTag()).isEqualTo(2);
        assertThat(ackedTag()).isEqualTo(4);
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void refusesADeliveryOfAnotherSize() {
        channel.writeInbound(content(SIZE_BYTES - 1));

        assertThat(failures)
                .extracting(Throwable::getMessage)
                .contains("a delivery of 299999 bytes (expected: 300000)");
        assertThat(channel.isOpen()).isFalse();
    }

    private long ackedTag() {
        ByteBuf ack = channel.readOutbound();
        try {
            return ack.getLong(Frames.HEADER_BYTES + Integer.BYTES);
        } finally {
            ack.release();
        }
    }

    /** A publish's frames: to this consumer a delivery differs only in the method, which it does not look at. */
    private static ByteBuf content(int sizeBytes) {
        return Frames.publish("exchange", "key", sizeBytes, false);
    }

    private static Load load(int ackEvery) {
        return new Load(
                new Load.Address("localhost", 5672, "guest", "guest", "/"),
                Load.Part.BOTH,
                "",
                1,
                1,
                1,
                Load.ExchangeType.DIRECT,
                SIZE_BYTES,
                false,
                ackEvery,
                0,
                0,
                100,
                0,
                0,
                1,
                0,
                false,
                false,
                false,
                OptionalInt.empty());
    }
}
