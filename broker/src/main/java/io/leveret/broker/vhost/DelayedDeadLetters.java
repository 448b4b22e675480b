package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.amqp.ShortString;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.QueueArgument;
import io.leveret.exchange.DelayedType;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where delayed messages go that nothing is bound for when they are due: by their exchange's arguments {@code x-dead-letter-exchange}
 * and {@code x-dead-letter-routing-key}, which mean what they mean for a queue. Any thread may use it.
 */
final class DelayedDeadLetters {

    static final String EXCHANGE = QueueArgument.DEAD_LETTER_EXCHANGE.wireName();

    /** What two declarations of a delayed exchange have to have in common, beside what all have. */
    static final List<String> COMPARED =
            List.of(DelayedType.ARGUMENT, EXCHANGE, QueueArgument.DEAD_LETTER_ROUTING_KEY.wireName());

    private final Topology topology;
    private final InstantSource clock;

    DelayedDeadLetters(Topology topology, InstantSource clock) {
        this.topology = topology;
        this.clock = clock;
    }

    /**
     * A message as it is dead-lettered, and where it goes.
     *
     * @param route nowhere, if nothing is bound for it there either
     */
    record Letter(Message message, Route route) {}

    /** @throws AmqpException precondition failed, in the words that a queue's arguments have */
    static void check(FieldTable arguments, String subject) {
        Names.inArgument(EXCHANGE, arguments, subject);
        QueueArgument.DEAD_LETTER_ROUTING_KEY.check(arguments, subject);
    }

    /** Null if the exchange has no dead-letter exchange that is there. */
    @Nullable
    Letter letter(Exchange from, Message message) {
        FieldTable arguments = from.declaration().arguments();
        String name = text(QueueArgument.DEAD_LETTER_EXCHANGE, arguments);
        Exchange to = name == null ? null : topology.exchange(name);
        String key = text(QueueArgument.DEAD_LETTER_ROUTING_KEY, arguments);
        if (to == null || (key != null && OctetText.encode(key).length > ShortString.MAX_BYTES)) {
            return null;
        }
        List<String> keys = key == null ? message.routingKeys() : List.of(key);
        Deaths.Cause cause = new Deaths.Cause(from.name(), Deaths.UNROUTABLE, clock.millis(), false);
        Message dead =
                Deaths.of(message).and(cause, message).told(cause, message, new Address(to.name(), keys.get(0)), keys);
        return new Letter(dead, new Router(topology, keys, dead).due(from).route(to));
    }

    private static @Nullable String text(QueueArgument argument, FieldTable arguments) {
        return argument.in(arguments) instanceof FieldValue.LongString text ? text.asString() : null;
    }
}
