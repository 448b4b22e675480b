package io.leveret.broker.vhost;

import io.leveret.broker.hold.Hold;
import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.transaction.Decision;
import io.leveret.broker.transaction.TransactionDelivery;
import io.leveret.broker.transaction.TransactionalMessages;
import io.leveret.persistence.record.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Routes half messages that were decided, and what is asked about others. Used by one thread at a time, which may block. */
final class TransactionRoutes implements TransactionDelivery {

    private final Topology topology;
    private final HeldDeadLetters deadLetters;
    private final HeldDelivery delivery;
    private final Bursts bursts;

    /** @param bursts of its own */
    TransactionRoutes(Topology topology, HeldDeadLetters deadLetters, Bursts bursts) {
        this.topology = topology;
        this.deadLetters = deadLetters;
        this.delivery = new HeldDelivery(topology, deadLetters, bursts);
        this.bursts = bursts;
    }

    @Override
    public boolean namesDeadLetterExchange(TransactionalMessages from) {
        Exchange exchange = delivery.exchange(from);
        return exchange != null && HeldDeadLetters.isNamed(exchange);
    }

    @Override
    public boolean hasDeadLetterExchange(TransactionalMessages from) {
        Exchange exchange = delivery.exchange(from);
        return exchange != null && deadLetters.target(exchange) != null;
    }

    @Override
    public @Nullable List<Leaving> find(TransactionalMessages from, List<Message> messages, Decision decision) {
        // Once for all of them: it may be deleted at any time.
        Exchange exchange = delivery.exchange(from);
        if (exchange == null) {
            return null;
        }
        List<Leaving> found = new ArrayList<>(messages.size());
        for (Message message : messages) {
            found.add(
                    decision == Decision.COMMIT
                            ? delivery.leaving(exchange, message)
                            : delivery.deadLetter(exchange, message, Deaths.UNRESOLVED, false));
        }
        return found;
    }

    @Override
    public void check(Message request) {
        Exchange exchange = topology.exchange(request.address().exchange());
        if (exchange != null) {
            List<String> keys = List.of(request.address().routingKey());
            Route route = new Router(topology, keys, request).route(exchange);
            bursts.publish(request, withRoom(request, bursts.of(route)), QueueSettings.NONE);
        }
    }

    /** Not by its key: it has the headers of the half message, by which a queue would take each request but the first for a duplicate. */
    private static QueueBurst[] withRoom(Message request, QueueBurst[] queues) {
        return Stream.of(queues)
                .filter(burst -> {
                    boolean admitted = burst.admit(request);
                    if (!admitted) {
                        burst.queue().refused(request);
                    }
                    return admitted;
                })
                .toArray(QueueBurst[]::new);
    }

    @Override
    public void checked(TransactionalMessages of, long position, int checks, long nextMs) {
        Batch batch = bursts.record(of);
        if (batch != null) {
            batch.update(of.queueId(), position, checks, nextMs);
        }
    }

    @Override
    public void decide(TransactionalMessages in, Message command, long mark) {
        bursts.command(command, in, mark);
    }

    @Override
    public void remember(TransactionalMessages of, byte[] place, byte @Nullable [] value) {
        Batch batch = bursts.record(of);
        if (batch != null) {
            batch.state(of.queueId(), place, value);
        }
    }

    @Override
    public void settle(Hold from, long position) {
        delivery.settle(from, position);
    }

    @Override
    public void drop() {
        bursts.drop();
    }

    @Override
    public void end() {
        delivery.end();
    }

    @Override
    public boolean isFull() {
        return delivery.isFull();
    }

    @Override
    public long flush() {
        return delivery.flush();
    }

    @Override
    public long appendedBatch() {
        return delivery.appendedBatch();
    }
}
