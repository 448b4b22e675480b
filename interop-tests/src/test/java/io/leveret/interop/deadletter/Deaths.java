package io.leveret.interop.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Confirms;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What these cases have in common: queues with a dead-letter exchange, and what a dead-lettered message tells. */
final class Deaths {

    private Deaths() {}

    /** The arguments of a queue whose dead letters go to another one by its name. */
    static Map<String, Object> to(String queue, Object... more) {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", queue);
        for (int i = 0; i < more.length; i += 2) {
            arguments.put((String) more[i], more[i + 1]);
        }
        return arguments;
    }

    /** Waits for a message. */
    static GetResponse await(Peer peer, Channel channel, String queue) throws Exception {
        GetResponse[] got = new GetResponse[1];
        peer.eventually(() -> {
            got[0] = channel.basicGet(queue, true);
            return got[0] != null;
        });
        return got[0];
    }

    /**
     * Waits until what was rejected before is where it goes, or nowhere. RabbitMQ knows that once a later message is confirmed; Leveret
     * dead-letters on a thread of its own, in order, so that a later dead letter tells of it.
     */
    static void awaitThoseBefore(Peer peer, Channel channel) throws Exception {
        String last = peer.queue(channel, "last");
        String queue = peer.queue(channel, "behind", to(last));
        peer.publish(channel, "", queue, "behind");
        reject(channel, queue);
        await(peer, channel, last);
    }

    /** Rejects the next message of a queue. */
    static void reject(Channel channel, String queue) throws IOException {
        channel.basicReject(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
    }

    /** Publishes two messages to a queue for one, and tells what is confirmed, what dies, and what stays. */
    static void observeOverflow(Peer peer, Channel channel, String queue, String dead) throws Exception {
        channel.confirmSelect();
        Confirms confirms = Confirms.of(channel);
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(confirms.await(2));
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got, got.getProps().getHeaders().get("x-last-death-reason"), peer.drain(channel, queue));
    }

    /** All headers, without the times of deaths. */
    static Map<String, Object> headers(GetResponse message) {
        Map<String, Object> headers = new TreeMap<>(message.getProps().getHeaders());
        if (headers.get("x-death") instanceof List<?> deaths) {
            headers.put("x-death", deaths.stream().map(Deaths::withoutTime).toList());
        }
        return headers;
    }

    /** When a message died, the last death first. */
    static List<Date> times(GetResponse message) {
        return ((List<?>) Objects.requireNonNull(message.getProps().getHeaders().get("x-death"), "x-death"))
                .stream().map(death -> (Date) ((Map<?, ?>) death).get("time")).toList();
    }

    private static Map<Object, Object> withoutTime(Object death) {
        Map<Object, Object> entries = new HashMap<>((Map<?, ?>) death);
        if (!(entries.remove("time") instanceof Date)) {
            throw new AssertionError("a death without a timestamp: " + death);
        }
        return entries;
    }
}
