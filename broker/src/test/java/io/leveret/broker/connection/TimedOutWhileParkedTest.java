package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ChannelOpenOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.QueuePurge;
import io.leveret.amqp.method.QueuePurgeOk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A channel closes since a delivery timed out, while the answer to a purge waits: what its client says to that is heard. */
class TimedOutWhileParkedTest {

    private static final int MESSAGES = 12_000;
    private static final int TIMEOUT_MS = 60_000;
    private static final String KEPT = "kept";

    private final MassVhost setting = new MassVhost(MESSAGES);
    private final TestClient client = setting.client;

    @BeforeEach
    void keepADelivery() {
        FieldTable arguments =
                FieldTable.builder().put("x-consumer-timeout", TIMEOUT_MS).build();
        client.call(1, new QueueDeclare(KEPT, false, true, false, false, false, arguments), QueueDeclareOk.class);
        client.call(
                1, new QueueDeclare("held", false, true, false, false, false, FieldTable.EMPTY), QueueDeclareOk.class);
        setting.other.write(new ClientStream().publish(1, "", KEPT, "kept"));
        client.write(new ClientStream().method(1, new BasicGet(KEPT, false)));
        client.expect(1, BasicGetOk.class);
        client.takeAll();
    }

    @AfterEach
    void close() {
        setting.close();
    }

    private void timeOutBehindAPurge() {
        client.write(new ClientStream().method(1, new QueuePurge(MassVhost.MASS, false)));
        client.write(new ClientStream().method(1, new QueuePurge("held", false)));
        setting.server.advance(TIMEOUT_MS + 2_000);
        assertThat(client.expect(1, ChannelClose.class).replyCode()).isEqualTo(406);
        assertThat(client.takeAll()).isEmpty();
    }

    private void finishThePurge() {
        while (!setting.pool.isEmpty()) {
            setting.work();
            setting.server.run();
        }
    }

    @Test
    void theNumberMayBeUsedAgain() {
        timeOutBehindAPurge();

        client.write(new ClientStream().method(1, new ChannelCloseOk()).method(1, new ChannelOpen()));
        client.expect(1, ChannelOpenOk.class);
        finishThePurge();

        assertThat(client.takeAll()).isEmpty();
        client.call(1, new QueuePurge("held", false), QueuePurgeOk.class);
    }

    @Test
    void whatTheChannelWaitedForComesToNobody() {
        timeOutBehindAPurge();

        finishThePurge();

        assertThat(client.takeAll()).isEmpty();
        assertThat(setting.mass.counts().ready()).isZero();
        client.write(new ClientStream().method(1, new ChannelCloseOk()).method(1, new ChannelOpen()));
        client.expect(1, ChannelOpenOk.class);
    }

    @Test
    void aCloseThatWaitedBehindTheMethodIsAnswered() {
        client.write(new ClientStream().method(1, new QueuePurge(MassVhost.MASS, false)));
        client.write(new ClientStream().method(1, new ChannelClose(200, "", 0, 0)));
        setting.server.advance(TIMEOUT_MS + 2_000);

        client.expect(1, ChannelClose.class);
        client.expect(1, ChannelCloseOk.class);
        finishThePurge();
        assertThat(client.takeAll()).isEmpty();
    }
}
