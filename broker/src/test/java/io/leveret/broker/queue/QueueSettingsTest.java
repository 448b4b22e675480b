package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for a queue by its arguments. */
final class QueueSettingsTest {

    private static QueueSettings of(QueueType type, String argument, FieldValue value) {
        return QueueSettings.of(FieldTable.builder()
                .put("x-queue-type", type.wireName())
                .put(argument, value)
                .build());
    }

    @ParameterizedTest
    @EnumSource
    void rejectPublishDlxIsOfClassicQueues(QueueType type) {
        Overflow expected = type == QueueType.QUORUM ? Overflow.DROP_HEAD : Overflow.REJECT_PUBLISH_DLX;

        assertThat(of(type, "x-overflow", FieldValue.of("reject-publish-dlx")).overflow())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void rejectPublishIsOfAll(QueueType type) {
        assertThat(of(type, "x-overflow", FieldValue.of("reject-publish")).overflow())
                .isEqualTo(Overflow.REJECT_PUBLISH);
    }
}
