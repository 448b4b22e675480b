package io.leveret.broker.channel;

import io.leveret.amqp.method.BasicPublish;
import io.leveret.broker.message.Address;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.vhost.Exchange;
import io.leveret.broker.vhost.Route;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@code basic.publish} goes: the method, recognized by its bytes when it comes again, and the route found
 * for them. Shared by the channels of one connection, and owned by its event loop.
 */
final class PublishTarget {

    /** Class id, method id, and what was a ticket once. */
    private static final int NAMES_AT = 6;

    /** The two names with what stands around them. */
    private static final int OTHER_BYTES = NAMES_AT + 1;

    private static final int FLAGS = 3;

    private final Address address;
    private final ByteBuf names;
    private final boolean mandatory;
    private final boolean immediate;

    private @Nullable Exchange exchange;
    private @Nullable Route route;
    private QueueBurst[] bursts = {};
    private long burstGeneration;

    PublishTarget(BasicPublish method) {
        this.address = new Address(method.exchange(), method.routingKey());
        this.names = Unpooled.wrappedBuffer(address.encoded());
        this.mandatory = method.mandatory();
        this.immediate = method.immediate();
    }

    /** Whether the readable bytes of {@code in} are this method. */
    boolean matches(ByteBuf in) {
        int length = names.capacity();
        int start = in.readerIndex();
        return in.readableBytes() == length + OTHER_BYTES
                && (in.getByte(start + NAMES_AT + length) & FLAGS) == flags()
                && ByteBufUtil.equals(names, 0, in, start + NAMES_AT, length);
    }

    private int flags() {
        return (mandatory ? 1 : 0) | (immediate ? 2 : 0);
    }

    Address address() {
        return address;
    }

    boolean mandatory() {
        return mandatory;
    }

    boolean immediate() {
        return immediate;
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
        bursts = burstsOf(found, current);
        burstGeneration = current.generation();
    }

    static QueueBurst[] burstsOf(Route route, Bursts current) {
        List<QueueBurst> result = route.queues().stream().map(current::of).toList();
        return result.toArray(QueueBurst[]::new);
    }
}
