package io.leveret.broker.vhost;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Permission;
import io.leveret.broker.event.Events;
import io.leveret.broker.queue.Backlog;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueContext;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.queue.QueueType;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.persistence.log.StoreFailedException;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Declares, finds and deletes the queues of a virtual host. */
public final class QueueDeclarations {

    private static final String GENERATED_PREFIX = "amq.gen-";

    private final String vhost;
    private final Topology topology;
    private final QueueDeclareChecks checks;
    private final QueueContext context;
    private final VhostLimits limits;
    private final TopologyEvents events;

    /** Exclusive queues by the connection that owns them. Guarded by the topology lock. */
    private final IdentityHashMap<Object, Set<Queue>> exclusive = new IdentityHashMap<>();

    private volatile String defaultType = QueueType.CLASSIC.wireName();

    QueueDeclarations(
            String vhost,
            Topology topology,
            DeprecatedFeatures features,
            QueueContext context,
            VhostLimits limits,
            TopologyEvents events) {
        this.limits = limits;
        this.events = events;
        this.vhost = vhost;
        this.topology = topology;
        this.checks = new QueueDeclareChecks(vhost, features);
        this.context = context;
    }

    /**
     * Finds a queue that {@code owner}, a connection, may use.
     *
     * @throws AmqpException not found; resource locked, if it is another connection's exclusive queue
     */
    public Queue find(String name, Object owner) {
        Queue queue = topology.queue(name);
        if (queue == null) {
            throw notFound(name);
        }
        requireAccessible(queue, owner);
        return queue;
    }

    /** What a queue is from now on that asks for no type, and can be of that one. */
    void defaultType(String type) {
        defaultType = type;
    }

    private QueueDeclare typed(QueueDeclare method) {
        return typed(method, defaultType);
    }

    /**
     * The method with the type that the queue is to have. As in RabbitMQ only what lasts can be other than classic.
     *
     * @param defaultType what a queue is that asks for no type, and can be of that one
     */
    static QueueDeclare typed(QueueDeclare method, String defaultType) {
        boolean lasts = method.durable() && !method.exclusive() && !method.autoDelete();
        String otherwise = lasts ? defaultType : QueueType.CLASSIC.wireName();
        return new QueueDeclare(
                method.queue(),
                method.passive(),
                method.durable(),
                method.exclusive(),
                method.autoDelete(),
                method.nowait(),
                QueueArguments.withType(method.arguments(), otherwise));
    }

    /** {@code queue.declare}, passive or not. */
    public Queue declare(QueueDeclare received, Object owner, Access access) {
        QueueDeclare method = received.passive() ? received : typed(received);
        String name = Names.clean(method.queue());
        if (method.passive()) {
            access.requireAny("queue", name);
            return declaredAgain(find(name, owner));
        }
        String actualName = name.isEmpty() ? generateName(method.arguments()) : requireFree(name);
        access.requireQueue(Permission.CONFIGURE, actualName);
        topology.lock.lock();
        try {
            Queue current = topology.queue(actualName);
            if (current != null) {
                requireAccessible(current, owner);
                checks.requireEquivalent(current, method);
                return declaredAgain(current);
            }
            QueueDeclaration declaration = checks.declaration(actualName, method, owner, access);
            limits.requireRoomFor(actualName, topology.queues().size());
            return create(declaration, access.user().name());
        } finally {
            topology.lock.unlock();
        }
    }

    /** A quorum queue goes on waiting until it expires, in RabbitMQ too. */
    private static Queue declaredAgain(Queue queue) {
        if (queue.declaration().type() == QueueType.CLASSIC) {
            queue.used();
        }
        return queue;
    }

    /** Even if the queue is there: RabbitMQ does not let a client redeclare one that was named for it. */
    private static String requireFree(String name) {
        Names.requireFree("queue", name);
        return name;
    }

    private static String generateName(FieldTable arguments) {
        QueueArguments.requireServerNaming(arguments);
        return GeneratedNames.next(GENERATED_PREFIX);
    }

    /** {@code queue.delete}; deleting what is not there succeeds and counts 0. */
    public int delete(String rawName, boolean ifUnused, boolean ifEmpty, Object owner, Access access) {
        String name = Names.clean(rawName);
        access.requireQueue(Permission.CONFIGURE, name);
        Queue queue = topology.queue(name);
        if (queue == null) {
            return 0;
        }
        requireAccessible(queue, owner);
        requireUnconditional(queue, ifUnused, ifEmpty);
        return delete(queue, ifUnused, ifEmpty, access.user().name());
    }

