package io.leveret.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.RandomValues;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class ContentFramesTest {

    /** In pieces of any size it writes what the encoder writes at once. */
    @RepeatedTest(200)
    void agreesWithTheEncoderThatWritesAllAtOnce(RepetitionInfo repetition) {
        RandomValues values = new RandomValues(repetition.getCurrentRepetition());
        Random random = values.random();
        byte[] properties = values.bytes(300);
        byte[] body = values.bytes(20_000);
        int frameMax = random.nextBoolean() ? 0 : 4096;
        ByteBuf expected = Unpooled.buffer();
        FrameEncoder.writeContent(expected, 7, properties, body, frameMax);

        ContentFrames content = new ContentFrames(7, properties, body, frameMax);
        ByteBuf written = Unpooled.buffer();
        boolean complete = false;
        while (!complete) {
            ByteBuf piece = Unpooled.buffer(1 + random.nextInt(3_000)).capacity(1 + random.nextInt(3_000));
            int room = piece.writableBytes();
            complete = content.writeTo(piece);
            assertThat(complete || piece.readableBytes() == room).isTrue();
            written.writeBytes(piece);
            assertThat(content.left()).isEqualTo(expected.readableBytes() - written.readableBytes());
        }

        assertThat(written).as("seed %d", repetition.getCurrentRepetition()).isEqualTo(expected);
    }
}
