package io.leveret.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.RandomValues;
import io.leveret.amqp.method.MethodReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever arrives, it is read or answered with {@link AmqpException}: no other exception, no memory for what is not there. */
class FuzzTest {

    private static final int FRAME_MAX = 131072;

    /** The property flags of a list that holds headers and nothing else. */
    private static final int ONLY_HEADERS = 1 << 13;

    @Test
    void noiseInStreams() {
        for (long seed = 0; seed < 30_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            decode(seed, Unpooled.wrappedBuffer(noise));
        }
    }

    @Test
    void noiseInFrames() {
        for (long seed = 0; seed < 30_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(100)];
            random.nextBytes(noise);
            ByteBuf frame = Unpooled.buffer()
                    .writeByte(1 + random.nextInt(3))
                    .writeShort(1)
                    .writeInt(noise.length)
                    .writeBytes(noise)
                    .writeByte(Frame.END);
            decode(seed, frame);
        }
    }

    @Test
    void noiseInArgumentsOfEveryMethod() {
        int[] ids = RandomValues.methodTypes().stream()
                .mapToInt(type -> new RandomValues(0).method(type).id())
                .toArray();
        for (long seed = 0; seed < 50_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            ByteBuf payload =
                    Unpooled.buffer().writeInt(ids[random.nextInt(ids.length)]).writeBytes(noise);
            attempt(seed, payload, () -> MethodReader.read(payload));
        }
    }

    /** One reads, the other only checks, and what was checked has to be readable later. */
    @Test
    void noiseThatLooksLikeATableIsJudgedAlikeByBothReaders() {
        int wellFormed = 0;
        for (long seed = 0; seed < 100_000; seed++) {
            byte[] body = tableLikeNoise(new Random(seed));
            ByteBuf table = Unpooled.buffer().writeInt(body.length).writeBytes(body);
            ByteBuf list = Unpooled.buffer().writeShort(ONLY_HEADERS).writeBytes(table, 0, body.length + 4);

            FieldTable read = attempt(seed, table, () -> FieldTable.read(table));
            BasicProperties checked = attempt(seed, list, () -> BasicProperties.read(list));

            if (!Objects.equals(read, checked == null ? null : checked.headers())) {
                fail("seed " + seed + ": read " + read + " of " + ByteBufUtil.hexDump(body));
            }
            wellFormed += read == null ? 0 : 1;
        }
        assertThat(wellFormed).as("tables that were well formed").isBetween(500, 99_500);
    }

    /** Small octets make short lengths and likely tags, so that noise gets deep into a table. */
    private static byte[] tableLikeNoise(Random random) {
        byte[] likely = "SIDTFAtbBsuilLfdxV\0\0\0\0\0\0\1\2\3\4".getBytes(StandardCharsets.ISO_8859_1);
        byte[] noise = new byte[random.nextInt(24)];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = likely[random.nextInt(likely.length)];
        }
        return noise;
    }

    @Test
    void mutationsOfValidStreams() {
        for (long seed = 0; seed < 20_000; seed++) {
            RandomValues values = new RandomValues(seed);
            ByteBuf stream = RandomStream.of(values, 3);
            mutate(values.random(), stream);
            decode(seed, stream);
        }
    }

    private static void mutate(Random random, ByteBuf stream) {
        for (int left = 1 + random.nextInt(4); left > 0 && stream.isReadable(); left--) {
            int at = random.nextInt(stream.writerIndex());
            switch (random.nextInt(4)) {
                case 0 -> stream.setByte(at, random.nextInt(256));
                case 1 -> stream.setByte(at, stream.getByte(at) ^ (1 << random.nextInt(8)));
                case 2 -> stream.writerIndex(at);
                default -> stream.setInt(Math.max(0, at - Integer.BYTES), -1 >>> random.nextInt(32));
            }
        }
    }

    /** Goes on behind what only the listener refused, as a connection does after a channel error. */
    private static void decode(long seed, ByteBuf stream) {
        FrameDecoder decoder = new FrameDecoder(new RecordedFrames(), FRAME_MAX);
        int left = Integer.MAX_VALUE;
        while (stream.readableBytes() < left) {
            left = stream.readableBytes();
            attempt(seed, stream, () -> decode(decoder, stream));
        }
    }

    /** What was read, or null for what was answered. */
    private static <T> @Nullable T attempt(long seed, ByteBuf octets, Supplier<T> read) {
        try {
            return read.get();
        } catch (AmqpException e) {
            return null;
        } catch (RuntimeException e) {
            return fail("seed " + seed + ": " + ByteBufUtil.hexDump(octets, 0, octets.writerIndex()), e);
        }
    }

    private static boolean decode(FrameDecoder decoder, ByteBuf in) {
        decoder.decode(in);
        return true;
    }

    /** Each has a length field of nearly 4 GiB in a payload of some twenty octets. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 0000 ffffffff 000a000b",
                "01 0000 0000000c 000a000b ffffffff 00000000 ce",
                "01 0000 0000000f 000a000b 00000000 0141 ffffffff 00 ce",
                "01 0000 0000000e 000a000b 00000007 016b53 fffffff0 ce",
                "01 0000 0000000e 000a000b 00000007 016b41 7fffffff ce",
                "01 0000 0000000e 000a000b 00000007 016b46 7fffffff ce",
                "01 0000 0000000e 000a000b 00000007 016b78 80000000 ce",
                "02 0001 00000012 003c 0000 0000000000000000 2000 fffffff0 ce",
                "02 0001 00000019 003c 0000 0000000000000000 2000 00000007 016b53 7ffffff0 ce"
            })
    void lengthsAreNotBelieved(String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
        FrameDecoder decoder = new FrameDecoder(new RecordedFrames(), FRAME_MAX);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());

        Boolean read = attempt(0, in, () -> decode(decoder, in));

        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(read).as("was read").isNull();
        assertThat(allocated).as("bytes allocated").isLessThan(4 << 20);
    }
}
