package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** The durable queues that the load works on, declared once for each data folder. */
final class Layout {

    /** Published to through the default exchange; each has consumers. */
    static final List<String> WORK = List.of("work.0", "work.1", "work.2");

    static final String FAN = "fan";
    /** Bound to {@link #FAN}; the last has no consumers, so a backlog grows there. */
    static final List<String> FANNED = List.of("fan.0", "fan.1", "fan.2");

    /** Nobody consumes from these: whether all of a transaction is there can be seen after a kill. */
    static final List<String> TX = List.of("tx.0", "tx.1");

    static final String PURGED = "purged";
    /** Deleted and declared again, all the time. */
    static final String PHOENIX = "phoenix";
    /** Takes what consumers publish to learn that their acks are forced. */
    static final String MARKS = "marks";

    private Layout() {}

    static List<String> queues() {
        return Stream.of(WORK, FANNED, TX, List.of(PURGED, PHOENIX, MARKS))
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
    }

    static void declareQueue(Channel channel, String queue) throws IOException {
        channel.queueDeclare(queue, true, false, false, null);
    }
}
