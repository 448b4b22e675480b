package io.leveret.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.RandomValues;
import io.leveret.amqp.ShortString;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicDeliver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class FrameEncoderTest {

    private static final byte[] NO_PROPERTIES = {0, 0};
    private static final int FRAME_MAX = 4096;

    private final ByteBuf out = Unpooled.buffer();

    @Test
    void writesADeliveryToTheOctet() {
        FrameEncoder.writeDeliver(
                out,
                258,
                ShortString.encode("ct"),
                7,
                true,
                ShortString.encode("x", "key"),
                new byte[] {0x10, 0, 2},
                new byte[] {'h', 'i'},
                FRAME_MAX);

        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo(("01 0102 00000016 003c 003c 026374 0000000000000007 01 0178 036b6579 ce"
                                + "02 0102 0000000f 003c 0000 0000000000000002 1000 02 ce"
                                + "03 0102 00000002 6869 ce")
                        .replace(" ", ""));
    }

    @RepeatedTest(300)
    void writesADeliveryAsMethodAndContent(RepetitionInfo repetition) {
        RandomValues values = new RandomValues(repetition.getCurrentRepetition());
        BasicDeliver deliver = (BasicDeliver) values.method(BasicDeliver.class);
        int channel = values.random().nextInt(1 << 16);
        byte[] properties = values.properties().encoded();
        byte[] body = values.bytes(3 * FRAME_MAX);
        int frameMax = values.random().nextBoolean() ? FRAME_MAX : 0;
        byte[] tag = ShortString.encode(deliver.consumerTag());
        byte[] exchangeAndKey = ShortString.encode(deliver.exchange(), deliver.routingKey());
        ByteBuf expected = Unpooled.buffer();
        FrameEncoder.writeMethod(expected, channel, deliver);
        FrameEncoder.writeContent(expected, channel, properties, body, frameMax);

        FrameEncoder.writeDeliver(
                out,
                channel,
                tag,
                deliver.deliveryTag(),
                deliver.redelivered(),
                exchangeAndKey,
                properties,
                body,
                frameMax);

        assertThat(ByteBufUtil.hexDump(out))
                .as("seed %d", repetition.getCurrentRepetition())
                .isEqualTo(ByteBufUtil.hexDump(expected));
        assertThat(FrameEncoder.deliverSize(tag, exchangeAndKey, properties, body, frameMax))
                .isEqualTo(out.readableBytes());
    }

    @Test
    void splitsABodyAtFrameMax() {
        FrameEncoder.writeContent(out, 1, NO_PROPERTIES, new byte[2 * 4088 + 1], FRAME_MAX);

        assertThat(RecordedFrames.of(out))
                .containsExactly(
                        "1 header 60 0 8177 0000{}",
                        "1 body " + "00".repeat(4088),
                        "1 body " + "00".repeat(4088),
                        "1 body 00");
    }

    @Test
    void fillsAFrameToFrameMaxAndNotBeyond() {
        FrameEncoder.writeContent(out, 1, NO_PROPERTIES, new byte[4088], FRAME_MAX);

        assertThat(out.readableBytes()).isEqualTo(22 + FRAME_MAX);
    }

    @Test
    void writesNoBodyFrameForAnEmptyBody() {
        FrameEncoder.writeContent(out, 1, NO_PROPERTIES, new byte[0], FRAME_MAX);

        assertThat(RecordedFrames.of(out)).containsExactly("1 header 60 0 0 0000{}");
    }

    @Test
    void writesABodyInOneFrameWithoutAFrameMax() {
        FrameEncoder.writeContent(out, 1, NO_PROPERTIES, new byte[1_000_000], 0);

        assertThat(RecordedFrames.of(out)).hasSize(2);
    }

    @Test
    void writesAHeartbeat() {
        FrameEncoder.writeHeartbeat(out);

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("08000000000000ce");
    }

    @Test
    void leavesNothingOfAMethodThatCannotBeWritten() {
        FrameEncoder.writeHeartbeat(out);
        BasicCancel cancel = new BasicCancel("t".repeat(256), false);

        assertThatThrownBy(() -> FrameEncoder.writeMethod(out, 1, cancel)).isInstanceOf(IllegalArgumentException.class);

        assertThat(out.readableBytes()).isEqualTo(8);
    }
}
