package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.method.AccessRequest;
import io.leveret.amqp.method.AccessRequestOk;
import io.leveret.amqp.method.ExchangeBind;
import io.leveret.amqp.method.ExchangeBindOk;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.ExchangeDeclareOk;
import io.leveret.amqp.method.ExchangeDelete;
import io.leveret.amqp.method.ExchangeDeleteOk;
import io.leveret.amqp.method.ExchangeUnbind;
import io.leveret.amqp.method.ExchangeUnbindOk;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueBind;
import io.leveret.amqp.method.QueueBindOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.QueueDelete;
import io.leveret.amqp.method.QueueDeleteOk;
import io.leveret.amqp.method.QueuePurge;
import io.leveret.amqp.method.QueuePurgeOk;
import io.leveret.amqp.method.QueueUnbind;
import io.leveret.amqp.method.QueueUnbindOk;
import io.leveret.broker.auth.Permission;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueCounts;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import io.leveret.broker.vhost.PurgeRecord;
import io.leveret.broker.vhost.ReplyQueues;
import io.leveret.broker.vhost.VirtualHost;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The access, exchange and queue methods of a channel: each gives its answer, or null if the client wants none. */
final class TopologyMethods {

    private final Session session;
    private final VirtualHost vhost;
    private final Publisher publisher;

    /** The queue that this channel declared last, which an empty name stands for. */
    private @Nullable String lastDeclared;

    TopologyMethods(Session session, Publisher publisher) {
        this.session = session;
        this.vhost = session.vhost();
        this.publisher = publisher;
    }

    /** @throws AmqpException not found, if an empty name stands for nothing */
    String queueName(String name) {
        if (!name.isEmpty()) {
            return name;
        }
        if (lastDeclared == null) {
            throw AmqpException.notFound("no previously declared queue");
        }
        return lastDeclared;
    }

    /** Left over from 0-9; clients that still send it go on with whatever ticket they get. */
    Method access(Method method) {
        if (method instanceof AccessRequest) {
            return new AccessRequestOk(1);
        }
        throw ProtocolErrors.unimplemented();
    }

    @Nullable
    Method exchange(Method method) {
        if (method instanceof ExchangeDeclare declare) {
            vhost.exchanges().declare(declare, session.access());
            return declare.nowait() ? null : new ExchangeDeclareOk();
        }
        if (method instanceof ExchangeDelete delete) {
            vhost.exchanges().delete(delete.exchange(), delete.ifUnused(), session.access());
            return delete.nowait() ? null : new ExchangeDeleteOk();
        }
        if (method instanceof ExchangeBind bind) {
            BindingKey key = new BindingKey(bind.destination(), bind.source(), bind.routingKey(), bind.arguments());
            publisher.replay(vhost.bindings().bindExchange(key, session.access()));
            return bind.nowait() ? null : new ExchangeBindOk();
        }
        if (method instanceof ExchangeUnbind unbind) {
            BindingKey key =
                    new BindingKey(unbind.destination(), unbind.source(), unbind.routingKey(), unbind.arguments());
            vhost.bindings().unbindExchange(key, session.access());
            return unbind.nowait() ? null : new ExchangeUnbindOk();
        }
        throw ProtocolErrors.unimplemented();
    }

    @Nullable
    Method queue(Method method) {
        if (method instanceof QueueDeclare declare) {
            return declare(declare);
        }
        if (method instanceof QueueBind bind) {
            return bind(bind);
        }
        if (method instanceof QueueUnbind unbind) {
            BindingKey key = new BindingKey(
                    queueName(unbind.queue()), unbind.exchange(), unbind.routingKey(), unbind.arguments());
            vhost.bindings().unbindQueue(key, session.owner(), session.access());
            return new QueueUnbindOk();
        }
        if (method instanceof QueuePurge purge) {
            Queue queue = purgeable(purge);
            return purged(purge, queue == null ? 0 : vhost.purges().purge(queue).count());
        }
        if (method instanceof QueueDelete delete) {
            int count = vhost.queues()
                    .delete(
                            queueName(delete.queue()),
                            delete.ifUnused(),
                            delete.ifEmpty(),
                            session.owner(),
                            session.access());
            return delete.nowait() ? null : new QueueDeleteOk(count);
        }
        throw ProtocolErrors.unimplemented();
    }

    /**
     * Finds the queue of a {@code basic.get}.
     *
     * @throws AmqpException if there is none, this channel may not read from it, or nobody can get from it
     */
    Queue gettable(String name) {
        String actualName = queueName(name);
        Queue replies = vhost.replyQueues().find(actualName);
        if (replies != null) {
            throw AmqpException.notImplemented("basic.get not supported by volatile " + replies.describe());
        }
        return readable(actualName);
    }

    /**
     * Begins a {@code queue.purge} that would take too long for the loop; then that is all there is to do with the method.
     *
     * @param then is called from another thread
     * @return false if it would not, and nothing was done
     */
    boolean purgeLater(QueuePurge method, Consumer<Supplier<PurgeRecord>> then) {
        Queue queue = purgeable(method);
        if (queue == null || !vhost.purges().takesLong(queue)) {
            return false;
        }
        vhost.purges().purgeLater(queue, then);
        return true;
    }

    static @Nullable Method purged(QueuePurge method, int count) {
        return method.nowait() ? null : new QueuePurgeOk(count);
    }

    /** Null for a queue of replies: what is in it is on its way already. */
    private @Nullable Queue purgeable(QueuePurge method) {
        String name = queueName(method.queue());
        return vhost.replyQueues().find(name) != null ? null : readable(name);
    }

    private Queue readable(String name) {
        session.access().requireQueue(Permission.READ, name);
        return vhost.queues().find(name, session.owner());
    }

    private @Nullable Method declare(QueueDeclare declare) {
        if (ReplyQueues.owns(declare.queue())) {
            return declareReplyQueue(declare);
        }
        Queue queue = vhost.queues().declare(declare, session.owner(), session.access());
        lastDeclared = queue.name();
        QueueCounts counts = queue.counts();
        return declare.nowait() ? null : new QueueDeclareOk(queue.name(), counts.ready(), counts.consumers());
    }

    /** Passive or not, whatever its arguments: clients ask in this way whether somebody still waits for replies. */
    private @Nullable Method declareReplyQueue(QueueDeclare declare) {
        String name = declare.queue();
        vhost.replyQueues().requireDeclared(name);
        lastDeclared = name;
        return declare.nowait() ? null : new QueueDeclareOk(name, 0, 1);
    }

    private @Nullable Method bind(QueueBind bind) {
        String queue = queueName(bind.queue());
        // A bind that names neither queue nor key means the last declared queue by its own name.
        boolean byName = bind.queue().isEmpty() && bind.routingKey().isEmpty();
        String routingKey = byName ? queue : bind.routingKey();
        BindingKey key = new BindingKey(queue, bind.exchange(), routingKey, bind.arguments());
        publisher.replay(vhost.bindings().bindQueue(key, session.owner(), session.access()));
        return bind.nowait() ? null : new QueueBindOk();
    }
}
