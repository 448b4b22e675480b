package io.leveret.broker.vhost;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.event.Event;
import io.leveret.broker.event.Events;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.persistence.log.StoreFailedException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events to the event exchange of a virtual host, as long as anything is bound to it. Any thread offers, one at a time
 * works, in the order of the offers, on threads that may block.
 */
final class EventExchange implements Events.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(EventExchange.class);

    /** Of events that come faster than they are published no more than this wait; the rest is lost. */
    private static final int WAITING_MAX = 100_000;

    /** Nor more than this: an event may tell all arguments of a queue, or all properties of a client. */
    static final long WAITING_MAX_BYTES = 64L << 20;

    private static final int BATCH = 500;
    private static final int PERSISTENT = 2;

    private final Topology topology;
    private final Exchange exchange;
    private final Bursts bursts;
    private final MemoryBudget budget;
    private final Executor pool;

    private final ConcurrentLinkedQueue<Message> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean losing = new AtomicBoolean();

    /**
     * @param bursts of its own
     * @param budget in which what waits counts
     */
    EventExchange(Topology topology, Exchange exchange, Bursts bursts, MemoryBudget budget, Executor pool) {
        this.topology = topology;
        this.exchange = exchange;
        this.bursts = bursts;
        this.budget = budget;
        this.pool = pool;
    }

    @Override
    public boolean isListening() {
        return exchange.hasBindings() || exchange.alternate() != null;
    }

    @Override
    public void take(Event event) {
        // Encoded by who tells, so that it is known what it takes.
        Message message = message(event);
        if (hasRoom(message.heapBytes())) {
            waiting.add(message);
            process();
        } else if (losing.compareAndSet(false, true)) {
            LOG.warn(
                    "Events come faster than they can be published, so that some are lost waiting={} bytes={}",
                    waitingCount.get(),
                    waitingBytes.get());
        }
    }

    private static Message message(Event event) {
        BasicProperties properties = BasicProperties.builder()
                .headers(event.headers())
                .deliveryMode(PERSISTENT)
                .timestamp(event.timeMs() / 1000)
                .build();
        return new Message(new Address(Events.EXCHANGE, event.key()), properties, new byte[0]);
    }

    /** Counts one more that waits, if it may. */
    private boolean hasRoom(int bytes) {
        boolean room = waitingCount.incrementAndGet() <= WAITING_MAX;
        room &= waitingBytes.addAndGet(bytes) <= WAITING_MAX_BYTES;
        budget.add(bytes);
        if (!room) {
            left(bytes);
        }
        return room;
    }

    private void left(int bytes) {
        waitingCount.decrementAndGet();
        waitingBytes.addAndGet(-bytes);
        budget.add(-bytes);
    }

    private void process() {
        if (!waiting.isEmpty() && busy.compareAndSet(false, true)) {
            pool.execute(this::run);
        }
    }

    private void run() {
        try {
            publishBatch();
        } catch (StoreFailedException e) {
            // The virtual host goes down, and another one listens once it is back.
            LOG.debug("Events are lost, since the store failed", e);
        } catch (RuntimeException bug) {
            LOG.error("Events could not be published", bug);
        } finally {
            // Or others would wait for ever, should something have failed before the flush.
            bursts.endKeys();
            busy.set(false);
            // Others have had the thread meanwhile.
            process();
        }
    }

    private void publishBatch() {
        for (int i = 0; i < BATCH; i++) {
            Message next = waiting.poll();
            if (next == null) {
                losing.set(false);
                break;
            }
            left(next.heapBytes());
            publish(next);
            if (bursts.isFull()) {
                bursts.flushRegardless();
            }
        }
        bursts.flushRegardless();
    }

    private void publish(Message message) {
        List<String> keys = List.of(message.address().routingKey());
        bursts.publish(message, new Router(topology, keys, message).route(exchange));
    }
}
