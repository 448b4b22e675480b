package io.leveret.broker.message;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Message.Past;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a message stands on the disk: address and properties as on the wire, its past among their flags, and among their headers the
 * routing keys that no header of its tells. A pure function.
 */
public final class MessageWriter {

    /** Announces a second word of flags, which does not exist, so that no properties of a client have it. */
    private static final int DEAD_LETTERED = 1;

    private static final int DELIVERED = 3;

    /** Means nothing in properties, so that a client may have set it: of what it published it is not written. */
    private static final int PUBLISHED_WITH_KEYS = 2;

    private static final int MARKS = 3;

    private static final int LOW_FLAGS_AT = 1;

    /** Of no client either, where it stands in a message with a mark. */
    private static final String KEYS = "x-leveret-routing-keys";

    private MessageWriter() {}

    /** The properties as {@link MessageReader} takes them. Not to be changed. */
    public static byte[] properties(Message message) {
        if (message.past() == Past.NONE && message.furtherKeys() == null) {
            byte[] published = message.properties().encoded();
            return (published[LOW_FLAGS_AT] & MARKS) == 0 ? published : marked(published, 0);
        }
        return marked(keyed(message).encoded(), mark(message.past()));
    }

    private static byte[] marked(byte[] properties, int mark) {
        byte[] marked = properties.clone();
        marked[LOW_FLAGS_AT] = (byte) ((marked[LOW_FLAGS_AT] & ~MARKS) | mark);
        return marked;
    }

    private static int mark(Past past) {
        return switch (past) {
            case NONE -> PUBLISHED_WITH_KEYS;
            case DEAD_LETTERED -> DEAD_LETTERED;
            case DELIVERED -> DELIVERED;
        };
    }

    private static BasicProperties keyed(Message message) {
        BasicProperties properties = message.properties();
        boolean forged = properties.headers().get(KEYS) != null;
        if (message.furtherKeys() == null && !forged) {
            return properties;
        }
        List<String> keys = message.routingKeys();
        List<FieldValue> further =
                keys.subList(1, keys.size()).stream().map(RoutingKeys::value).toList();
        return properties.toBuilder()
                .headers(FieldTable.builder()
                        .putAll(properties.headers())
                        .put(KEYS, further)
                        .build())
                .build();
    }

    /** The message of which that was written. */
    static Message read(Address address, byte[] properties, byte[] body) {
        int mark = properties.length <= LOW_FLAGS_AT ? 0 : properties[LOW_FLAGS_AT] & MARKS;
        if (mark == 0) {
            return new Message(address, BasicProperties.of(properties), body);
        }
        properties[LOW_FLAGS_AT] &= ~MARKS;
        Past past = mark == DELIVERED ? Past.DELIVERED : mark == DEAD_LETTERED ? Past.DEAD_LETTERED : Past.NONE;
        BasicProperties read = BasicProperties.of(properties);
        List<String> further = keys(read.headers());
        return new Message(address, further == null ? read : withoutKeys(read), body, past, further);
    }

    private static @Nullable List<String> keys(FieldTable headers) {
        return headers.get(KEYS) instanceof FieldValue.Array keys ? RoutingKeys.ofValues(keys) : null;
    }

    private static BasicProperties withoutKeys(BasicProperties properties) {
        FieldTable.Builder kept = FieldTable.builder();
        properties.headers().entries().forEach((name, value) -> {
            if (!name.equals(KEYS)) {
                kept.put(name, value);
            }
        });
        // Also if nothing is left: the keys stood in a header, so that there was a table.
        return properties.toBuilder().headers(kept.build()).build();
    }
}
