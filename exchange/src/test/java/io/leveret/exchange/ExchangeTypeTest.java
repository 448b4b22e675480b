package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExchangeTypeTest {

    @ParameterizedTest
    @EnumSource
    void isFoundByItsNameInExchangeDeclare(ExchangeType type) {
        assertThat(ExchangeType.byName(type.wireName())).isSameAs(type);
    }

    @Test
    void knowsNoOtherNames() {
        assertThat(ExchangeType.byName("Topic")).isNull();
        assertThat(ExchangeType.byName("")).isNull();
    }
}
