package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicConsume;
import io.leveret.amqp.method.BasicQos;
import io.leveret.broker.auth.Permission;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.Consumer.ConsumerOptions;
import io.leveret.broker.queue.ConsumerArguments;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.queue.QueueType;
import io.leveret.broker.vhost.GeneratedNames;
import io.leveret.broker.vhost.ReplyQueues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The consumers of a channel and the prefetch they get. Owned by the channel's event loop. */
final class Subscriptions {

    private static final String GENERATED_PREFIX = "amq.ctag-";

    private final Session session;
    private final DeliveryTarget target;
    private final SharedPrefetch shared;
    private final Outbox outbox;
    private final ChannelEvents events;
    private final Map<String, Consumer> consumers = new LinkedHashMap<>(2);

    /** What later consumers get; 0 means no limit. */
    private int prefetch;

    private @Nullable Consumer replyConsumer;

    Subscriptions(Session session, DeliveryTarget target, SharedPrefetch shared, Outbox outbox, ChannelEvents events) {
        this.events = events;
        this.session = session;
        this.target = target;
        this.shared = shared;
        this.outbox = outbox;
    }

    void qos(BasicQos method) {
        if (method.prefetchSize() != 0) {
            throw AmqpException.notImplemented("prefetch_size!=0 (" + method.prefetchSize() + ")");
        }
        if (method.global() && session.settings().deprecatedFeatures().globalQos()) {
            shared.limit(method.prefetchCount());
        } else {
            prefetch = method.prefetchCount();
            // RabbitMQ's order of the two matters: a limit for each lifts the one for all that was set before it.
            shared.limit(0);
        }
        shared.waiting().resume();
    }

    /**
     * Makes a consumer and remembers it; deliveries wait in the outbox until the caller has answered.
     *
     * @param queueName the queue, already resolved if the client named none
     */
    Consumer add(BasicConsume method, String queueName) {
        String tag = method.consumerTag().isEmpty() ? GeneratedNames.next(GENERATED_PREFIX) : method.consumerTag();
        if (consumers.containsKey(tag)) {
            throw AmqpException.notAllowed("attempt to reuse consumer tag '" + tag + "'");
        }
        requireRoomForOne();
        boolean direct = queueName.equals(ReplyQueues.PSEUDO_QUEUE);
        Consumer consumer = direct ? replyConsumer(method, tag) : consumer(method, tag, queueName);
        consumer.queue().addConsumer(consumer);
        consumers.put(tag, consumer);
        if (!direct) {
            events.added(consumer, prefetch);
        }
        return consumer;
    }

    private void requireRoomForOne() {
        int max = session.settings().limits().consumerMaxPerChannel();
        if (max > 0 && count() >= max) {
            throw AmqpException.notAllowed("reached maximum (" + max + ") of consumers per channel");
        }
    }

    private Consumer consumer(BasicConsume method, String tag, String queueName) {
        requireNoReplyQueue(queueName);
        session.access().requireQueue(Permission.READ, queueName);
        Queue queue = session.vhost().queues().find(queueName, session.owner());
        ConsumerArguments.check(queue, method.arguments());
        int limit = prefetch == 0 ? session.settings().limits().consumerUnackedMax() : prefetch;
        long priority = ConsumerArguments.priority(method.arguments());
        // As in RabbitMQ, nobody has a quorum queue for himself.
        boolean exclusive = method.exclusive() && queue.declaration().type() == QueueType.CLASSIC;
        ConsumerOptions options = new ConsumerOptions(method.noAck(), exclusive, limit, priority, method.arguments());
        return new Consumer(queue, target, tag, options);
    }

    /** The queue that a client's replies come to is consumed through the pseudo queue alone. */
    private void requireNoReplyQueue(String queueName) {
        Queue queue = session.vhost().replyQueues().find(queueName);
        if (queue != null) {
            boolean own = replyConsumer != null && replyConsumer.queue() == queue;
            throw AmqpException.preconditionFailed(
                    own
                            ? "multiple consumers are unsupported for " + queue.describe()
                            : "only creator channel may consume from " + queue.describe());
        }
    }

    private Consumer replyConsumer(BasicConsume method, String tag) {
        if (!method.noAck()) {
            throw AmqpException.preconditionFailed("reply consumer cannot acknowledge");
        }
        if (replyConsumer != null) {
            throw AmqpException.preconditionFailed("reply consumer already set");
        }
        Queue queue = session.vhost().replyQueues().create();
        replyConsumer = new Consumer(
                queue, target, tag, new ConsumerOptions(true, false, Integer.MAX_VALUE, 0, FieldTable.EMPTY));
        return replyConsumer;
    }

    /** The shortest time that a delivery to any of them may wait, in milliseconds; {@link QueueSettings#NONE} for ever. */
    long shortestTimeoutMs() {
        long ofQuorumMs = session.settings().limits().consumerTimeoutMs();
        long shortest = QueueSettings.NONE;
        for (Consumer consumer : consumers.values()) {
            shortest = Math.min(shortest, consumer.timeoutMs(ofQuorumMs));
        }
        return shortest;
    }

    /** The queue that replies to this channel's requests go to; null if it does not consume any. */
    @Nullable
    String replyQueue() {
        return replyConsumer == null ? null : replyConsumer.queue().name();
    }

    /** Takes a consumer off its queue; nothing is offered to it afterwards. Null if there is none with this tag. */
    @Nullable
    Consumer cancel(String tag) {
        Consumer consumer = consumers.remove(tag);
        if (consumer != null) {
            stop(consumer, Queue::removeConsumer);
        }
        return consumer;
    }

    boolean has(Consumer consumer) {
        return consumers.get(consumer.tag()) == consumer;
    }

    /** Forgets a consumer whose queue is gone, or does not serve it any more; false if it was cancelled before. */
    boolean forget(Consumer consumer) {
        waitNoMore(consumer);
        boolean was = consumers.remove(consumer.tag(), consumer);
        if (was) {
            events.removed(consumer);
        }
        return was;
    }

    /** The channel closes: what is unsettled returns afterwards. */
    void cancelAll() {
        List<Consumer> all = List.copyOf(consumers.values());
        consumers.clear();
        all.forEach(consumer -> stop(consumer, Queue::loseConsumer));
    }

    private void stop(Consumer consumer, BiConsumer<Queue, Consumer> leave) {
        if (consumer != replyConsumer) {
            // First: the queue may go with its last consumer.
            events.removed(consumer);
        }
        leave.accept(consumer.queue(), consumer);
        waitNoMore(consumer);
        if (consumer == replyConsumer) {
            session.vhost().replyQueues().delete(consumer.queue());
            replyConsumer = null;
        }
    }

    /** How many there are that queues know of. */
    int count() {
        return consumers.size() - (replyConsumer == null ? 0 : 1);
    }

    /** Once its queue asks for it no more. */
    private void waitNoMore(Consumer consumer) {
        shared.waiting().remove(consumer);
        outbox.waiting().remove(consumer);
    }
}
