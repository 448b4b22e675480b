package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueContext;
import io.leveret.broker.queue.QueueDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * Direct reply-to: a consumer of {@code amq.rabbitmq.reply-to} gets a queue of its own under a name that can't be guessed,
 * which the default exchange knows and nothing lists. It lives as long as the consumer's channel.
 */
public final class ReplyQueues {

    /** What clients consume from, and write into {@code reply_to}. */
    public static final String PSEUDO_QUEUE = "amq.rabbitmq.reply-to";

    private static final String PREFIX = PSEUDO_QUEUE + ".";

    private final String vhost;
    private final Topology topology;
    private final QueueContext context;

    ReplyQueues(String vhost, Topology topology, MemoryBudget budget) {
        this.vhost = vhost;
        this.context = QueueContext.inMemory(budget);
        this.topology = topology;
    }

    /** Whether the name belongs to these queues, be it a pseudo queue's or that of a queue that never was. */
    public static boolean owns(String name) {
        return name.equals(PSEUDO_QUEUE) || name.startsWith(PREFIX);
    }

    /** Whether the name looks like one that {@link #create} makes. */
    public static boolean isGeneratedName(String name) {
        return name.length() == PREFIX.length() + GeneratedNames.RANDOM_CHARACTERS && name.startsWith(PREFIX);
    }

    /** @throws AmqpException access refused: messages reach these queues by their name alone */
    static void requireNoBinding(String queue) {
        if (queue.startsWith(PREFIX)) {
            throw AmqpException.accessRefused("cannot bind or unbind to a volatile (direct reply-to) queue");
        }
    }

    public Queue create() {
        String name = GeneratedNames.next(PREFIX);
        Queue queue = new Queue(
                new QueueDeclaration(name, vhost, false, false, null, FieldTable.EMPTY), () -> {}, context, null);
        topology.replyQueues().put(name, queue);
        return queue;
    }

    public void delete(Queue queue) {
        topology.replyQueues().remove(queue.name());
        queue.delete(false, false);
        queue.afterDelete();
    }

    /** The queue with that generated name; null if its consumer is gone or never was. */
    public @Nullable Queue find(String name) {
        return topology.replyQueues().get(name);
    }

    /**
     * Declares the pseudo queue or a queue of replies, which changes nothing.
     *
     * @throws AmqpException not found, if the queue is not there
     */
    public void requireDeclared(String name) {
        if (!name.equals(PSEUDO_QUEUE) && find(name) == null) {
            throw AmqpException.notFound("no queue '" + name + "' in vhost '" + vhost + "'");
        }
    }
}
