package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.HeaderName;
import io.leveret.amqp.OctetText;
import io.leveret.amqp.ShortString;
import io.leveret.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * {@code x-group-by}: what the messages of a queue are grouped by, its routing key or a header. Immutable.
 *
 * @param header the header's name; null for the routing key
 */
record GroupBy(@Nullable HeaderName header) {

    /** The longest text that is a key: as long as a routing key may be. */
    static final int KEY_MAX_BYTES = ShortString.MAX_BYTES;

    private static final String ROUTING_KEY = "routing-key";

    /** What arguments ask for; null if messages are not grouped, as where the argument is wrong: a kept queue may be older than it. */
    static @Nullable GroupBy of(FieldTable arguments) {
        FieldValue value = QueueArgument.GROUP_BY.in(arguments);
        if (!(value instanceof FieldValue.LongString name) || problem(value, arguments) != null) {
            return null;
        }
        String text = name.asString();
        return new GroupBy(text.equals(ROUTING_KEY) ? null : new HeaderName(text));
    }

    /** What is wrong with the argument, beside others; null if nothing is. */
    static @Nullable String problem(FieldValue value, FieldTable arguments) {
        if (!(value instanceof FieldValue.LongString name)) {
            return ArgumentRule.unacceptable(value);
        }
        int length = name.bytes().length;
        if (length == 0 || length > ShortString.MAX_BYTES) {
            return "invalid_group_by";
        }
        if (QueueArgument.MAX_PRIORITY.in(arguments) != null) {
            return "group_by_with_max_priority";
        }
        boolean single =
                QueueArgument.SINGLE_ACTIVE_CONSUMER.in(arguments) instanceof FieldValue.Bool asked && asked.value();
        return single ? "group_by_with_single_active_consumer" : null;
    }

    /**
     * The key of a message's group; null if it is in none: it lacks the header, or that is neither an integer nor a text of at most
     * {@link #KEY_MAX_BYTES} octets.
     */
    @Nullable
    GroupKey keyOf(Message message) {
        if (header == null) {
            return GroupKey.of(message.address().routingKey());
        }
        FieldValue value = message.properties().header(header);
        if (value instanceof FieldValue.LongString text) {
            // Octets that are no UTF-8 are kept apart: no two texts become one.
            return text.bytes().length > KEY_MAX_BYTES ? null : GroupKey.of(OctetText.decode(text.bytes()));
        }
        return value != null && value.isInteger() ? GroupKey.of(value.longValue()) : null;
    }
}
