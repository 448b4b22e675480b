package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long what returns waits; what the arguments come to is RabbitMQ 4.3's. */
final class RetryTest {

    private static FieldTable.Builder every(String type, long minMs) {
        return FieldTable.builder().put("x-delayed-retry-type", type).put("x-delayed-retry-min", minMs);
    }

    /** The waits after the first, the second... failure. */
    private static List<Long> waits(Retry retry, int failures) {
        return IntStream.rangeClosed(1, failures)
                .mapToObj(count -> retry.delayMs(true, count))
                .toList();
    }

    @Test
    void growsWithTheFailuresUpToTheMost() {
        Retry retry = Retry.of(every("all", 100).put("x-delayed-retry-max", 250).build());

        assertThat(waits(retry, 4)).containsExactly(100L, 200L, 250L, 250L);
    }

    @Test
    void staysTheSameWithoutAMost() {
        assertThat(waits(Retry.of(every("all", 100).build()), 3)).containsExactly(100L, 100L, 100L);
    }

    @ParameterizedTest
    @MethodSource("noTimes")
    void staysTheSameWithAMostThatIsNoTime(FieldValue most) {
        Retry retry =
                Retry.of(every("all", 100).put("x-delayed-retry-max", most).build());

        assertThat(waits(retry, 3)).containsExactly(100L, 100L, 100L);
    }

    @ParameterizedTest
    @MethodSource("noTimes")
    void doesNotWaitWithALeastThatIsNoTime(FieldValue least) {
        Retry retry = Retry.of(FieldTable.builder()
                .put("x-delayed-retry-type", "all")
                .put("x-delayed-retry-min", least)
                .put("x-delayed-retry-max", 250)
                .build());

        assertThat(retry.isAtOnce()).isTrue();
    }

    static List<FieldValue> noTimes() {
        return List.of(FieldValue.of(0), FieldValue.of(-1), FieldValue.of("200"), FieldValue.of(true));
    }

    @Test
    void isNeverLongerThanAMostBelowTheLeast() {
        Retry retry = Retry.of(every("all", 100).put("x-delayed-retry-max", 50).build());

        assertThat(waits(retry, 2)).containsExactly(50L, 50L);
    }

    @Test
    void isTenYearsAtMost() {
        Retry retry = Retry.of(every("all", Long.MAX_VALUE / 2)
                .put("x-delayed-retry-max", Long.MAX_VALUE)
                .build());

        assertThat(waits(retry, 3)).containsOnly(QueueArgument.LONGEST_MS);
    }

    @Test
    void countsWhatNeverFailedOnce() {
        Retry retry =
                Retry.of(every("returned", 100).put("x-delayed-retry-max", 250).build());

        assertThat(retry.delayMs(false, 0)).isEqualTo(100);
        assertThat(retry.delayMs(false, 2)).isEqualTo(200);
    }

    @Test
    void isOfWhatFailedOrOfWhatIsGivenBackOrOfBoth() {
        assertThat(waitsFor("failed")).containsExactly(100L, 0L);
        assertThat(waitsFor("returned")).containsExactly(0L, 100L);
        assertThat(waitsFor("all")).containsExactly(100L, 100L);
    }

    private static List<Long> waitsFor(String type) {
        Retry retry = Retry.of(every(type, 100).build());
        return List.of(retry.delayMs(true, 1), retry.delayMs(false, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"disabled", "", "ALL", "nonsense"})
    void isOfNothingElse(String type) {
        assertThat(Retry.of(every(type, 100).build()).isAtOnce()).isTrue();
    }

    @Test
    void isAtOnceWithoutAType() {
        assertThat(Retry.of(FieldTable.builder().put("x-delayed-retry-min", 100).build())
                        .isAtOnce())
                .isTrue();
    }
}
