package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More dead letters than may wait can't be read from the disk, which may stay so for days. */
class StuckLettersTest {

    private static final int LETTERS = DeadLettering.BEHIND + 1;
    private static final int MESSAGES = 3_000;
    private static final int TTL_MS = 5_000;
    private static final int LIMIT = 10;
    private static final int LARGE_BYTES = 4 * 1024 * 1024;

    private final DelayedVhost host = new DelayedVhost();

    @AfterEach
    void close() {
        host.close();
    }

    /** Who drops what nobody wants reads nothing, and so does not wait for them. */
    @Test
    void aLoweredLimitIsKeptBesideThem() {
        publish(declareDeadLettered("dying"), LETTERS, TTL_MS);
        publish(declare("long", FieldTable.EMPTY), MESSAGES, QueueSettings.NONE);
        host.restart();
        Queue unreadable = find("dying");
        host.store.damage(host.store.positions(unreadable.id(0)));
        host.pass(TTL_MS + 1_000);
        assertThat(unreadable.counts().ready()).isZero();
        assertThat(find("dead").counts().ready()).isZero();

        limit("long", LIMIT);
        host.pass(1_000);

        assertThat(find("long").counts().ready()).isEqualTo(LIMIT);
    }

    /** More than may wait is offered, one read after the other. */
    @Test
    void howeverMuchIsTooManyLeaves() {
        Queue large = declareDeadLettered("large");
        int messages = (int) (DeadLettering.BEHIND_BYTES / LARGE_BYTES) + 5;
        publish(large, messages, QueueSettings.NONE, new byte[LARGE_BYTES]);
        host.restart();

        limit("large", 1);
        host.pass(60_000);

        assertThat(find("large").counts().ready()).isOne();
        assertThat(find("dead").counts().ready()).isEqualTo(messages - 1);
    }

    /** Its dead letters go to the queue {@code dead}. */
    private Queue declareDeadLettered(String name) {
        declare("dead", FieldTable.EMPTY);
        host.bind("amq.fanout", "dead");
        return declare(
                name,
                FieldTable.builder().put("x-dead-letter-exchange", "amq.fanout").build());
    }

    private void limit(String queue, int length) {
        FieldTable definition = FieldTable.builder().put("max-length", length).build();
        host.vhost.policies().set(new Policy("short", "^" + queue + "$", definition));
    }

    private Queue declare(String name, FieldTable arguments) {
        return host.vhost.queues().declare(durable(name, arguments), this, ACCESS);
    }

    private Queue find(String name) {
        return host.vhost.queues().find(name, this);
    }

    private void publish(Queue queue, int count, long ttlMs) {
        publish(queue, count, ttlMs, new byte[3]);
    }

    private void publish(Queue queue, int count, long ttlMs, byte[] body) {
        BasicProperties properties = BasicProperties.builder().deliveryMode(2).build();
        Bursts bursts = host.vhost.newBursts(host.newWriter());
        for (int i = 0; i < count; i++) {
            Message message = new Message(new Address("", queue.name()), properties, body);
            QueueBurst burst = bursts.of(queue);
            assertThat(burst.admit(message)).isTrue();
            bursts.publish(message, new QueueBurst[] {burst}, ttlMs);
        }
        bursts.flush();
    }
}
