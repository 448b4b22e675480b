package io.leveret.interop.exchange;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Patience;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that sends each message to one of its queues, and how many each got: which one gets what differs from broker to
 * broker, that all get their share does not.
 */
final class Spread {

    private final Peer peer;
    private final Channel channel;
    private final String exchange;
    private final List<String> queues = new ArrayList<>();

    private Spread(Peer peer, Channel channel, String exchange) {
        this.peer = peer;
        this.channel = channel;
        this.exchange = exchange;
    }

    /** A consistent hash exchange, with a queue for each weight. */
    static Spread of(Peer peer, Map<String, Object> arguments, String... weights) throws Exception {
        return of(peer, "x-consistent-hash", arguments, weights);
    }

    static Spread of(Peer peer, String type, Map<String, Object> arguments, String... bindingKeys) throws Exception {
        Channel channel = peer.channel();
        channel.confirmSelect();
        String exchange = peer.name("x");
        channel.exchangeDelete(exchange);
        channel.exchangeDeclare(exchange, type, false, false, arguments);
        Spread spread = new Spread(peer, channel, exchange);
        for (int i = 0; i < bindingKeys.length; i++) {
            String queue = peer.queue(channel, "q" + i);
            channel.queuePurge(queue);
            channel.queueBind(queue, exchange, bindingKeys[i]);
            spread.queues.add(queue);
        }
        return spread;
    }

    /** One who is bound once more. */
    void bind(int queue, String bindingKey, Map<String, Object> arguments) throws IOException {
        channel.queueBind(queues.get(queue), exchange, bindingKey, arguments);
    }

    void unbind(int queue, String bindingKey) throws IOException {
        channel.queueUnbind(queues.get(queue), exchange, bindingKey);
    }

    void purge() throws IOException {
        for (String queue : queues) {
            channel.queuePurge(queue);
        }
    }

    /** Takes the numbers of the messages that a queue got. */
    List<String> take(int queue) throws IOException {
        return peer.drain(channel, queues.get(queue));
    }

    void delete(int queue) throws IOException {
        channel.queueDelete(queues.remove(queue));
    }

    void publish(int messages, IntFunction<String> routingKey, IntFunction<@Nullable BasicProperties> properties)
            throws Exception {
        for (int i = 0; i < messages; i++) {
            channel.basicPublish(exchange, routingKey.apply(i), properties.apply(i), body(i));
        }
        channel.waitForConfirmsOrDie(Patience.MS);
    }

    private static byte[] body(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    long count(int queue) throws IOException {
        return channel.messageCount(queues.get(queue));
    }

    long total() throws IOException {
        long total = 0;
        for (int i = 0; i < queues.size(); i++) {
            total += count(i);
        }
        return total;
    }

    int usedQueues() throws IOException {
        int used = 0;
        for (int i = 0; i < queues.size(); i++) {
            used += count(i) > 0 ? 1 : 0;
        }
        return used;
    }

    /** Whether no queue has less than half of its share, or more than one and a half: chance would take an age for that. */
    boolean isEven() throws IOException {
        double share = (double) total() / queues.size();
        for (int i = 0; i < queues.size(); i++) {
            if (count(i) < share / 2 || count(i) > share * 1.5) {
                return false;
            }
        }
        return true;
    }

    /** That an exchange of this type uses its alternate exchange while nothing is bound, and not when something is. */
    static void expectAlternate(Peer peer, String type, String bindingKey) throws Exception {
        Channel channel = peer.channel();
        String alternate = peer.exchange(channel, "alternate", "fanout");
        String caught = peer.queue(channel, "caught");
        channel.queueBind(caught, alternate, "");
        channel.exchangeDeclare(peer.name("x"), type, false, false, Map.of("alternate-exchange", alternate));
        String queue = peer.queue(channel, "q");

        peer.publish(channel, peer.name("x"), "key", "unroutable");
        peer.observe(channel.basicGet(caught, true));
        channel.queueBind(queue, peer.name("x"), bindingKey);
        channel.queuePurge(queue);
        peer.publish(channel, peer.name("x"), "key", "routable");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(caught, true));

        peer.expect("unroutable", "routable", "null");
    }
}
