package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterException;
import java.io.UncheckedIOException;

/**
 * How many queues and connections a virtual host may have: one runtime parameter, as in RabbitMQ. Any thread may ask; a change is on
 * the disk when the call returns, so only a thread may make one that may block, no event loop. What is there already stays.
 */
public final class VhostLimits {

    /** The runtime parameter that has them. */
    static final String COMPONENT = "vhost-limits";

    private static final String NAME = "limits";
    private static final String MAX_CONNECTIONS = "max-connections";
    private static final String MAX_QUEUES = "max-queues";

    /** As is every negative number. */
    private static final long NONE = -1;

    private final String vhost;
    private final RuntimeParameters parameters;

    VhostLimits(String vhost, RuntimeParameters parameters) {
        this.vhost = vhost;
        this.parameters = parameters;
    }

    /** Those that are set, by RabbitMQ's names; empty if none is. */
    public FieldTable get() {
        return parameters.get(COMPONENT, NAME) instanceof FieldValue.Table table ? table.value() : FieldTable.EMPTY;
    }

    /** How many connections there may be at a time; negative if there is no limit. */
    public long maxConnections() {
        return limit(MAX_CONNECTIONS);
    }

    /** How many queues there may be; negative if there is no limit. */
    public long maxQueues() {
        return limit(MAX_QUEUES);
    }

    private long limit(String name) {
        FieldValue value = get().get(name);
        return value != null && value.isInteger() ? value.longValue() : NONE;
    }

    /**
     * Sets these limits and no others, each {@code max-connections} or {@code max-queues}.
     *
     * @throws ParameterException with RabbitMQ's reason; nothing is changed
     * @throws UncheckedIOException if it can't be written
     */
    public void set(FieldTable limits) {
        parameters.set(new Parameter(COMPONENT, NAME, FieldValue.of(limits)));
    }

    /**
     * Lifts all limits.
     *
     * @return false if there were none
     * @throws UncheckedIOException if it can't be written
     */
    public boolean clear() {
        return parameters.clear(COMPONENT, NAME);
    }

    /** @throws AmqpException precondition failed, if there are as many queues as there may be */
    void requireRoomFor(String queue, int there) {
        long max = maxQueues();
        if (max >= 0 && there >= max) {
            throw AmqpException.preconditionFailed("cannot declare queue '" + queue + "': queue limit in vhost '"
                    + vhost + "' (" + max + ") is reached");
        }
    }
}
