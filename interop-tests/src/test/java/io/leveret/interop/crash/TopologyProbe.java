package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Patience;
import io.leveret.interop.crash.Topology.Binding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/** Asks a broker what queues, exchanges and bindings it has of those that the redeclarer may have made. */
final class TopologyProbe {

    private final Client client;

    TopologyProbe(Client client) {
        this.client = client;
    }

    /** In which ways the broker is not as expected; empty if it is. */
    List<String> differences(Topology expected) throws IOException, InterruptedException, TimeoutException {
        List<String> differences = new ArrayList<>();
        Set<String> queues = new LinkedHashSet<>();
        for (String queue : Redeclarer.QUEUES) {
            String wrong = wrongQueue(queue, expected, queues);
            differences.addAll(wrong.isEmpty() ? List.of() : List.of(wrong));
        }
        Set<String> exchanges = new LinkedHashSet<>();
        for (String exchange : Redeclarer.EXCHANGES) {
            String wrong = wrongExchange(exchange, expected, exchanges);
            differences.addAll(wrong.isEmpty() ? List.of() : List.of(wrong));
        }
        differences.addAll(wrongBindings(expected, queues, exchanges));
        return differences;
    }

    private String wrongQueue(String name, Topology expected, Set<String> there) throws IOException {
        if (!refusal(channel -> channel.queueDeclarePassive(name)).isEmpty()) {
            return expected.queues().containsKey(name) ? "queue " + name + " is missing" : "";
        }
        there.add(name);
        Topology.Queue queue = expected.queues().get(name);
        if (queue == null) {
            return "queue " + name + " is there (expected: none)";
        }
        String refusal = refusal(new TopologyChange.DeclareQueue(name, queue)::perform);
        return refusal.isEmpty() ? "" : "queue " + name + " is not as declared: " + refusal;
    }

    private String wrongExchange(String name, Topology expected, Set<String> there) throws IOException {
        if (!refusal(channel -> channel.exchangeDeclarePassive(name)).isEmpty()) {
            return expected.exchanges().containsKey(name) ? "exchange " + name + " is missing" : "";
        }
        there.add(name);
        Topology.Exchange exchange = expected.exchanges().get(name);
        if (exchange == null) {
            return "exchange " + name + " is there (expected: none)";
        }
        String refusal = refusal(new TopologyChange.DeclareExchange(name, exchange)::perform);
        return refusal.isEmpty() ? "" : "exchange " + name + " is not as declared: " + refusal;
    }

    /** Publishes to every pair of ends: what comes back has no binding, and what does not must be in just that queue. */
    private List<String> wrongBindings(Topology expected, Set<String> queues, Set<String> exchanges)
            throws IOException, InterruptedException, TimeoutException {
        List<String> differences = new ArrayList<>();
        Channel channel = client.channel();
        Map<String, Integer> routedTo = new HashMap<>();
        Set<Binding> unroutable = unroutable(channel, queues, exchanges);
        for (Binding pair : pairs(queues, exchanges)) {
            boolean routed = !unroutable.contains(pair);
            routedTo.merge(pair.queue(), routed ? 1 : 0, Integer::sum);
            if (routed != expected.bindings().contains(pair)) {
                differences.add(pair.exchange() + (routed ? " is" : " is not") + " bound to " + pair.queue());
            }
        }
        for (String queue : queues) {
            int purged = channel.queuePurge(queue).getMessageCount();
            if (purged != routedTo.getOrDefault(queue, 0)) {
                differences.add(
                        "queue " + queue + " got " + purged + " messages (expected: " + routedTo.get(queue) + ")");
            }
        }
        channel.close();
        return differences;
    }

    private static Set<Binding> unroutable(Channel channel, Set<String> queues, Set<String> exchanges)
            throws IOException, InterruptedException, TimeoutException {
        Set<Binding> returned = ConcurrentHashMap.newKeySet();
        channel.addReturnListener(message -> returned.add(
                new Binding(message.getExchange(), new String(message.getBody(), StandardCharsets.UTF_8))));
        channel.confirmSelect();
        for (Binding pair : pairs(queues, exchanges)) {
            BasicProperties properties =
                    new BasicProperties.Builder().headers(pair.headers()).build();
            channel.basicPublish(
                    pair.exchange(),
                    pair.routingKey(),
                    true,
                    properties,
                    pair.queue().getBytes(StandardCharsets.UTF_8));
        }
        // A return comes before the confirm.
        channel.waitForConfirmsOrDie(Patience.MS);
        return returned;
    }

    private static List<Binding> pairs(Set<String> queues, Set<String> exchanges) {
        return exchanges.stream()
                .flatMap(exchange -> queues.stream().map(queue -> new Binding(exchange, queue)))
                .toList();
    }

    /** Why the broker closed the channel, or nothing if it did what was asked. */
    private String refusal(Request request) throws IOException {
        Channel channel = client.channel();
        try {
            request.on(channel);
            channel.abort();
            return "";
        } catch (IOException e) {
            if (!client.connection().isOpen()) {
                throw e;
            }
            return String.valueOf(channel.getCloseReason());
        }
    }

    private interface Request {
        void on(Channel channel) throws IOException;
    }
}
