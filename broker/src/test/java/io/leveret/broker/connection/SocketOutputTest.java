package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.frame.ContentFrames;
import io.leveret.broker.channel.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The outputs of some connections of one loop. */
class SocketOutputTest {

    private final TestServer server = new TestServer();
    private final LoopBuffers buffers = new LoopBuffers(new ReadSize(() -> 0));
    private final List<Line> lines = new ArrayList<>();

    /** A socket that may be stalled, and the output to it. */
    private final class Line extends ChannelOutboundHandlerAdapter {
        final EmbeddedChannel socket;
        final SocketOutput output;
        boolean stalled;
        boolean turnDue;

        Line() {
            ChannelInboundHandlerAdapter end = new ChannelInboundHandlerAdapter();
            socket = new EmbeddedChannel(this, end);
            socket.config().setAllocator(server.allocator());
            ChannelHandlerContext context = socket.pipeline().context(end);
            output = new SocketOutput(
                    context,
                    buffers,
                    new Outbox(() -> {}),
                    new Reading(socket.config()),
                    () -> turnDue = true,
                    () -> {});
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!stalled) {
                context.flush();
            }
        }

        Line write(String text) {
            byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
            output.buffer(octets.length).writeBytes(octets);
            return this;
        }

        void turn() {
            while (turnDue) {
                turnDue = false;
                output.flush();
            }
        }

        void readAgain() {
            stalled = false;
            socket.flush();
            turn();
        }

        ByteBuf sent() {
            ByteBuf all = Unpooled.buffer();
            for (ByteBuf each = socket.readOutbound(); each != null; each = socket.readOutbound()) {
                all.writeBytes(each);
                each.release();
            }
            return all;
        }

        String sentText() {
            return sent().toString(StandardCharsets.US_ASCII);
        }
    }

    private Line line() {
        Line line = new Line();
        lines.add(line);
        return line;
    }

    @AfterEach
    void nothingIsLeft() {
        for (Line line : lines) {
            line.sent().release();
            line.socket.close();
            line.output.release();
        }
        buffers.release();
        server.close();
    }

    @Test
    void aBufferThatWasHandedOverIsNotUsedAgainWhenTheNextIsRefused() {
        Line victim = line();
        ByteBuf first = victim.output.buffer(1);
        first.writeZero(first.writableBytes());
        server.refuseBuffers(1);
        assertThatThrownBy(() -> victim.output.buffer(1)).isInstanceOf(OutOfMemoryError.class);
        victim.write("last word").turn();
        assertThat(victim.sentText()).hasSize(LoopBuffers.BYTES + 9).endsWith("last word");

        Line a = line();
        Line b = line();
        a.write("AAAA");
        b.write("BBBB");
        a.turn();
        b.turn();

        assertThat(a.sentText()).isEqualTo("AAAA");
        assertThat(b.sentText()).isEqualTo("BBBB");
    }

    @Test
    void whatAFullSocketDidNotTakeGoesOutInOrderWhenItDoes() {
        Line line = line();
        byte[] body = new byte[500_000];
        body[0] = 1;
        ByteBuf expected = Unpooled.buffer();
        line.stalled = true;
        line.write("one");
        line.turn();
        line.write("two");
        line.output.content(new ContentFrames(1, new byte[2], body, 4096), true);
        new ContentFrames(1, new byte[2], body, 4096)
                .writeTo(expected.writeBytes("onetwo".getBytes(StandardCharsets.US_ASCII))
                        .ensureWritable(600_000));
        expected.writeBytes("three".getBytes(StandardCharsets.US_ASCII));
        line.write("three");
        line.turn();
        assertThat(line.output.isBlocked()).isTrue();
        assertThat(line.sent().isReadable()).isFalse();

        line.readAgain();

        assertThat(line.sent()).isEqualTo(expected);
        assertThat(line.output.isBlocked()).isFalse();
    }

    /** However many do not read, and however much waits for each. */
    @Test
    void aFullSocketHoldsHardlyAnyDirectMemory() {
        byte[] body = new byte[16 << 20];
        for (int i = 0; i < 100; i++) {
            Line line = line();
            line.stalled = true;
            line.write("x".repeat(30_000)).write("y".repeat(30_000)).write("z".repeat(30_000));
            line.output.content(new ContentFrames(1, new byte[2], body, 131_072), true);
            line.turn();
        }

        assertThat(server.usedBytes()).isLessThan(100 * SocketOutput.LEFT_BYTES + 20L * LoopBuffers.BYTES);
    }

    /** As when a thousand connections are read before the first has its turn. */
    @Test
    void connectionsThatWaitForTheirTurnShareABoundedNumberOfBuffers() {
        for (int i = 0; i < 1_000; i++) {
            line().write("answer " + i);
        }

        assertThat(server.usedBytes()).isLessThanOrEqualTo((LoopBuffers.LENT_MAX + 1L) * LoopBuffers.BYTES);
        for (int i = 0; i < 1_000; i++) {
            lines.get(i).turn();
            assertThat(lines.get(i).sentText()).isEqualTo("answer " + i);
        }
    }

    @Test
    void aClientThatAsksWithoutReadingIsReadNoMoreUntilItReads() {
        Line line = line();
        line.stalled = true;
        byte[] body = new byte[600_000];
        line.write("a");
        line.output.content(new ContentFrames(1, new byte[2], body, 0), false);
        line.turn();
        assertThat(line.socket.config().isAutoRead()).isTrue();
        line.write("b");
        line.output.content(new ContentFrames(1, new byte[2], body, 0), false);
        line.turn();
        assertThat(line.socket.config().isAutoRead()).isFalse();

        line.readAgain();

        assertThat(line.socket.config().isAutoRead()).isTrue();
        assertThat(line.sent().readableBytes()).isGreaterThan(1_200_000);
    }

    @Test
    void smallAnswersCountToo() {
        Line line = line();
        line.stalled = true;
        for (int i = 0; line.socket.config().isAutoRead(); i++) {
            assertThat((long) i * 1_000).as("octets that wait").isLessThan(2 * SocketOutput.UNREAD_HIGH_BYTES);
            line.write("x".repeat(1_000));
            line.turn();
        }

        line.readAgain();
        assertThat(line.socket.config().isAutoRead()).isTrue();
    }

    /** What a queue sends is bounded by the outbox; a consumer must be heard, or its acknowledgements would not be. */
    @Test
    void aConsumerThatIsSlowIsReadOn() {
        Line line = line();
        line.stalled = true;
        line.write("deliver");
        line.output.content(new ContentFrames(1, new byte[2], new byte[16 << 20], 131_072), true);
        line.turn();

        assertThat(line.socket.config().isAutoRead()).isTrue();
    }
}
