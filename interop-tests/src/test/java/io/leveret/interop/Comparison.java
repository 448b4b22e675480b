package io.leveret.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What one case must observe, on either side: what it expects, and on Leveret also what RabbitMQ gave a moment before. */
final class Comparison {

    private static final String RUN = Long.toString(System.currentTimeMillis() % 1_000_000_000, 36);
    private static final AtomicInteger CASES = new AtomicInteger();

    private final @Nullable Differs differs;
    private final String namePrefix = "i" + RUN + "." + CASES.incrementAndGet() + ".";
    private @Nullable List<String> fromRabbitMq;

    Comparison(Method method) {
        differs = method.getAnnotation(Differs.class);
    }

    /** Starts the names of this case's queues and exchanges; short, since a reply text holds 255 bytes only. */
    String namePrefix() {
        return namePrefix;
    }

    void judge(Side side, Transcript transcript) {
        if (side == Side.RABBITMQ) {
            transcript.assertAsExpected();
            fromRabbitMq = transcript.lines();
        } else if (differs != null) {
            judgeDifference(differs, transcript.lines());
        } else {
            transcript.assertAsExpected();
            judgeSame(transcript.lines());
        }
    }

    private void judgeSame(List<String> fromLeveret) {
        if (fromRabbitMq != null) {
            assertThat(fromLeveret).as("the same as RabbitMQ").isEqualTo(fromRabbitMq);
        }
    }

    private void judgeDifference(Differs difference, List<String> fromLeveret) {
        if (fromRabbitMq != null) {
            assertThat(fromLeveret)
                    .as("a difference from RabbitMQ; if there is none, the case no longer needs @Differs")
                    .isNotEqualTo(fromRabbitMq);
        }
        assertThat(fromLeveret).as("Leveret's own answer").isEqualTo(List.of(difference.leveret()));
    }
}
