package io.leveret.broker.transaction;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Deduplication;
import java.util.Set;

/** What a service is asked with about a transaction: its first half message, but for what would act on the request itself. A pure function. */
final class CheckRequest {

    static final String EXCHANGE = "x-tx-exchange";
    static final String ROUTING_KEY = "x-tx-routing-key";
    static final String COUNT = "x-tx-check-count";

    /** They would send it to the message's further queues as well, or make each request but the first a duplicate. */
    private static final Set<String> LEFT_OUT = Set.of("CC", "BCC", Deduplication.HEADER);

    private CheckRequest() {}

    /**
     * Makes one.
     *
     * @param check the routing key on the default exchange
     * @param count the how manieth it is, from 1
     */
    static Message of(Message half, String exchange, String check, int count) {
        FieldTable.Builder headers = FieldTable.builder();
        half.properties().headers().entries().forEach((name, value) -> {
            if (!LEFT_OUT.contains(name)) {
                headers.put(name, value);
            }
        });
        headers.put(EXCHANGE, text(exchange));
        headers.put(ROUTING_KEY, text(half.address().routingKey()));
        headers.put(COUNT, count);
        BasicProperties properties = half.properties().toBuilder()
                .expiration(null)
                // As is the record that it was sent.
                .deliveryMode(2)
                .headers(headers.build())
                .build();
        return new Message(new Address("", check), properties, half.body());
    }

    private static FieldValue text(String text) {
        return new FieldValue.LongString(OctetText.encode(text));
    }
}
