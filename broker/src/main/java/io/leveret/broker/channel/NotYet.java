package io.leveret.broker.channel;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueArgument;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of what a client asks for and does not get in this version, once for each connection and name, so that a loop of
 * declarations does not flood the log. Owned by the connection's event loop.
 */
public final class NotYet {

    private static final Logger log = LoggerFactory.getLogger(NotYet.class);

    private final Object connection;
    private final Set<String> said = new HashSet<>();

    /** @param connection whose name the log shows */
    public NotYet(Object connection) {
        this.connection = connection;
    }

    void declared(Queue queue) {
        FieldTable arguments = queue.declaration().arguments();
        if (arguments.entries().size() > 1) {
            // More than the type, which stands in each.
            Stream<String> names = Stream.of(QueueArgument.values())
                    .filter(QueueArgument::isForLater)
                    .map(QueueArgument::wireName);
            warn(names.filter(name -> arguments.get(name) != null).toList(), queue.describe());
        }
    }

    private void warn(List<String> names, String subject) {
        List<String> unsaid = names.stream().filter(said::add).toList();
        if (!unsaid.isEmpty()) {
            log.warn(
                    "{} of {} will have no effect: not in this version yet connection={}", unsaid, subject, connection);
        }
    }
}
