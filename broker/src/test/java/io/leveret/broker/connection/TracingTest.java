package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.bind;
import static io.leveret.broker.connection.Calls.consume;
import static io.leveret.broker.connection.Calls.consumeNoAck;
import static io.leveret.broker.connection.Calls.declare;
import static io.leveret.broker.connection.Calls.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.OctetText;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicDeliver;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConfirmSelectOk;
import io.leveret.amqp.method.ExchangeDeclareOk;
import io.leveret.amqp.method.QueueBindOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.broker.connection.TestClient.Received;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.Tracing;
import io.leveret.broker.vhost.VirtualHost;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client does while another one watches. */
class TracingTest {

    private final BrokerSettings settings = BrokerSettings.defaults();
    private final VirtualHost vhost = new VirtualHost("/", settings.deprecatedFeatures());
    private final TestServer server = new TestServer(settings, vhost);
    private final TestClient client = server.open(1);
    private final TestClient watcher = server.open(1);

    @BeforeEach
    void watch() {
        client.call(1, declare("q"), QueueDeclareOk.class);
        watcher.call(1, declare("copies"), QueueDeclareOk.class);
        watcher.call(1, bind("copies", Tracing.EXCHANGE, "#"), QueueBindOk.class);
        watcher.call(1, consumeNoAck("copies", "w"), BasicConsumeOk.class);
        vhost.tracing().on();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private List<String> copies() {
        server.run();
        return watcher.takeAll().stream().map(TracingTest::show).toList();
    }

    private static String show(Received received) {
        return received.method() instanceof BasicDeliver deliver
                ? deliver.routingKey() + ": " + received.body()
                : received.method().toString();
    }

    private FieldValue header(String name) {
        FieldValue value = watcher.lastProperties().headers().get(name);
        if (value == null) {
            throw new AssertionError("no header " + name);
        }
        return value;
    }

    @Test
    void aMessageThatPassesIsCopiedTwice() {
        client.call(1, consumeNoAck("q", "c"), BasicConsumeOk.class);

        client.write(new ClientStream().publish(1, "", "q", "a").publish(1, "", "q", "b"));

        assertThat(copies()).containsExactlyInAnyOrder("publish.: a", "publish.: b", "deliver.q: a", "deliver.q: b");
        assertThat(client.takeBodies()).containsExactly("a", "b");
    }

    @Test
    void whatIsTakenByGetIsCopied() {
        client.write(new ClientStream().publish(1, "", "q", "a"));
        client.send(1, new BasicGet("q", true));

        assertThat(copies()).containsExactly("publish.: a", "deliver.q: a");
        assertThat(header("connection")).isEqualTo(FieldValue.of("127.0.0.1:40000 -> 127.0.0.1:5672"));
    }

    @Test
    void nothingIsCopiedOnceItIsSwitchedOff() {
        client.call(1, consume("q", "c"), BasicConsumeOk.class);
        vhost.tracing().off();

        client.write(new ClientStream().publish(1, "", "q", "a"));

        assertThat(copies()).isEmpty();
        assertThat(client.takeBodies()).containsExactly("a");
    }

    @Test
    void aQueueOfCopiesThatIsFullDoesNotRefuseTheMessage() {
        FieldTable full = FieldTable.builder()
                .put("x-max-length", 0)
                .put("x-overflow", "reject-publish")
                .build();
        watcher.call(1, new QueueDeclare("full", false, false, false, false, false, full), QueueDeclareOk.class);
        watcher.call(1, bind("full", Tracing.EXCHANGE, "publish.#"), QueueBindOk.class);
        client.call(1, new ConfirmSelect(false), ConfirmSelectOk.class);

        client.write(new ClientStream().publish(1, "", "q", "a"));

        assertThat(client.expect(1, BasicAck.class)).isEqualTo(new BasicAck(1, false));
    }

    @Test
    void aKeyThatIsTooLongForADeliveryIsCut() {
        String longest = "é".repeat(127) + "x";
        client.call(1, exchange(longest, "fanout"), ExchangeDeclareOk.class);

        client.write(new ClientStream().publish(1, longest, "k", "a"));

        server.run();
        BasicDeliver copy = watcher.expect(1, BasicDeliver.class);
        assertThat(copy.routingKey()).isEqualTo("publish." + "é".repeat(123));
        assertThat(header("exchange_name")).isEqualTo(FieldValue.of(longest));
    }

    @Test
    void aRoutingKeyThatIsNoTextIsToldInItsOctets() {
        byte[] octets = {(byte) 0xFF, 'a', (byte) 0xC3};

        client.write(new ClientStream().publish(1, "amq.fanout", OctetText.decode(octets), "a"));

        assertThat(copies()).containsExactly("publish.amq.fanout: a");
        assertThat(header("routing_keys")).isEqualTo(FieldValue.of(List.of(new FieldValue.LongString(octets))));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "126, true", "127, false", "128, false"})
    void headersAreToldUnlessTheCopyWouldBeNestedTooDeep(int depth, boolean told) {
        FieldTable headers = FieldTable.builder().put("innermost", 1).build();
        for (int i = 1; i < depth; i++) {
            headers = FieldTable.builder().put("inner", headers).build();
        }
        BasicProperties properties =
                BasicProperties.builder().headers(headers).correlationId("7").build();

        client.write(new ClientStream().publish(1, new BasicPublish("", "nowhere", false, false), properties, "a"));

        assertThat(copies()).containsExactly("publish.: a");
        FieldTable copied = ((FieldValue.Table) header("properties")).value();
        assertThat(copied.get("correlation_id")).isEqualTo(FieldValue.of("7"));
        assertThat(copied.get("headers")).isEqualTo(told ? FieldValue.of(headers) : null);
    }

    @Test
    void whoTakesCopiesIsNotWatched() {
        client.call(1, bind("q", Tracing.EXCHANGE, "#"), QueueBindOk.class);
        client.call(1, consumeNoAck("q", "c"), BasicConsumeOk.class);

        client.write(new ClientStream().publish(1, "", "nowhere", "a"));

        assertThat(copies()).containsExactly("publish.: a");
        assertThat(client.takeBodies()).containsExactly("a");
    }
}
