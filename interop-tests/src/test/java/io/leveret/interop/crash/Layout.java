package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The durable queues that the load works on, declared once for each data folder. */
final class Layout {

    /** Published to through the default exchange; each has consumers. */
    static final List<String> WORK = List.of("work.0", "work.1", "work.2");

    /** They store every message, whatever its delivery mode. */
    static final List<String> QUORUM = List.of("quorum.0", "quorum.1");

    /** Each gets a little, and somebody looks into one or the other. */
    static final List<String> MANY = named("many.", 40);

    static final String FAN = "fan";
    /** Bound to {@link #FAN}; the last has no consumers, so a backlog grows there. */
    static final List<String> FANNED = List.of("fan.0", "fan.1", "fan.2");

    /** Nobody consumes from these: whether all of a transaction is there can be seen after a kill. */
    static final List<String> TX = List.of("tx.0", "tx.1");

    /** Published to at the first; transactions move everything on from each to the next. */
    static final List<String> MOVED = List.of("moved.0", "moved.1", "moved.2");

    static final String TOPIC = "rebound.topic";
    static final String HEADERS = "rebound.headers";
    /** Bound to the two exchanges and unbound all the time. */
    static final List<String> REBOUND = List.of("rebound.0", "rebound.1", "rebound.2");

    /** Takes large transient messages, more than there is memory for. */
    static final String TRANSIENT = "transient";

    static final String PURGED = "purged";
    /** Deleted and declared again, all the time. */
    static final String PHOENIX = "phoenix";
    /** Takes what consumers publish to learn that their acks are forced. */
    static final String MARKS = "marks";

    /** Where a queue's messages would go if they were dead-lettered when it expires. */
    static final String NEVER = "never";

    private Layout() {}

    /** All but those of the circuits. */
    static List<String> queues() {
        return Stream.of(
                        WORK,
                        QUORUM,
                        MANY,
                        FANNED,
                        TX,
                        MOVED,
                        REBOUND,
                        List.of(TRANSIENT, PURGED, PHOENIX, MARKS, NEVER))
                .flatMap(List::stream)
                .toList();
    }

    static void declare(Channel channel) throws IOException {
        for (String queue : queues()) {
            declareQueue(channel, queue);
        }
        channel.exchangeDeclare(FAN, "fanout", true);
        for (String queue : FANNED) {
            channel.queueBind(queue, FAN, "");
        }
        channel.exchangeDeclare(TOPIC, "topic", true);
        channel.exchangeDeclare(HEADERS, "headers", true);
        declareCircuits(channel);
    }

    private static void declareCircuits(Channel channel) throws IOException {
        for (Circuit circuit : Circuit.ALL) {
            for (Stop stop : circuit.stops()) {
                channel.queueDeclare(stop.queue(), true, false, false, stop.declaration());
            }
        }
        channel.exchangeDeclare(Circuit.ENTRANCE, "topic", true);
        channel.queueBind(Circuit.REJECTED.entry().queue(), Circuit.ENTRANCE, "to.*");
        channel.exchangeDeclare(Circuit.DEAD, "direct", true);
        channel.queueBind(Circuit.EXPIRATION.stops().get(1).queue(), Circuit.DEAD, Circuit.EXPIRATION.routingKey());
    }

    static void declareQueue(Channel channel, String queue) throws IOException {
        Map<String, Object> arguments = storesAll(queue) ? Map.of("x-queue-type", "quorum") : Map.of();
        channel.queueDeclare(queue, true, false, false, arguments);
    }

    /** Whether transient messages outlive a restart there, too. */
    static boolean storesAll(String queue) {
        return QUORUM.contains(queue);
    }

    private static List<String> named(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}
