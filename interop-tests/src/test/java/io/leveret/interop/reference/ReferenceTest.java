package io.leveret.interop.reference;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ReferenceTest {

    @Test
    void skipsWhatNeedsOneWhereThereIsNone() {
        assertThatThrownBy(Reference.none(false)::address)
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("no RabbitMQ to compare with");
    }

    @Test
    void failsWhereNothingMayBeSkipped() {
        assertThatThrownBy(() -> Reference.none(true)).hasMessageContaining("no RabbitMQ to compare with");
    }
}
