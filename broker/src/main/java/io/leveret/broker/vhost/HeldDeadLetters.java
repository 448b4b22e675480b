package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.amqp.ShortString;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.QueueArgument;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where messages that were held back go in the place of where they should: by their exchange's arguments {@code x-dead-letter-exchange}
 * and {@code x-dead-letter-routing-key}, which mean what they mean for a queue. Any thread may use it.
 */
final class HeldDeadLetters {

    static final String EXCHANGE = QueueArgument.DEAD_LETTER_EXCHANGE.wireName();

    /** What two declarations of an exchange that holds messages back have to have in common. */
    static final List<String> COMPARED = List.of(EXCHANGE, QueueArgument.DEAD_LETTER_ROUTING_KEY.wireName());

    private final Topology topology;
    private final InstantSource clock;

    HeldDeadLetters(Topology topology, InstantSource clock) {
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

    /** Whether an exchange names a dead-letter exchange, be it there or not. */
    static boolean isNamed(Exchange from) {
        return text(QueueArgument.DEAD_LETTER_EXCHANGE, from.declaration().arguments()) != null;
    }

    /** Where an exchange's dead letters go; null if nowhere, or to an exchange that is not there. */
    @Nullable
    Exchange target(Exchange from) {
        String name =
                text(QueueArgument.DEAD_LETTER_EXCHANGE, from.declaration().arguments());
        return name == null ? null : topology.exchange(name);
    }

    /**
     * Null if the exchange has no dead-letter exchange that is there.
     *
     * @param reason which the message tells of its death
     */
    @Nullable
    Letter letter(Exchange from, Message message, String reason) {
        FieldTable arguments = from.declaration().arguments();
        Exchange to = target(from);
        String key = text(QueueArgument.DEAD_LETTER_ROUTING_KEY, arguments);
        if (to == null || (key != null && OctetText.encode(key).length > ShortString.MAX_BYTES)) {
            return null;
        }
        List<String> keys = key == null ? message.routingKeys() : List.of(key);
        Deaths.Cause cause = new Deaths.Cause(from.name(), reason, clock.millis(), false);
        Message dead =
                Deaths.of(message).and(cause, message).told(cause, message, new Address(to.name(), keys.get(0)), keys);
        return new Letter(dead, new Router(topology, keys, dead).due(from).route(to));
    }

    private static @Nullable String text(QueueArgument argument, FieldTable arguments) {
        return argument.in(arguments) instanceof FieldValue.LongString text ? text.asString() : null;
    }
}
