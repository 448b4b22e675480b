package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual host holds, by name. Any thread looks up; who adds or removes holds {@link #lock}. The order of locks is
 * topology, then queue.
 */
final class Topology {

    final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    final Bindings bindings = new Bindings();

    private final ConcurrentMap<String, Exchange> exchanges = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Queue> queues = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Queue> replyQueues = new ConcurrentHashMap<>();

    @Nullable
    Exchange exchange(String name) {
        return exchanges.get(name);
    }

    @Nullable
    Queue queue(String name) {
        return queues.get(name);
    }

    @Nullable
    Queue queueOrReplyQueue(String name) {
        Queue queue = queues.get(name);
        return queue == null && ReplyQueues.isGeneratedName(name) ? replyQueues.get(name) : queue;
    }

    Collection<Exchange> exchanges() {
        return exchanges.values();
    }

    Collection<Queue> queues() {
        return queues.values();
    }

    ConcurrentMap<String, Queue> replyQueues() {
        return replyQueues;
    }

    void add(Exchange exchange) {
        exchanges.put(exchange.name(), exchange);
    }

    void add(Queue queue) {
        queues.put(queue.name(), queue);
    }

    void remove(Queue queue) {
        queues.remove(queue.name(), queue);
        bindings.to(queue).forEach(this::unbind);
    }

    /** Removes an exchange, and all auto-delete exchanges which by that lose the last binding from them. */
    void remove(Exchange exchange) {
        ArrayDeque<Exchange> unused = new ArrayDeque<>();
        for (Exchange next = exchange; next != null; next = unused.poll()) {
            exchanges.remove(next.name(), next);
            next.delete();
            bindings.from(next).forEach(bindings::remove);
            for (Binding binding : bindings.to(next)) {
                if (bindings.remove(binding) && isUnused(binding.source())) {
                    unused.add(binding.source());
                }
            }
        }
    }

    /** Removes a binding; an auto-delete exchange goes with the last one that leads from it. False if there was none. */
    boolean unbind(Binding binding) {
        if (!bindings.remove(binding)) {
            return false;
        }
        if (isUnused(binding.source())) {
            remove(binding.source());
        }
        return true;
    }

    private boolean isUnused(Exchange source) {
        return source.declaration().autoDelete() && !source.isDeleted() && !bindings.hasSource(source);
    }
}
