package io.leveret.broker.message;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The further routing keys that a message may have in its headers CC and BCC. A pure function. */
public final class RoutingKeys {

    /** The header that names further routing keys, for all to see. */
    public static final String CC = "CC";

    private static final String BCC = "BCC";

    private RoutingKeys() {}

    /** The routing keys of a message: its own, then those in CC and BCC. */
    public static List<String> of(String routingKey, FieldTable headers) {
        FieldValue cc = headers.get(CC);
        FieldValue bcc = headers.get(BCC);
        if (cc == null && bcc == null) {
            return List.of(routingKey);
        }
        List<String> keys = new ArrayList<>();
        keys.add(routingKey);
        addKeys(CC, cc, keys);
        addKeys(BCC, bcc, keys);
        return keys;
    }

    /** Whether a message has keys that its consumers are not to see. */
    public static boolean areHidden(FieldTable headers) {
        return headers.get(BCC) != null;
    }

    /** Those in the header CC of a message that was taken. */
    static List<String> copies(FieldTable headers) {
        List<String> keys = new ArrayList<>();
        addKeys(CC, headers.get(CC), keys);
        return keys;
    }

    /** A routing key as a value of a header. */
    public static FieldValue value(String key) {
        return new FieldValue.LongString(OctetText.encode(key));
    }

    /** The routing keys that an array of a header has. */
    static List<String> ofValues(FieldValue.Array array) {
        List<String> keys = new ArrayList<>();
        for (FieldValue element : array.values()) {
            if (element instanceof FieldValue.LongString key) {
                keys.add(OctetText.decode(key.bytes()));
            }
        }
        return keys;
    }

    /** The properties as consumers see them: without BCC. */
    public static BasicProperties withoutBcc(BasicProperties properties, FieldTable headers) {
        if (!areHidden(headers)) {
            return properties;
        }
        FieldTable.Builder kept = FieldTable.builder();
        headers.entries().forEach((name, value) -> {
            if (!name.equals(BCC)) {
                kept.put(name, value);
            }
        });
        return properties.toBuilder().headers(kept.build()).build();
    }

    private static void addKeys(String header, @Nullable FieldValue value, List<String> keys) {
        if (value == null) {
            return;
        }
        if (!(value instanceof FieldValue.Array array)) {
            throw AmqpException.preconditionFailed(
                    "invalid message: {unacceptable_type_in_header,\"" + header + "\"," + value.typeName() + "}");
        }
        keys.addAll(ofValues(array));
    }
}
