package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

final class PublishTest {

    /** AMQP 0-9-1, section 4.2: frames of type 1 (method 60.40), 2 (header) and 3 (body), each closed by 0xCE. */
    @Test
    void isMethodHeaderAndBodyAsTheSpecificationFramesThem() {
        ByteBuf publish = Frames.publish("e", "k", 8, true);

        assertThat(ByteBufUtil.hexDump(publish))
                .isEqualTo("01" + "0001" + "0000000b" + "003c0028" + "0000" + "0165" + "016b" + "00" + "ce"
                        + "02" + "0001" + "0000000f" + "003c0000" + "0000000000000008" + "1000" + "02" + "ce"
                        + "03" + "0001" + "00000008" + "0000000000000000" + "ce");
        publish.release();
    }

    @Test
    void stampsEachMessageOfABurstAtTheStartOfItsBody() {
        Publish publish = new Publish("e", "k", 16, false);

        ByteBuf burst = publish.burst(UnpooledByteBufAllocator.DEFAULT, 2);
        publish.stamp(burst, 0, 0x1111);
        publish.stamp(burst, 1, 0x2222);

        String bodies = "03" + "0001" + "00000010" + "%016x" + "0000000000000000" + "ce";
        assertThat(ByteBufUtil.hexDump(burst)).contains(bodies.formatted(0x1111), bodies.formatted(0x2222));
        burst.release();
    }

    @Test
    void splitsALargeBodyAtTheFrameSize() {
        ByteBuf publish = Frames.publish("", "k", Frames.FRAME_MAX_BYTES, false);

        int last = publish.readableBytes() - 16;
        assertThat(publish.getByte(last)).isEqualTo((byte) Frames.BODY);
        assertThat(publish.getInt(last + 3)).isEqualTo(8);
        publish.release();
    }
}