    /** As RabbitMQ, which does not know of a quorum queue at one moment whether all its members are unused or empty. */
    private static void requireUnconditional(Queue queue, boolean ifUnused, boolean ifEmpty) {
        if (queue.declaration().type() == QueueType.QUORUM && (ifUnused || ifEmpty)) {
            throw AmqpException.notImplemented("cannot delete " + queue.describe() + ". queue.delete operations with "
                    + (ifUnused ? "if-unused" : "if-empty") + " flag set are not supported by quorum queues");
        }
    }

    /**
     * Deletes the first exclusive queues of a connection that closes.
     *
     * @return whether there may be more
     */
    public boolean deleteExclusive(Object owner, int max) {
        List<Queue> first = firstExclusive(owner, max);
        first.forEach(queue -> delete(queue, false, false, Events.NO_USER));
        return first.size() == max;
    }

    private List<Queue> firstExclusive(Object owner, int max) {
        topology.lock.lock();
        try {
            return exclusive.getOrDefault(owner, Set.of()).stream().limit(max).toList();
        } finally {
            topology.lock.unlock();
        }
    }

    /** Declares a queue as an operator does, who may give it any name. The caller holds the lock. */
    void define(QueueDeclare received) {
        QueueDeclare method = typed(received);
        QueueDeclaration declaration = new QueueDeclaration(
                method.queue(), vhost, method.durable(), method.autoDelete(), null, method.arguments());
        create(declaration, Events.NO_USER);
    }

    private Queue create(QueueDeclaration declaration, String user) {
        Queue queue = newQueue(
                declaration, declaration.durable() ? topology.catalog.newBacklog(declaration.priorities()) : null);
        topology.add(queue);
        events.created(queue, user);
        queue.used();
        Object owner = declaration.owner();
        if (owner != null) {
            exclusive
                    .computeIfAbsent(owner, connection -> new LinkedHashSet<>())
                    .add(queue);
        }
        return queue;
    }

    /** Makes a queue that nobody knows of yet. */
    Queue newQueue(QueueDeclaration declaration, @Nullable Backlog backlog) {
        Queue[] self = new Queue[1];
        Queue queue = new Queue(declaration, () -> deleteUnused(self[0]), context, backlog);
        self[0] = queue;
        return queue;
    }

    private void deleteUnused(Queue queue) {
        try {
            delete(queue, true, false, Events.NO_USER);
        } catch (AmqpException consumerCameMeanwhile) {
            // Somebody uses it again, so it stays; its last consumer will bring us back here.
            return;
        } catch (StoreFailedException e) {
            // The virtual host goes down, and comes back with what was written down.
            return;
        }
    }

    private int delete(Queue queue, boolean ifUnused, boolean ifEmpty, String user) {
        int count;
        topology.lock.lock();
        try {
            if (queue.isDeleted()) {
                // Also when the virtual host went down meanwhile, which asks nobody.
                forgetExclusive(queue);
                return 0;
            }
            count = queue.delete(ifUnused, ifEmpty);
            events.deleting(queue, user);
            topology.remove(queue);
            forgetExclusive(queue);
        } finally {
            topology.lock.unlock();
        }
        queue.afterDelete();
        return count;
    }

    private void forgetExclusive(Queue queue) {
        Object owner = queue.declaration().owner();
        Set<Queue> owned = owner == null ? null : exclusive.get(owner);
        if (owned != null && owned.remove(queue) && owned.isEmpty()) {
            exclusive.remove(owner);
        }
    }

    /** @throws AmqpException resource locked, if it is another connection's exclusive queue */
    static void requireAccessible(Queue queue, Object owner) {
        Object current = queue.declaration().owner();
        if (current != null && current != owner) {
            throw locked(queue);
        }
    }

    static AmqpException locked(Queue queue) {
        return AmqpException.resourceLocked("cannot obtain exclusive access to locked " + queue.describe()
                + ". It could be originally declared on another connection or the exclusive property value does not"
                + " match that of the original declaration.");
    }

    private AmqpException notFound(String name) {
        return AmqpException.notFound("no queue '" + name + "' in vhost '" + vhost + "'");
    }
}
