package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.Topology.Binding;
import io.leveret.interop.crash.Topology.Durability;
import io.leveret.interop.crash.Topology.Exchange;
import io.leveret.interop.crash.Topology.Queue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Declares, binds, unbinds and deletes queues and exchanges, durable ones and others. */
final class Redeclarer implements Actor {

    static final List<String> QUEUES = List.of("topology.q0", "topology.q1", "topology.q2", "topology.q3");
    static final List<String> EXCHANGES = List.of("topology.x0", "topology.x1", "topology.x2");

    private static final List<String> TYPES = List.of("direct", "topic", "headers");
    /** So long that nothing expires during a test. */
    private static final int LEAST_TTL_MS = 1_000_000_000;

    private final Channel channel;
    private final TopologyLedger ledger;
    private final Random random;

    Redeclarer(Channel channel, TopologyLedger ledger, Random random) {
        this.channel = channel;
        this.ledger = ledger;
        this.random = random;
    }

    @Override
    public void step() throws IOException {
        ledger.perform(nextChange(), channel);
    }

    private TopologyChange nextChange() {
        Topology topology = ledger.settled();
        String queue = oneOf(QUEUES);
        String exchange = oneOf(EXCHANGES);
        if (!topology.queues().containsKey(queue)) {
            return new TopologyChange.DeclareQueue(queue, randomQueue());
        }
        if (!topology.exchanges().containsKey(exchange)) {
            return new TopologyChange.DeclareExchange(exchange, randomExchange());
        }
        int dice = random.nextInt(10);
        if (dice == 0) {
            return new TopologyChange.DeleteExchange(exchange);
        }
        return dice == 1 ? new TopologyChange.DeleteQueue(queue) : bindOrUnbind(topology, new Binding(exchange, queue));
    }

    private static TopologyChange bindOrUnbind(Topology topology, Binding binding) {
        return topology.bindings().contains(binding)
                ? new TopologyChange.Unbind(binding)
                : new TopologyChange.Bind(binding);
    }

    private Queue randomQueue() {
        Durability[] all = Durability.values();
        Durability durability = random.nextBoolean() ? Durability.DURABLE : all[random.nextInt(all.length)];
        // Which declaration it is can be seen from its arguments: a redeclaration must give the same.
        return new Queue(durability, Map.of("x-message-ttl", LEAST_TTL_MS + random.nextInt(1_000_000)));
    }

    private Exchange randomExchange() {
        boolean durable = random.nextInt(5) > 0;
        return new Exchange(oneOf(TYPES), durable, Map.of("alternate-exchange", "nowhere." + random.nextInt(1_000)));
    }

    private String oneOf(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }
}
