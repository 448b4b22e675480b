package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstFailureTest {

    private final FirstFailure failures = new FirstFailure();
    private final List<String> done = new ArrayList<>();

    private static Runnable throwing(RuntimeException thrown) {
        return () -> {
            throw thrown;
        };
    }

    private static Runnable throwing(Error thrown) {
        return () -> {
            throw thrown;
        };
    }

    @Test
    void stepsThatSucceedThrowNothing() {
        failures.attempt(() -> done.add("step"));

        assertThat(done).containsExactly("step");
        assertThat(failures.failure()).isNull();
        assertThatCode(failures::throwIfAny).doesNotThrowAnyException();
    }

    @Test
    void theFirstIsThrownWithTheOthersOnceAllAreDone() {
        RuntimeException first = new IllegalStateException("first");
        Error second = new AssertionError("second");
        RuntimeException third = new IllegalStateException("third");
        failures.attempt(throwing(first));
        failures.attempt(throwing(second));
        failures.attempt(throwing(third));
        failures.attempt(() -> done.add("last"));

        assertThat(done).containsExactly("last");
        assertThat(failures.failure()).isSameAs(first);
        assertThatThrownBy(failures::throwIfAny).isSameAs(first).hasSuppressedException(second);
        assertThat(first.getSuppressed()).containsExactly(second, third);
    }

    @Test
    void anErrorIsThrownAsWhatItIs() {
        Error error = new OutOfMemoryError("on purpose");
        failures.attempt(throwing(error));

        assertThatThrownBy(failures::throwIfAny).isSameAs(error);
    }

    /** The JVM throws the same error again where memory is out, and nothing may be suppressed by itself. */
    @Test
    void theSameFailureAgainIsToldOnce() {
        Error error = new OutOfMemoryError("on purpose");
        failures.attempt(throwing(error));
        failures.attempt(throwing(error));

        assertThatThrownBy(failures::throwIfAny).isSameAs(error);
        assertThat(error.getSuppressed()).isEmpty();
    }
}
