package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class LateConsumerTest {

    private static final long PAST_MS = 1_000;

    private final LateConsumer consumer = new LateConsumer(2, 0);

    @Test
    void isDoneWhenEachHasCome() {
        deliver(PAST_MS, 1);
        assertThat(consumer.done()).isNotDone();

        deliver(PAST_MS, 0);
        assertThat(consumer.done()).isCompleted();
        assertThat(consumer.done().join().getTotalCount()).isEqualTo(2);
    }

    @Test
    void failsIfOneComesTwice() {
        deliver(PAST_MS, 1);

        assertThatExceptionOfType(LoadException.class).isThrownBy(() -> deliver(PAST_MS, 1));
    }

    @Test
    void failsIfOneComesEarly() {
        assertThatExceptionOfType(LoadException.class).isThrownBy(() -> deliver(Long.MAX_VALUE, 1));
    }

    @Test
    void failsIfOneComesThatWasNotPublished() {
        assertThatExceptionOfType(LoadException.class).isThrownBy(() -> deliver(PAST_MS, 2));
    }

    private void deliver(long dueMs, int number) {
        ByteBuf body = Unpooled.buffer().writeLong(dueMs).writeInt(number);
        consumer.header(body.readableBytes());
        consumer.body(body, 0, body.readableBytes());
    }
}
