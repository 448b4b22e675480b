package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights and their refusals, each as a running RabbitMQ 4.3 answered. */
final class HashWeightTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "+5, 5", "05, 5", "10000, 10000"})
    void readsAWeight(String bindingKey, int weight) {
        assertThat(HashWeight.of(bindingKey)).isEqualTo(weight);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1.5", " 1", "1 ", "1e3", "0x1", "+", "--1", "1_000"})
    void refusesWhatIsNoInteger(String bindingKey) {
        assertRefused(bindingKey, "The binding key must be an integer: <<");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "-99999999999999999999", "+0"})
    void refusesWhatIsNotPositive(String bindingKey) {
        assertRefused(bindingKey, "The binding key must be greater than 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10001", "99999999999999999999"})
    void refusesWhatIsTooLarge(String bindingKey) {
        assertRefused(bindingKey, "The binding key must not exceed 10000");
    }

    private static void assertRefused(String bindingKey, String text) {
        assertThatThrownBy(() -> HashWeight.of(bindingKey))
                .isInstanceOf(AmqpException.class)
                .hasMessageContaining(text);
    }
}
