package io.leveret.broker.channel;

import io.leveret.amqp.method.BasicPublish;
import io.leveret.broker.message.Address;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.Exchange;
import io.leveret.broker.vhost.Route;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@code basic.publish} goes: the method, recognized by its bytes when it comes again, and the route found
 * for them. Shared by the channels of one connection, and owned by its event loop.
 */
final class PublishTarget {

    private final BasicPublish method;
    private final Address address;

    private @Nullable Exchange exchange;
    private @Nullable Route route;
    private QueueBurst[] bursts = {};
    private long burstGeneration;

    PublishTarget(BasicPublish method) {
        this.method = method;
        this.address = new Address(method.exchange(), method.routingKey());
    }

    /** Whether the readable bytes of {@code in} are this method. */
    boolean matches(ByteBuf in) {
        return method.isRepeatedBy(in, address.encoded());
    }

    Address address() {
        return address;
    }

    boolean mandatory() {
        return method.mandatory();
    }

    boolean immediate() {
        return method.immediate();
    }

    /** The exchange, once the publish to it was found permitted; null before, and after it was deleted. */
    @Nullable
    Exchange exchange() {
        return exchange == null || exchange.isDeleted() ? null : exchange;
    }

    void exchange(Exchange permitted) {
        exchange = permitted;
        route = null;
    }

    /** The bursts of the queues that the route leads to; null if it has to be found anew. */
    QueueBurst @Nullable [] bursts(Bursts current) {
        return route != null && route.isCurrent() && burstGeneration == current.generation() ? bursts : null;
    }

    void route(Route found, Bursts current) {
        route = found;
        bursts = current.of(found);
        burstGeneration = current.generation();
    }
}
