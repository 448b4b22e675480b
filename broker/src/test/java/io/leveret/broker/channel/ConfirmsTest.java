package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.frame.FrameDecoder;
import io.leveret.amqp.frame.FrameListener;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.MethodReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmsTest {

    private final Confirms confirms = new Confirms();
    private final ByteBuf out = Unpooled.buffer();

    @Test
    void confirmsABurstWithOneAck() {
        publish(3);
        confirms.brought(0);

        assertThat(confirms.send(0, 1, new MemoryOutput(out))).isFalse();

        assertThat(sent()).containsExactly(new BasicAck(3, true));
    }

    @Test
    void holdsWhatIsNotDurable() {
        publish(1);
        confirms.brought(7);

        assertThat(confirms.send(6, 1, new MemoryOutput(out))).isTrue();
        assertThat(sent()).isEmpty();

        assertThat(confirms.send(7, 1, new MemoryOutput(out))).isFalse();
        assertThat(sent()).containsExactly(new BasicAck(1, false));
    }

    @Test
    void confirmsSeveralBurstsTogetherOnceTheyAreDurable() {
        publish(2);
        confirms.brought(7);
        publish(1);
        confirms.brought(8);
        publish(1);
        confirms.brought(9);

        assertThat(confirms.send(8, 1, new MemoryOutput(out))).isTrue();
        assertThat(sent()).containsExactly(new BasicAck(3, true));
    }

    @Test
    void aMessageThatNeedsNoDiskWaitsForThoseBefore() {
        publish(1);
        confirms.brought(7);
        publish(1);
        confirms.brought(0);

        confirms.send(0, 1, new MemoryOutput(out));
        assertThat(sent()).isEmpty();

        confirms.send(7, 1, new MemoryOutput(out));
        assertThat(sent()).containsExactly(new BasicAck(2, true));
    }

    @Test
    void saysNothingTwice() {
        publish(1);
        confirms.brought(0);
        confirms.send(0, 1, new MemoryOutput(out));
        sent();

        confirms.brought(5);
        confirms.send(5, 1, new MemoryOutput(out));

        assertThat(sent()).isEmpty();
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            confirms.published();
        }
    }

    private List<Object> sent() {
        List<Object> methods = new ArrayList<>();
        new FrameDecoder(
                        new FrameListener() {
                            @Override
                            public void onMethod(int channel, ByteBuf payload) {
                                methods.add(MethodReader.read(payload));
                            }

                            @Override
                            public void onHeader(int channel, ByteBuf payload) {
                                throw new AssertionError("content");
                            }

                            @Override
                            public void onBody(int channel, ByteBuf payload) {
                                throw new AssertionError("content");
                            }

                            @Override
                            public void onHeartbeat(int channel) {
                                throw new AssertionError("heartbeat");
                            }

                            @Override
                            public boolean isClosed() {
                                return false;
                            }
                        },
                        0)
                .decode(out);
        out.clear();
        return methods;
    }
}
