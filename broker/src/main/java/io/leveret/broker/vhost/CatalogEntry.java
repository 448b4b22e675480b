package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;

/** One thing that is durable, as the catalog of a virtual host has it. */
sealed interface CatalogEntry {

    /**
     * A durable exchange.
     *
     * @param ids that belong to it
     */
    record OfExchange(ExchangeDeclaration declaration, ExchangeIds ids) implements CatalogEntry {}

    /** @param id which no other queue of the virtual host ever had or will have */
    record OfQueue(long id, QueueDeclaration declaration) implements CatalogEntry {}

    record OfBinding(String source, boolean toQueue, String destination, String routingKey, FieldTable arguments)
            implements CatalogEntry {}

    /** An auto-delete exchange has, or had, bindings that are not durable themselves: it goes with the last of all. */
    record OfTransientBindings(String exchange) implements CatalogEntry {}

    /**
     * A message that an exchange keeps for new bindings.
     *
     * @param number in the order of their publishing
     */
    record OfHistory(String exchange, long number, Message message) implements CatalogEntry {}

    /** A runtime parameter, such as a policy. */
    record OfParameter(Parameter parameter) implements CatalogEntry {}

    /** {@code queue 'Q'}, as errors name it. */
    default String describe() {
        if (this instanceof OfExchange exchange) {
            return "exchange '" + exchange.declaration().name() + "'";
        }
        if (this instanceof OfQueue queue) {
            return "queue '" + queue.declaration().name() + "'";
        }
        if (this instanceof OfHistory history) {
            return "message " + history.number() + " in the history of exchange '" + history.exchange() + "'";
        }
        if (this instanceof OfParameter parameter) {
            return parameter.parameter().describe();
        }
        if (this instanceof OfTransientBindings bindings) {
            return "mark of transient bindings of exchange '" + bindings.exchange() + "'";
        }
        OfBinding binding = (OfBinding) this;
        return "binding from exchange '" + binding.source() + "' to " + (binding.toQueue() ? "queue" : "exchange")
                + " '" + binding.destination() + "' with key '" + binding.routingKey() + "'";
    }
}
