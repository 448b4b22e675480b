package io.leveret.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.RandomValues;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.TxSelect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameDecoderTest {

    private static final int FRAME_MAX = 8192;
    private static final String HEARTBEAT = "08 0000 00000000 ce";

    private final RecordedFrames frames = new RecordedFrames();
    private final FrameDecoder decoder = new FrameDecoder(frames, FRAME_MAX);
    private final FrameDecoder unlimited = new FrameDecoder(frames, 0);

    @Test
    void readsEachKindOfFrame() {
        decoder.decode(octets("01 0001 00000004 005a000a ce" + "02 0001 0000000e 003c 0000 0000000000000003 0000 ce"
                + "03 0001 00000003 616263 ce" + HEARTBEAT));

        assertThat(frames.lines())
                .containsExactly("1 TxSelect ", "1 header 60 0 3 0000{}", "1 body 616263", "0 heartbeat");
    }

    @Test
    void readsChannelNumbersUpTo65535() {
        decoder.decode(octets("03 ffff 00000001 61 ce"));

        assertThat(frames.lines()).containsExactly("65535 body 61");
    }

    @Test
    void keepsChannelsApartThatTakeTurns() {
        ByteBuf stream = Unpooled.buffer();
        FrameEncoder.writeMethod(stream, 1, new BasicPublish("x", "1", false, false));
        FrameEncoder.writeMethod(stream, 2, new BasicPublish("x", "2", false, false));
        stream.writeBytes(octets("02 0001 0000000e 003c 0000 0000000000000002 0000 ce"));
        stream.writeBytes(octets("02 0002 0000000e 003c 0000 0000000000000001 0000 ce"));
        stream.writeBytes(octets("03 0001 00000001 61 ce 03 0002 00000001 62 ce 03 0001 00000001 63 ce"));

        decoder.decode(stream);

        assertThat(frames.lines())
                .containsExactly(
                        "1 BasicPublish 00000178013100",
                        "2 BasicPublish 00000178013200",
                        "1 header 60 0 2 0000{}",
                        "2 header 60 0 1 0000{}",
                        "1 body 61",
                        "2 body 62",
                        "1 body 63");
    }

    @RepeatedTest(50)
    void readsTheSameOneByteAtATime(RepetitionInfo repetition) {
        ByteBuf stream = RandomStream.of(new RandomValues(repetition.getCurrentRepetition()), 10);
        List<String> whole = RecordedFrames.of(stream);
        ByteBuf arrived = Unpooled.buffer();
        while (stream.isReadable()) {
            arrived.writeByte(stream.readByte());
            unlimited.decode(arrived);
        }

        assertThat(frames.lines())
                .as("seed %d", repetition.getCurrentRepetition())
                .isNotEmpty()
                .isEqualTo(whole);
        assertThat(arrived.isReadable()).isFalse();
    }

    @RepeatedTest(100)
    void readsTheSameInPiecesOfAnySize(RepetitionInfo repetition) {
        RandomValues values = new RandomValues(repetition.getCurrentRepetition());
        ByteBuf stream = RandomStream.of(values, 20);
        List<String> whole = RecordedFrames.of(stream);
        ByteBuf arrived = Unpooled.buffer();
        while (stream.isReadable()) {
            int piece = 1 + values.random().nextInt(300);
            arrived.writeBytes(stream, Math.min(piece, stream.readableBytes()));
            unlimited.decode(arrived);
        }

        assertThat(frames.lines())
                .as("seed %d", repetition.getCurrentRepetition())
                .isEqualTo(whole);
    }

    @RepeatedTest(100)
    void takesAllOfABeginningOnceWhatItIsSaidToMissHasCome(RepetitionInfo repetition) {
        RandomValues values = new RandomValues(repetition.getCurrentRepetition());
        ByteBuf stream = RandomStream.of(values, 5);
        byte[] body = values.bytes(4 * FrameDecoder.PART_BYTES);
        FrameEncoder.writeContent(stream, 1, new byte[2], body, 0);
        List<String> whole = RecordedFrames.of(stream);
        ByteBuf begun = Unpooled.buffer();
        while (stream.isReadable()) {
            int missing = unlimited.missing(begun);
            begun.writeBytes(stream, missing == 1 ? 1 : 1 + values.random().nextInt(missing));
            if (unlimited.missing(begun) == 0) {
                unlimited.decode(begun);
                assertThat(begun.isReadable()).isFalse();
            }
        }

        assertThat(String.join(" ", frames.lines()).replace(" 1 body ", ""))
                .as("seed %d", repetition.getCurrentRepetition())
                .isEqualTo(String.join(" ", whole).replace(" 1 body ", ""));
    }

    /** Else a client could have it wait, and keep, what it is not allowed to send. */
    @Test
    void missesNothingOfAFrameThatIsTooLarge() {
        assertThat(decoder.missing(octets("03 0001 000020"))).isEqualTo(1);
        assertThat(decoder.missing(octets("03 0001 00002001"))).isZero();
        assertThat(decoder.missing(octets("01 0001 ffffffff"))).isZero();
        decoder.frameMax(Integer.MAX_VALUE);
        assertThat(decoder.missing(octets("01 0001 7fffffff"))).isZero();
        assertThatThrownBy(() -> decoder.decode(octets("01 0001 7fffffff"))).hasMessageContaining("frame_too_large");
        assertThat(decoder.missing(octets("01 0001 7ffffff7"))).isEqualTo(0x7ffffff8);
    }

    @Test
    void readsAsManyFramesAsAPrefixHolds() {
        ByteBuf stream = RandomStream.of(new RandomValues(7), 8);
        List<String> whole = RecordedFrames.of(stream);
        for (int length = 0; length <= stream.writerIndex(); length++) {
            RecordedFrames read = new RecordedFrames();
            ByteBuf prefix = stream.slice(0, length);

            new FrameDecoder(read, 0).decode(prefix);

            int complete = read.lines().size();
            assertThat(read.lines()).as("%d bytes", length).isEqualTo(whole.subList(0, complete));
            assertThat(RecordedFrames.of(
                            stream.slice(prefix.readerIndex(), stream.writerIndex() - prefix.readerIndex())))
                    .as("the rest after %d bytes", length)
                    .isEqualTo(whole.subList(complete, whole.size()));
        }
    }

    @Test
    void stopsWhenTheListenerIsClosed() {
        frames.closeAfter(2);
        ByteBuf in = octets(HEARTBEAT.repeat(3));

        decoder.decode(in);

        assertThat(frames.lines()).hasSize(2);
        assertThat(in.readableBytes()).isEqualTo(8);
    }

    @Test
    void goesOnBehindTheFrameWhateverTheListenerReadOrThrew() {
        ByteBuf in = octets("01 0001 00000004 00630001 ce" + "03 0001 00000001 61 ce");

        assertThatThrownBy(() -> decoder.decode(in)).hasMessage("COMMAND_INVALID - unknown method 1 of class 99");
        decoder.decode(in);

        assertThat(frames.lines()).containsExactly("1 body 61");
    }

    /** Or a bug of ours would be told the client as its own fault. */
    @Test
    void anIndexOutOfBoundsOfTheListenerIsNotTheClientsFault() {
        FrameListener greedy = new Greedy();
        ByteBuf in = octets("01 0001 00000006 003c0050 0000 ce" + HEARTBEAT);

        assertThatThrownBy(() -> new FrameDecoder(greedy, FRAME_MAX).decode(in))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(in.readableBytes()).isEqualTo(8);
    }

    @Test
    void handsALargeBodyOnAsItArrivesAndItsEndWithItsFrame() {
        byte[] payload = new RandomValues(1).bytes(200_000);
        ByteBuf stream = Unpooled.buffer();
        FrameEncoder.writeContent(stream, 1, new byte[2], payload, 0);
        stream.writeBytes(octets(HEARTBEAT));
        ByteBuf kept = Unpooled.buffer();
        int mostKept = 0;
        Parts parts = new Parts();
        FrameDecoder parted = new FrameDecoder(parts, 0);
        while (stream.isReadable()) {
            kept.writeBytes(stream, Math.min(1_000, stream.readableBytes()));
            parted.decode(kept);
            kept.discardReadBytes();
            mostKept = Math.max(mostKept, kept.readableBytes());
            boolean complete = stream.readableBytes() <= 8;
            assertThat(parts.bytes.size() == payload.length).isEqualTo(complete);
        }

        assertThat(parts.bytes.toByteArray()).isEqualTo(payload);
        assertThat(parts.heartbeats).isEqualTo(1);
        assertThat(mostKept).isLessThan(FrameDecoder.PART_BYTES + 1_000);
    }

    @Test
    void aLargeBodyWithoutItsEndOctetIsNeverComplete() {
        byte[] payload = new byte[20_000];
        payload[0] = 'a';
        ByteBuf stream = octets("03 0001 00004e20").writeBytes(payload).writeByte(0xCD);
        Parts parts = new Parts();
        FrameDecoder parted = new FrameDecoder(parts, 0);
        parted.decode(stream.slice(0, 15_000));
        ByteBuf rest = stream.slice(15_000, stream.writerIndex() - 15_000);

        assertThatThrownBy(() -> parted.decode(rest))
                .hasMessage("FRAME_ERROR - type 3, first 16 octets = "
                        + "<<97,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0>>: {invalid_frame_end_marker,205}");
        assertThat(parts.bytes.size()).isBetween(1, payload.length - 1);
    }

    /** RabbitMQ 4.3's texts; the last column is what a raw socket got from it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            03 0001 00002001                   | FRAME_ERROR - type 3, all octets = <<>>: {frame_too_large,8193,8184}
            09 0001 ffffffff 616263            | FRAME_ERROR - type 9, all octets = <<>>: {frame_too_large,4294967295,8184}
            09 0001 00000005 68656c6c6f ce     | FRAME_ERROR - type 9, all octets = <<"hello">>: unknown_frame
            09 0000 00000000 ce                | FRAME_ERROR - type 9, all octets = <<>>: unknown_frame
            00 0000 00000011 3132333435363738393031323334353637 ce | FRAME_ERROR - type 0, first 16 octets = <<"1234567890123456">>: unknown_frame
            09 0001 00000003 617f62 ce         | FRAME_ERROR - type 9, all octets = <<97,127,98>>: unknown_frame
            09 0001 00000003 61e962 ce         | FRAME_ERROR - type 9, all octets = <<"a\u00e9b">>: unknown_frame
            09 0001 00000004 61c3a962 ce       | FRAME_ERROR - type 9, all octets = <<"a\u00e9b"/utf8>>: unknown_frame
            09 0001 00000006 610a6209225c ce   | FRAME_ERROR - type 9, all octets = <<"a\\nb\\t\\"\\\\">>: unknown_frame
            09 0001 00000005 68656c6c6f 00     | FRAME_ERROR - type 9, all octets = <<"hello">>: {invalid_frame_end_marker,0}
            08 0000 00000000 cd                | FRAME_ERROR - type 8, all octets = <<>>: {invalid_frame_end_marker,205}
            08 0000 00000002 6865 ce           | FRAME_ERROR - type 8, all octets = <<"he">>: unknown_frame
            08 0001 00000000 ce                | UNEXPECTED_FRAME - type 8, all octets = <<>>
            01 0001 00000003 003200 ce         | FRAME_ERROR - type 1, all octets = <<0,50,0>>: unknown_frame
            01 0000 00000000 ce                | FRAME_ERROR - type 1, all octets = <<>>: unknown_frame
            02 0001 00000003 003c00 ce         | FRAME_ERROR - type 2, all octets = <<0,60,0>>: unknown_frame
            02 0001 0000000c 003c00000000000000000000 ce | INTERNAL_ERROR
            02 0000 0000000e 003c000000000000000000000000 ce | UNEXPECTED_FRAME - type 2, all octets = <<0,60,0,0,0,0,0,0,0,0,0,0,0,0>>
            03 0000 00000003 616263 ce         | UNEXPECTED_FRAME - type 3, all octets = <<"abc">>
            """)
    void answersWhatBreaksTheRules(String stream, String replyText) {
        assertThatThrownBy(() -> decoder.decode(octets(stream)))
                .isInstanceOfSatisfying(
                        AmqpException.class, e -> assertThat(e.replyText()).isEqualTo(replyText));
    }

    @Test
    void toleratesAPayloadOfFrameMax() {
        ByteBuf in = octets("03 0001 00002000").writeZero(FRAME_MAX).writeByte(0xCE);

        decoder.decode(in);

        assertThat(frames.lines()).containsExactly("1 body " + "00".repeat(FRAME_MAX));
    }

    @Test
    void followsANewFrameMax() {
        decoder.frameMax(4096);

        assertThatThrownBy(() -> decoder.decode(octets("03 0001 00001001")))
                .hasMessageContaining("{frame_too_large,4097,4088}");
    }

    @Test
    void withoutAFrameMaxRefusesOnlyWhatNoBufferHolds() {
        decoder.frameMax(0);
        ByteBuf in = octets("03 0001 70000000");

        decoder.decode(in);
        assertThat(in.readableBytes()).isEqualTo(7);

        assertThatThrownBy(() -> decoder.decode(octets("03 0001 80000000"))).hasMessageContaining("frame_too_large");
    }

    @Test
    void readsMethodsOfTheSpecificationsOwnOctets() {
        ByteBuf out = Unpooled.buffer();

        FrameEncoder.writeMethod(out, 3, new TxSelect());

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("010003" + "00000004" + "005a000a" + "ce");
    }

    /** Puts the body together. */
    private static final class Parts implements FrameListener {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int heartbeats;

        @Override
        public void onMethod(int channel, ByteBuf payload) {
            throw new AssertionError("no method was sent");
        }

        @Override
        public void onHeader(int channel, ByteBuf payload) {
            assertThat(bytes.size()).isZero();
        }

        @Override
        public void onBody(int channel, ByteBuf payload) {
            bytes.writeBytes(ByteBufUtil.getBytes(payload));
        }

        @Override
        public void onHeartbeat(int channel) {
            heartbeats++;
        }

        @Override
        public boolean isClosed() {
            return false;
        }
    }

    /** Reads eight octets of arguments from every method, as one that parses by hand may do. */
    private static final class Greedy implements FrameListener {
        @Override
        public void onMethod(int channel, ByteBuf payload) {
            payload.skipBytes(4).readLong();
        }

        @Override
        public void onHeader(int channel, ByteBuf payload) {
            throw new AssertionError("no header was sent");
        }

        @Override
        public void onBody(int channel, ByteBuf payload) {
            throw new AssertionError("no body was sent");
        }

        @Override
        public void onHeartbeat(int channel) {
            throw new AssertionError("decoding went on");
        }

        @Override
        public boolean isClosed() {
            return false;
        }
    }

    private static ByteBuf octets(String hex) {
        return Unpooled.buffer().writeBytes(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }
}
