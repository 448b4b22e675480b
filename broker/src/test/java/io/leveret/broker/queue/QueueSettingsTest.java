package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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

    @ParameterizedTest
    @MethodSource
    void aQuorumQueueGoesByTwentyWhereItsDeliveryLimitIsNoInteger(FieldValue value) {
        assertThat(of(QueueType.QUORUM, "x-delivery-limit", value).deliveryLimit())
                .isEqualTo(20);
        assertThat(of(QueueType.CLASSIC, "x-delivery-limit", value).deliveryLimit())
                .isEqualTo(QueueSettings.NONE);
    }

    static List<FieldValue> aQuorumQueueGoesByTwentyWhereItsDeliveryLimitIsNoInteger() {
        return List.of(FieldValue.of("5"), FieldValue.of(true), new FieldValue.Float64(5), new FieldValue.Void());
    }

    @ParameterizedTest
    @EnumSource
    void aNegativeDeliveryLimitIsNone(QueueType type) {
        assertThat(of(type, "x-delivery-limit", FieldValue.of(-1)).deliveryLimit())
                .isEqualTo(QueueSettings.NONE);
        assertThat(of(type, "x-delivery-limit", FieldValue.of(0)).deliveryLimit())
                .isZero();
    }
}
