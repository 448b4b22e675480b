package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.broker.channel.GivingBack;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.vhost.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two consumers of a channel keep so much for too long that it is taken back in pieces: neither gets what the other one had. */
class TimedOutConsumersTest {

    private static final int MESSAGES = 4 * GivingBack.PIECE;
    private static final int TIMEOUT_MS = 60_000;
    private static final String KEPT = "kept";

    private final VirtualHost vhost = new VirtualHost("/", DeprecatedFeatures.defaults());
    private final TestServer server = new TestServer(BrokerSettings.defaults(), vhost);
    private final TestClient client = server.open(1);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void bothAreCancelledBeforeAnythingReturns() {
        FieldTable arguments =
                FieldTable.builder().put("x-consumer-timeout", TIMEOUT_MS).build();
        client.call(1, new QueueDeclare(KEPT, false, true, false, false, false, arguments), QueueDeclareOk.class);
        client.call(1, consume(KEPT, "one"), BasicConsumeOk.class);
        client.call(1, consume(KEPT, "two"), BasicConsumeOk.class);
        ClientStream publishes = new ClientStream();
        for (int i = 0; i < MESSAGES; i++) {
            publishes.publish(1, "", KEPT, "kept");
        }
        client.write(publishes);
        assertThat(client.takeAll()).hasSize(MESSAGES);

        server.advance(TIMEOUT_MS + 2_000);

        assertThat(client.takeAll())
                .extracting(TestClient.Received::method)
                .containsExactlyInAnyOrder(new BasicCancel("one", true), new BasicCancel("two", true));
        Queue kept = vhost.queues().find(KEPT, this);
        assertThat(kept.counts().ready()).isEqualTo(MESSAGES);
        assertThat(kept.counts().unacked()).isZero();
    }
}
