package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicCancelOk;
import io.leveret.amqp.method.BasicConsume;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicQos;
import io.leveret.amqp.method.BasicQosOk;
import io.leveret.amqp.method.BasicRecover;
import io.leveret.amqp.method.BasicRecoverAsync;
import io.leveret.amqp.method.BasicRecoverOk;
import io.leveret.amqp.method.BasicReject;
import io.leveret.amqp.method.Method;
import io.leveret.broker.queue.Consumer;
import org.jspecify.annotations.Nullable;

/** The basic methods of a channel but publish: each gives its answer, or null if there is none. Owned by the channel's loop. */
final class BasicMethods {

    private final TopologyMethods topology;
    private final Subscriptions subscriptions;
    private final Deliveries deliveries;
    private final Publisher publisher;
    private final Outbox outbox;

    BasicMethods(
            TopologyMethods topology,
            Subscriptions subscriptions,
            Deliveries deliveries,
            Publisher publisher,
            Outbox outbox) {
        this.topology = topology;
        this.subscriptions = subscriptions;
        this.deliveries = deliveries;
        this.publisher = publisher;
        this.outbox = outbox;
    }

    /** Settles deliveries, if that is what the method says; they are gathered like publishes, until the end of the burst. */
    boolean settle(Method method) {
        if (method instanceof BasicAck ack) {
            deliveries.settle(ack.deliveryTag(), ack.multiple(), Settlement.ACK);
        } else if (method instanceof BasicNack nack) {
            deliveries.settle(
                    nack.deliveryTag(), nack.multiple(), nack.requeue() ? Settlement.REQUEUE : Settlement.DISCARD);
        } else if (method instanceof BasicReject reject) {
            deliveries.settle(reject.deliveryTag(), false, reject.requeue() ? Settlement.RETRY : Settlement.DISCARD);
        } else {
            return false;
        }
        return true;
    }

    /** {@code basic.get}; false if it is to be done again once {@code whenRead} has run. */
    boolean get(BasicGet get, Runnable whenRead) {
        return deliveries.get(topology.gettable(get.queue()), get.noAck(), whenRead);
    }

    @Nullable
    Method basic(Method method) {
        if (method instanceof BasicQos qos) {
            subscriptions.qos(qos);
            return new BasicQosOk();
        }
        if (method instanceof BasicConsume consume) {
            return consume(consume);
        }
        if (method instanceof BasicCancel cancel) {
            return cancel(cancel);
        }
        if (method instanceof BasicRecover recover) {
            recover(recover.requeue());
            return new BasicRecoverOk();
        }
        if (method instanceof BasicRecoverAsync recover) {
            recover(recover.requeue());
            return null;
        }
        throw ProtocolErrors.unimplemented();
    }

    /** Deliveries that are offered meanwhile wait in the outbox, so the answer comes first. */
    private @Nullable Method consume(BasicConsume consume) {
        Consumer consumer = subscriptions.add(consume, topology.queueName(consume.queue()));
        publisher.replyThrough(subscriptions.replyQueue());
        return consume.nowait() ? null : new BasicConsumeOk(consumer.tag());
    }

    private @Nullable Method cancel(BasicCancel cancel) {
        Consumer ended = subscriptions.cancel(cancel.consumerTag());
        if (ended != null) {
            publisher.replyThrough(subscriptions.replyQueue());
            // What its queue had handed over still goes out, before the answer.
            outbox.drain();
            deliveries.ended(ended);
        }
        return cancel.nowait() ? null : new BasicCancelOk(cancel.consumerTag());
    }

    private void recover(boolean requeue) {
        if (!requeue) {
            throw AmqpException.notImplemented("requeue=false");
        }
        deliveries.recover();
    }
}
