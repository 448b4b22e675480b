package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tests publish to a transactional exchange: transactions of some messages, each with its transaction and its number as message id, and
 * with these in its body. What is committed comes into a queue of the exchange's name.
 */
record HalfMessages(String exchange) {

    /** So that a few thousand take more than one segment. */
    private static final int BODY_BYTES = 4096;

    private static final String FILLER = ".";

    /** @param rules arguments of the exchange, when and where it asks */
    void declare(Channel channel, Map<String, Object> rules) throws IOException {
        Map<String, Object> arguments = new HashMap<>(rules);
        arguments.put("x-transactional-type", "fanout");
        channel.exchangeDeclare(exchange, "x-transactional", true, false, arguments);
        channel.queueDeclare(exchange, true, false, false, null);
        channel.queueBind(exchange, exchange, "");
    }

    /** @param messages how many */
    void prepare(Channel channel, String id, int messages) throws IOException {
        for (int number = 1; number <= messages; number++) {
            String messageId = id + "/" + number;
            publish(channel, messageId, Map.of("x-tx-id", id), body(messageId));
        }
    }

    void decide(Channel channel, String id, boolean commits) throws IOException {
        Map<String, Object> headers = Map.of("x-tx-id", id, "x-tx-state", commits ? "commit" : "rollback");
        publish(channel, "", headers, new byte[0]);
    }

    private void publish(Channel channel, String messageId, Map<String, Object> headers, byte[] body)
            throws IOException {
        BasicProperties properties = new BasicProperties.Builder()
                .messageId(messageId)
                .deliveryMode(2)
                .headers(headers)
                .build();
        channel.basicPublish(exchange, "", properties, body);
    }

    private static byte[] body(String messageId) {
        return (messageId + FILLER.repeat(BODY_BYTES - messageId.length())).getBytes(StandardCharsets.UTF_8);
    }

    /** Empties a queue. By transaction, the numbers of its messages in the order in which they were there. */
    static Map<String, List<Integer>> drain(Channel channel, String queue) throws IOException {
        Map<String, List<Integer>> numbers = new TreeMap<>();
        for (GetResponse each : drained(channel, queue)) {
            String messageId = each.getProps().getMessageId();
            assertThat(each.getBody()).as("body of %s", messageId).isEqualTo(body(messageId));
            int slash = messageId.indexOf('/');
            numbers.computeIfAbsent(messageId.substring(0, slash), any -> new ArrayList<>())
                    .add(Integer.valueOf(messageId.substring(slash + 1)));
        }
        return numbers;
    }

    /** Empties a queue of check requests. By transaction, how many there had been, as each request says. */
    static Map<String, List<Integer>> drainChecks(Channel channel, String queue) throws IOException {
        Map<String, List<Integer>> counts = new TreeMap<>();
        for (GetResponse each : drained(channel, queue)) {
            Map<String, Object> headers = each.getProps().getHeaders();
            counts.computeIfAbsent(String.valueOf(headers.get("x-tx-id")), any -> new ArrayList<>())
                    .add(Integer.valueOf(String.valueOf(headers.get("x-tx-check-count"))));
        }
        return counts;
    }

    private static List<GetResponse> drained(Channel channel, String queue) throws IOException {
        List<GetResponse> all = new ArrayList<>();
        for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            all.add(got);
        }
        return all;
    }
}
