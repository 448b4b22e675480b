package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.delete;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.QueueDeleteOk;
import io.leveret.amqp.method.QueuePurge;
import io.leveret.amqp.method.QueuePurgeOk;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A purge of so much that it would keep the loop: it is done elsewhere, and only its channel waits. */
class MassPurgeTest {

    private static final int MESSAGES = 12_000;
    private static final QueuePurge PURGE = new QueuePurge(MassVhost.MASS, false);
    private static final BasicGet FROM_OTHER = new BasicGet(MassVhost.OTHER, true);

    private final MassVhost setting = new MassVhost(MESSAGES);
    private final TestClient client = setting.client;

    @AfterEach
    void close() {
        setting.close();
    }

    @Test
    void theLoopTakesNothingOutAndOtherChannelsGoOn() {
        client.write(new ClientStream().method(1, PURGE).method(2, FROM_OTHER));

        client.expect(2, BasicGetEmpty.class);
        assertThat(client.takeAll()).isEmpty();
        assertThat(setting.mass.counts().ready()).isEqualTo(MESSAGES);
        assertThat(setting.pool).hasSize(1);

        setting.work();
        setting.server.run();
        assertThat(client.expect(1, QueuePurgeOk.class)).isEqualTo(new QueuePurgeOk(MESSAGES));
        assertThat(setting.stored()).isEmpty();
    }

    @Test
    void whatFollowsOnTheChannelFindsTheQueueEmpty() {
        client.write(new ClientStream().method(1, PURGE).method(1, MassVhost.declareDurable(MassVhost.MASS)));
        setting.work();
        setting.server.run();

        client.expect(1, QueuePurgeOk.class);
        assertThat(client.expect(1, QueueDeclareOk.class).messageCount()).isZero();
    }

    @Test
    void aLittleIsPurgedAtOnce() {
        setting.get(MESSAGES);
        client.send(1, new BasicAck(0, true));
        setting.publish(0, 100);

        assertThat(client.call(1, PURGE, QueuePurgeOk.class)).isEqualTo(new QueuePurgeOk(100));
        assertThat(setting.pool).isEmpty();
    }

    @Test
    void whatIsGivenOutStaysAndMayComeBackMeanwhile() {
        setting.get(MESSAGES / 2);
        client.send(1, PURGE);
        client.send(2, FROM_OTHER);
        client.expect(2, BasicGetEmpty.class);
        setting.publish(MESSAGES, MESSAGES + 5);
        setting.work();
        setting.server.run();

        assertThat(client.expect(1, QueuePurgeOk.class).messageCount()).isEqualTo(MESSAGES / 2 + 5);
        assertThat(setting.stored()).hasSize(MESSAGES / 2);
        client.send(1, new BasicNack(0, true, true));
        assertThat(setting.rest()).isEqualTo(MassVhost.bodies(0, MESSAGES / 2));
    }

    @Test
    void isAnsweredOnceItIsDurable() {
        setting.store.hold();
        client.send(1, PURGE);
        setting.work();
        setting.server.run();
        assertThat(client.takeAll()).isEmpty();

        setting.becomeDurable();

        client.expect(1, QueuePurgeOk.class);
    }

    @Test
    void itComesToItsEndIfTheConnectionDies() {
        client.send(1, PURGE);
        client.disconnect();
        setting.server.run();
        setting.work();
        setting.server.run();

        assertThat(setting.mass.counts().ready()).isZero();
        assertThat(setting.stored()).isEmpty();
        setting.other.call(1, new BasicGet(MassVhost.MASS, true), BasicGetEmpty.class);
    }

    @Test
    void itFindsNothingIfTheQueueIsDeletedMeanwhile() {
        client.send(1, PURGE);
        setting.other.takeAll();
        QueueDeleteOk deleted = setting.other.call(1, delete(MassVhost.MASS), QueueDeleteOk.class);
        assertThat(deleted.messageCount()).isEqualTo(MESSAGES);
        setting.work();
        setting.server.run();

        assertThat(client.expect(1, QueuePurgeOk.class).messageCount()).isZero();
    }

    @Test
    void oneAfterTheOther() {
        client.send(1, PURGE);
        client.send(2, PURGE);
        assertThat(setting.pool).hasSize(1);
        setting.work();
        assertThat(setting.pool).hasSize(1);
        setting.work();
        setting.server.run();

        List<TestClient.Received> answers = client.takeAll();
        assertThat(answers)
                .extracting(TestClient.Received::method)
                .containsExactly(new QueuePurgeOk(MESSAGES), new QueuePurgeOk(0));
        assertThat(setting.pool).isEmpty();
    }

    @Test
    void aStoreThatFailsEndsTheConnection() {
        client.send(1, PURGE);
        setting.store.fail();
        setting.work();
        setting.server.run();

        assertThat(client.next().method()).isInstanceOf(ConnectionClose.class);
    }

    /** What could not be gathered is not taken for a part of the next one. */
    @Test
    void theNextOneComesToItsEndAfterOneThatFailed() {
        client.send(1, PURGE);
        setting.store.exhaustAppend();
        setting.work();
        setting.server.run();
        assertThat(client.next().method()).isInstanceOf(ConnectionClose.class);

        setting.publish(0, MESSAGES);
        setting.other.takeAll();
        setting.other.send(1, PURGE);
        setting.work();
        setting.server.run();

        assertThat(setting.other.expect(1, QueuePurgeOk.class).messageCount()).isEqualTo(MESSAGES);
        assertThat(setting.stored()).isEmpty();
    }
}
