package io.leveret.broker.message;

import io.leveret.amqp.BasicProperties;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A published message; immutable, in plain heap arrays, shared by all the queues that it was routed to. */
public final class Message {

    /** What a routing key takes beside its letters, at least. */
    private static final int KEY_BYTES = 48;

    private final Address address;
    private final BasicProperties properties;
    private final byte[] body;
    private final Past past;
    private final @Nullable List<String> furtherKeys;

    /** What happened to a message before it came to the queues that it is in now. */
    public enum Past {
        /** A client published it. */
        NONE,
        /** It was dead-lettered, and its headers tell of its deaths in queues, as the broker wrote them. */
        DEAD_LETTERED,
        /** Likewise, and a client may have seen it. */
        DELIVERED
    }

    public Message(Address address, BasicProperties properties, byte[] body) {
        this(address, properties, body, Past.NONE);
    }

    public Message(Address address, BasicProperties properties, byte[] body, Past past) {
        this(address, properties, body, past, null);
    }

    /** @param furtherKeys by which it is routed beside its address's; null for those in its header CC */
    public Message(
            Address address, BasicProperties properties, byte[] body, Past past, @Nullable List<String> furtherKeys) {
        this.address = address;
        this.properties = properties;
        this.body = body;
        this.past = past;
        this.furtherKeys = furtherKeys;
    }

    /** The same message with other properties. */
    public Message with(BasicProperties other) {
        return new Message(address, other, body, past, furtherKeys);
    }

    public Address address() {
        return address;
    }

    public BasicProperties properties() {
        return properties;
    }

    /** The body itself, not a copy. Not to be changed. */
    public byte[] body() {
        return body;
    }

    public Past past() {
        return past;
    }

    /** What it was routed by: its address's routing key, then those that its publisher named in headers. */
    public List<String> routingKeys() {
        List<String> further = furtherKeys == null ? RoutingKeys.copies(properties.headers()) : furtherKeys;
        if (further.isEmpty()) {
            return List.of(address.routingKey());
        }
        List<String> keys = new ArrayList<>(1 + further.size());
        keys.add(address.routingKey());
        keys.addAll(further);
        return keys;
    }

    /** The routing keys beside its address's, if they are others than its header CC has; null if not. */
    public @Nullable List<String> furtherKeys() {
        return furtherKeys;
    }

    /** How many octets it takes on the wire: address, properties and body. */
    public int bytes() {
        return address.encoded().length + properties.encoded().length + body.length;
    }

    /** How many it takes of the heap: these, and the keys that were taken out of its properties; only an estimate. */
    public int heapBytes() {
        int keys = 0;
        if (furtherKeys != null) {
            for (String key : furtherKeys) {
                keys += KEY_BYTES + key.length();
            }
        }
        return bytes() + keys;
    }
}
