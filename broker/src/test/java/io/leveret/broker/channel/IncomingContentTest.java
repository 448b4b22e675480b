package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.broker.Allocation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IncomingContentTest {

    private static final long MAX_BYTES = 1 << 20;
    private static final BasicProperties PROPERTIES =
            BasicProperties.builder().messageId("m1").priority(3).build();

    private final IncomingContent content = new IncomingContent(MAX_BYTES);

    /** Bodies of every kind of split; a failure prints the seed. */
    @Test
    void putsABodyTogetherHoweverItIsSplit() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] body = new byte[random.nextInt(random.nextInt(10) == 0 ? 300_000 : 500)];
            random.nextBytes(body);
            content.begin();
            boolean complete = content.header(header(60, 0, body.length));
            for (int at = 0; at < body.length; ) {
                int size = Math.min(body.length - at, random.nextInt(1 + body.length / 3 + 1));
                assertThat(complete).as("seed %d at %d", seed, at).isFalse();
                complete = content.body(Unpooled.wrappedBuffer(body, at, size));
                at += size;
            }
            assertThat(complete).as("seed %d", seed).isTrue();
            assertThat(content.takeBody()).as("seed %d", seed).isEqualTo(body);
            assertThat(content.properties()).as("seed %d", seed).isEqualTo(PROPERTIES);
            assertThat(content.isExpecting()).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void handsABodyOverAndDoesNotTouchItAgain() {
        byte[] first = take(new byte[] {1, 2, 3});
        byte[] second = take(new byte[] {4, 5, 6});

        assertThat(first).containsExactly(1, 2, 3);
        assertThat(second).containsExactly(4, 5, 6);
    }

    @Test
    void refusesAMethodWhereContentIsDue() {
        content.requireComplete();
        content.begin();
        assertThatThrownBy(content::requireComplete)
                .hasMessage("UNEXPECTED_FRAME - expected content header for class 60, got non content header frame"
                        + " instead");
        content.header(header(60, 0, 1));
        assertThatThrownBy(content::requireComplete)
                .hasMessage("UNEXPECTED_FRAME - expected content body, got non content body frame instead");
    }

    @Test
    void refusesContentThatNoMethodAnnounced() {
        String expected = "UNEXPECTED_FRAME - expected method frame, got non method frame instead";
        assertThatThrownBy(() -> content.header(header(60, 0, 1))).hasMessage(expected);
        assertThatThrownBy(() -> content.body(Unpooled.EMPTY_BUFFER)).hasMessage(expected);
    }

    @Test
    void refusesABodyWhereTheHeaderIsDue() {
        content.begin();
        assertThatThrownBy(() -> content.body(Unpooled.EMPTY_BUFFER))
                .hasMessage("UNEXPECTED_FRAME - expected content header for class 60, got non content header frame"
                        + " instead");
    }

    @Test
    void refusesASecondHeader() {
        content.begin();
        content.header(header(60, 0, 1));
        assertThatThrownBy(() -> content.header(header(60, 0, 1)))
                .hasMessage("UNEXPECTED_FRAME - expected content body, got non content body frame instead");
    }

    @Test
    void refusesAHeaderOfAnotherClassOrWithAWeight() {
        content.begin();
        assertThatThrownBy(() -> content.header(header(50, 0, 1)))
                .hasMessage("UNEXPECTED_FRAME - expected content header for class 60, got one for class 50 instead");
        assertThatThrownBy(() -> content.header(header(60, 1, 1)))
                .hasMessageStartingWith("UNEXPECTED_FRAME - expected content header for class 60");
    }

    @Test
    void refusesABodyLongerThanAnnounced() {
        content.begin();
        content.header(header(60, 0, 3));
        content.body(Unpooled.buffer().writeZero(2));
        assertThatThrownBy(() -> content.body(Unpooled.buffer().writeZero(2))).hasMessageStartingWith("FRAME_ERROR");
    }

    @Test
    void refusesAnAnnouncementBeyondTheCeilingAtOnce() {
        content.begin();
        assertThatThrownBy(() -> content.header(header(60, 0, (512L << 20) + 1)))
                .hasMessageStartingWith("FRAME_ERROR");
        assertThatThrownBy(() -> content.header(header(60, 0, -1))).hasMessageStartingWith("FRAME_ERROR");
    }

    @Test
    void receivesABodyAboveTheLimitWholeThenRefusesItWithoutKeepingIt() {
        content.begin();
        content.header(header(60, 0, MAX_BYTES + 1));
        ByteBuf part = Unpooled.buffer().writeZero(65_536);
        long allocated = Allocation.of(() -> {
            for (int i = 0; i < 16; i++) {
                content.body(part.duplicate());
            }
        });
        // A quarter of the body: what the first run of any code allocates is in it too.
        assertThat(allocated).isLessThan(262_144);
        assertThat(content.body(Unpooled.buffer().writeZero(1))).isTrue();

        assertThatThrownBy(content::takeBody)
                .hasMessage("PRECONDITION_FAILED - message size 1048577 is larger than configured max size 1048576");
        assertThat(take(new byte[] {1})).containsExactly(1);
    }

    /** Or a few bytes on each of many channels would take all the memory there is. */
    @Test
    void takesMemoryAsItArrivesNotAsItIsAnnounced() {
        ByteBuf header = header(60, 0, MAX_BYTES);
        ByteBuf octet = Unpooled.buffer().writeZero(1);
        content.begin();
        long allocated = Allocation.of(() -> {
            content.header(header);
            content.body(octet);
        });

        assertThat(allocated).isLessThan(8_192);
    }

    @Test
    void growingABodyCopiesItAFewTimesOnly() {
        ByteBuf header = header(60, 0, MAX_BYTES);
        ByteBuf part = Unpooled.buffer().writeZero(4_096);
        content.begin();
        long allocated = Allocation.of(() -> {
            content.header(header);
            for (int i = 0; i < MAX_BYTES / 4_096; i++) {
                content.body(part.duplicate());
            }
        });

        assertThat(allocated).isLessThan(4 * MAX_BYTES);
        assertThat(content.takeBody()).hasSize((int) MAX_BYTES);
    }

    @Test
    void refusesPropertiesThatDoNotFitTheirFlags() {
        ByteBuf header = header(60, 0, 1);
        header.writeByte(0);
        content.begin();
        assertThatThrownBy(() -> content.header(header)).isInstanceOf(AmqpException.class);
    }

    private byte[] take(byte[] body) {
        content.begin();
        content.header(header(60, 0, body.length));
        assertThat(content.body(Unpooled.wrappedBuffer(Arrays.copyOf(body, body.length))))
                .isTrue();
        return content.takeBody();
    }

    private static ByteBuf header(int classId, int weight, long size) {
        return Unpooled.buffer()
                .writeShort(classId)
                .writeShort(weight)
                .writeLong(size)
                .writeBytes(PROPERTIES.encoded());
    }
}
