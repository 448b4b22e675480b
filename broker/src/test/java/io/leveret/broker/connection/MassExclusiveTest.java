package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.declare;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.vhost.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection with so many exclusive queues that they are deleted over several turns of the loop. */
class MassExclusiveTest {

    private static final int QUEUES = 4 * Channels.EXCLUSIVE_PIECE + 7;

    private final VirtualHost vhost = new VirtualHost("/", DeprecatedFeatures.defaults());
    private final TestServer server = new TestServer(BrokerSettings.defaults(), vhost);
    private final TestClient client = server.open(1);
    private final TestClient other = server.open(1);

    @BeforeEach
    void declareQueues() {
        ClientStream stream = new ClientStream();
        for (int i = 0; i < QUEUES; i++) {
            stream.method(1, new QueueDeclare("q" + i, false, false, true, false, false, FieldTable.EMPTY));
        }
        client.write(stream);
        assertThat(client.takeAll()).hasSize(QUEUES);
        assertThat(queues()).isEqualTo(QUEUES);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aTurnDeletesAPieceAndOthersGoOn() {
        client.disconnect();

        int turns = 0;
        int before = queues();
        assertThat(before).isEqualTo(QUEUES - Channels.EXCLUSIVE_PIECE);
        for (; client.isAtWork(); turns++) {
            other.post(new ClientStream().method(1, declare("other")));
            server.turn();
            other.expect(1, QueueDeclareOk.class);
            int left = queues() - 1;
            assertThat(before - left).isBetween(1, Channels.EXCLUSIVE_PIECE);
            before = left;
        }
        assertThat(turns).isEqualTo(4);
        assertThat(queues()).isOne();
    }

    @Test
    void theCloseIsAnsweredWhenAllAreGone() {
        client.post(new ClientStream().method(0, new ConnectionClose(200, "bye", 0, 0)));
        assertThat(queues()).isPositive();
        server.run();

        client.expect(0, ConnectionCloseOk.class);
        assertThat(queues()).isZero();
    }

    @Test
    void theConnectionClosesThoughTheVirtualHostGoesDownInTheMiddle() {
        client.disconnect();
        assertThat(client.isAtWork()).isTrue();

        vhost.discard();
        server.run();

        assertThat(client.isAtWork()).isFalse();
    }

    private int queues() {
        // Exclusive ones are in no other list.
        return Integer.parseInt(vhost.summary().replaceAll(".* queues=(\\d+) .*", "$1"));
    }
}
