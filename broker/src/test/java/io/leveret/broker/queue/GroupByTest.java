package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.HeaderName;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupByTest {

    private static final GroupBy BY_USER = new GroupBy(new HeaderName("user"));

    private static @Nullable GroupKey keyOf(FieldValue user) {
        return BY_USER.keyOf(message(FieldTable.builder()
                .put("other", FieldValue.of("x"))
                .put("user", user)
                .build()));
    }

    private static Message message(FieldTable headers) {
        return new Message(
                new Address("x", "key"),
                BasicProperties.builder().headers(headers).build(),
                new byte[0]);
    }

    /** As an earlier version may have kept it, which did not know the argument. */
    @Test
    void anArgumentThatWouldBeRefusedIsNone() {
        FieldTable arguments = FieldTable.builder()
                .put("x-group-by", "user")
                .put("x-max-priority", 9)
                .build();

        assertThat(GroupBy.of(arguments)).isNull();
        assertThat(Queues.queue(arguments).priorities().levels()).isEqualTo(10);
    }

    @Test
    void anIntegerIsTheSameInAnyWidthAndAnotherThanItsText() {
        GroupKey seven = Objects.requireNonNull(keyOf(new FieldValue.Int8((byte) 7)));

        assertThat(keyOf(new FieldValue.Int64(7))).isEqualTo(seven).hasSameHashCodeAs(seven);
        assertThat(keyOf(new FieldValue.Int32(7))).isEqualTo(seven);
        assertThat(keyOf(FieldValue.of("7"))).isNotNull().isNotEqualTo(seven);
        assertThat(seven).hasToString("7");
    }

    @Test
    void textsAreApartByTheirOctets() {
        Set<GroupKey> keys = new HashSet<>();
        for (byte[] octets :
                List.of(new byte[] {(byte) 0xFF}, new byte[] {(byte) 0xFE}, new byte[0], new byte[] {'a'})) {
            keys.add(Objects.requireNonNull(keyOf(new FieldValue.LongString(octets))));
        }

        assertThat(keys).hasSize(4);
    }

    @Test
    void whatLacksTheHeaderOrHasAnotherKindOfValueIsInNoGroup() {
        assertThat(BY_USER.keyOf(Queues.message(1))).isNull();
        assertThat(BY_USER.keyOf(message(
                        FieldTable.builder().put("User", FieldValue.of("a")).build())))
                .isNull();
        assertThat(keyOf(FieldValue.of(true))).isNull();
        assertThat(keyOf(new FieldValue.Float64(7))).isNull();
        assertThat(keyOf(new FieldValue.Bytes(new byte[] {'a'}))).isNull();
        assertThat(keyOf(new FieldValue.Timestamp(7))).isNull();
        assertThat(keyOf(new FieldValue.Table(FieldTable.EMPTY))).isNull();
    }

    @Test
    void aTextIsAKeyUpToTheLengthOfARoutingKey() {
        assertThat(keyOf(FieldValue.of("a".repeat(GroupBy.KEY_MAX_BYTES)))).isNotNull();
        assertThat(keyOf(FieldValue.of("a".repeat(GroupBy.KEY_MAX_BYTES + 1)))).isNull();
    }

    @Test
    void aRoutingKeyIsAlwaysAKey() {
        GroupBy byKey = Objects.requireNonNull(
                GroupBy.of(FieldTable.builder().put("x-group-by", "routing-key").build()));

        assertThat(byKey.keyOf(message(FieldTable.EMPTY))).hasToString("key");
        assertThat(GroupBy.of(FieldTable.EMPTY)).isNull();
    }
}
