package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.delete;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.QueueDeleteOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import io.leveret.broker.channel.GivingBack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lost connection had much: no turn of the loop gives much of it back, and others have theirs in between. */
class MassReturnTurnsTest {

    private static final int MESSAGES = 18_000;

    private final MassVhost setting = new MassVhost(MESSAGES);

    @AfterEach
    void close() {
        setting.close();
    }

    @Test
    void aTurnGivesAPieceBack() {
        setting.get(MESSAGES);
        setting.client.disconnect();

        assertThat(turnsToTheEnd()).isGreaterThan(MESSAGES / GivingBack.PIECE);
        assertThat(setting.stored()).hasSize(MESSAGES);
        assertThat(setting.rest()).isEqualTo(setting.all());
    }

    @Test
    void alsoOfWhatAnOpenTransactionHadAcknowledged() {
        setting.client.call(1, new TxSelect(), TxSelectOk.class);
        setting.get(MESSAGES);
        setting.client.send(1, new BasicAck(0, true));
        setting.client.disconnect();

        assertThat(turnsToTheEnd()).isGreaterThan(MESSAGES / GivingBack.PIECE);
        assertThat(setting.rest()).isEqualTo(setting.all());
    }

    @Test
    void nothingComesBackToAQueueThatIsDeletedMeanwhile() {
        setting.get(MESSAGES);
        setting.client.disconnect();
        setting.server.turn();
        assertThat(setting.client.isAtWork()).isTrue();
        setting.other.takeAll();
        setting.other.post(new ClientStream().method(1, delete(MassVhost.MASS)));
        setting.server.turn();
        setting.other.expect(1, QueueDeleteOk.class);
        setting.server.run();

        assertThat(setting.mass.counts().ready()).isZero();
        assertThat(setting.client.isAtWork()).isFalse();
        assertThat(setting.server.connectionCount()).isOne();
    }

    /** How many turns it takes until all is back. In each of them another client gets an answer. */
    private int turnsToTheEnd() {
        setting.other.takeAll();
        int turns = 0;
        for (int before = 0; setting.client.isAtWork(); turns++) {
            setting.other.post(new ClientStream().method(1, new BasicGet(MassVhost.OTHER, true)));
            setting.server.turn();
            setting.other.expect(1, BasicGetEmpty.class);
            int ready = setting.mass.counts().ready();
            assertThat(ready - before).isBetween(0, GivingBack.PIECE);
            before = ready;
        }
        assertThat(setting.mass.counts().ready()).isEqualTo(MESSAGES);
        return turns;
    }
}
