package io.leveret.broker.vhost;

import io.leveret.broker.queue.Queue;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual host holds, by name. Any thread looks up; who adds or removes holds {@link #lock}. The order of locks is
 * {@link AppliedPolicies}, topology, then queue.
 */
final class Topology {

    /** How many bindings are cleared away before others may have the lock: about a millisecond. */
    private static final int SLICE = 100;

    /** Fair, or a sweep would have it again before those who wait are awake. */
    final ReentrantLock lock = new ReentrantLock(true);

    final KeyLock keys = new KeyLock();

    /** Guarded by the lock. */
    final Bindings bindings = new Bindings();

    /** Guarded by the lock. */
    final Catalog catalog;

    /** Changed under the lock. */
    final AppliedPolicies policies = new AppliedPolicies(this);

    private final ConcurrentMap<String, Exchange> exchanges = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Queue> queues = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Queue> replyQueues = new ConcurrentHashMap<>();

    private final Executor background;

    /** @param background where long work goes on, slice by slice */
    Topology(Catalog catalog, Executor background) {
        this.catalog = catalog;
        this.background = background;
    }

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
        catalog.add(exchange);
        catalog.append();
        policies.apply(exchange);
        recovered(exchange);
    }

    void add(Queue queue) {
        // Recorded first: as soon as it is found, messages are appended for it.
        catalog.add(queue);
        catalog.append();
        policies.apply(queue);
        recovered(queue);
    }

    /** Adds an exchange that is recorded. */
    void recovered(Exchange exchange) {
        exchanges.put(exchange.name(), exchange);
    }

    /** Adds a queue that is recorded. */
    void recovered(Queue queue) {
        queues.put(queue.name(), queue);
    }

    /** Adds a binding; nothing if it was there. */
    void bind(Binding binding) {
        if (!bindings.contains(binding)) {
            catalog.add(binding);
            catalog.append();
            bindings.add(binding);
        }
    }

    void remove(Queue queue) {
        Cascade cascade = new Cascade(bindings).of(queue);
        catalog.remove(queue);
        record(cascade);
        queues.remove(queue.name(), queue);
        policies.forget(queue);
        remove(cascade, queue);
    }

    /** Removes an exchange, and all auto-delete exchanges which by that lose the last binding from them. */
    void remove(Exchange exchange) {
        Cascade cascade = new Cascade(bindings).of(exchange);
        record(cascade);
        remove(cascade, null);
    }

    /** Removes a binding; an auto-delete exchange goes with the last one that leads from it. False if there was none. */
    boolean unbind(Binding binding) {
        Binding there = bindings.find(binding);
        if (there == null) {
            return false;
        }
        Exchange source = there.source();
        if (source.declaration().autoDelete() && bindings.countFrom(source) == 1) {
            remove(source);
        } else {
            catalog.remove(there);
            catalog.append();
            bindings.remove(there);
        }
        return true;
    }

    private void record(Cascade cascade) {
        for (Exchange exchange : cascade.exchanges()) {
            catalog.remove(exchange);
            if (bindings.hasSource(exchange)) {
                catalog.removeAllFrom(exchange);
            }
        }
        cascade.incoming().stream()
                .filter(bundle -> !cascade.exchanges().contains(bundle.source()))
                .forEach(catalog::remove);
        catalog.append();
    }

    private void remove(Cascade cascade, @Nullable Queue queue) {
        Sweep sweep = new Sweep(bindings);
        for (Exchange exchange : cascade.exchanges()) {
            exchanges.remove(exchange.name(), exchange);
            exchange.delete();
        }
        for (Exchange exchange : cascade.exchanges()) {
            bindings.removeSource(exchange, sweep);
            bindings.removeDestination(exchange, sweep);
        }
        if (queue != null) {
            bindings.removeDestination(queue, sweep);
        }
        if (sweep.slice(SLICE)) {
            background.execute(() -> finish(sweep));
        }
    }

    /**
     * Rests as long as it works: a thread that always runs is sooner or later put aside by a busy machine, for a tenth of a second and
     * with the lock in its hands.
     */
    private void finish(Sweep sweep) {
        boolean more = true;
        while (more) {
            long began = System.nanoTime();
            lock.lock();
            try {
                more = sweep.slice(SLICE);
            } finally {
                lock.unlock();
            }
            if (more) {
                LockSupport.parkNanos(this, System.nanoTime() - began);
            }
        }
    }
}
