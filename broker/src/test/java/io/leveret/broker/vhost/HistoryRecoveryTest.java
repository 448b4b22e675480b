package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an x-recent-history exchange keeps over a restart. */
final class HistoryRecoveryTest {

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final Object connection = new Object();
    private FakeStore store = new FakeStore();
    private VirtualHost vhost = open();

    @AfterEach
    void stop() {
        readers.close();
    }

    @Test
    void aDurableExchangeKeepsItsHistory() {
        declare("x", true);
        publish("x", "1", "2", "3", "4", "5");

        restart();

        assertThat(historyOf("x")).containsExactly("3", "4", "5");
    }

    @Test
    void theHistoryGoesOnAfterARestart() {
        declare("x", true);
        publish("x", "1", "2");
        restart();
        publish("x", "3", "4");
        restart();
        publish("x", "5");

        restart();

        assertThat(historyOf("x")).containsExactly("3", "4", "5");
    }

    @Test
    void keepsMessagesAsTheyWere() {
        declare("x", true);
        BasicProperties properties =
                BasicProperties.builder().messageId("id").deliveryMode(2).build();
        route(new Message(new Address("first", "größe"), properties, new byte[] {1, 2, 3}));

        restart();

        Message kept = replay("x").get(0);
        assertThat(kept.address().exchange()).isEqualTo("first");
        assertThat(kept.address().routingKey()).isEqualTo("größe");
        assertThat(kept.properties()).isEqualTo(properties);
        assertThat(kept.body()).containsExactly(1, 2, 3);
    }

    @Test
    void aDeletedExchangeTakesItsHistoryAlong() {
        declare("x", true);
        publish("x", "old");
        vhost.exchanges().delete("x", false, ACCESS);
        declare("x", true);
        publish("x", "new");

        restart();

        assertThat(historyOf("x")).containsExactly("new");
    }

    @Test
    void nothingIsWrittenDownForADeletedExchange() {
        declare("x", true);
        Exchange held = vhost.exchanges().find("x");
        vhost.exchanges().delete("x", false, ACCESS);
        long batches = store.batches();

        vhost.route(held, List.of("key"), Messages.of("x", "key"));

        assertThat(store.batches()).isEqualTo(batches);
    }

    @Test
    void aTransientExchangeWritesNothingDown() {
        declare("x", false);
        long batches = store.batches();

        publish("x", "1", "2");

        assertThat(store.batches()).isEqualTo(batches);
        assertThat(historyOf("x")).containsExactly("1", "2");
    }

    private VirtualHost open() {
        return new VirtualHost(
                "/",
                DeprecatedFeatures.defaults(),
                MemoryBudget.unlimited(),
                new Journal(store, readers),
                Work.atOnce());
    }

    private void restart() {
        store = store.reopen();
        vhost = open();
    }

    private void declare(String name, boolean durable) {
        FieldTable arguments =
                FieldTable.builder().put("x-recent-history-length", 3).build();
        vhost.exchanges()
                .declare(
                        new ExchangeDeclare(name, "x-recent-history", false, durable, false, false, false, arguments),
                        ACCESS);
    }

    private void publish(String exchange, String... bodies) {
        for (String body : bodies) {
            byte[] octets = body.getBytes(StandardCharsets.UTF_8);
            route(new Message(new Address(exchange, "key"), BasicProperties.EMPTY, octets));
        }
    }

    private void route(Message message) {
        vhost.route(vhost.exchanges().find("x"), List.of("key"), message);
    }

    private List<String> historyOf(String exchange) {
        return replay(exchange).stream()
                .map(message -> new String(message.body(), StandardCharsets.UTF_8))
                .toList();
    }

    /** What a new binding gets. */
    private List<Message> replay(String exchange) {
        vhost.queues().declare(durable("q"), connection, ACCESS);
        return vhost.bindings()
                .bindQueue(new BindingKey("q", exchange, "", FieldTable.EMPTY), connection, ACCESS)
                .messages();
    }
}
