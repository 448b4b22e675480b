package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.settings.DeprecatedFeatures;
import java.util.List;

/** A virtual host: the unit of naming and permission. Its parts may be used from any thread. */
public final class VirtualHost {

    private final String name;
    private final Topology topology = new Topology();
    private final ReplyQueues replyQueues;
    private final ExchangeDeclarations exchanges;
    private final QueueDeclarations queues;
    private final BindingDeclarations bindings;

    public VirtualHost(String name, DeprecatedFeatures features) {
        this.name = name;
        this.replyQueues = new ReplyQueues(name, topology);
        this.exchanges = new ExchangeDeclarations(name, topology);
        this.queues = new QueueDeclarations(name, topology, features);
        this.bindings = new BindingDeclarations(topology, exchanges, queues);
    }

    public String name() {
        return name;
    }

    public ExchangeDeclarations exchanges() {
        return exchanges;
    }

    public QueueDeclarations queues() {
        return queues;
    }

    public BindingDeclarations bindings() {
        return bindings;
    }

    public ReplyQueues replyQueues() {
        return replyQueues;
    }

    /**
     * Finds the queues of a message.
     *
     * @param routingKeys the message's own, then those in its CC and BCC headers
     */
    public Route route(Exchange exchange, List<String> routingKeys, FieldTable headers) {
        return new Router(topology, routingKeys, headers).route(exchange);
    }
}
