package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicQos;
import io.leveret.amqp.method.BasicQosOk;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import io.leveret.broker.channel.GivingBack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client says one thing of so many deliveries that it is done over several turns of the loop, and only its channel waits. */
class MassSettleTest {

    private static final int MESSAGES = 18_000;
    private static final BasicAck ACK_ALL = new BasicAck(0, true);
    private static final BasicGet FROM_OTHER = new BasicGet(MassVhost.OTHER, true);

    private final MassVhost setting = new MassVhost(MESSAGES);
    private final TestClient client = setting.client;

    @AfterEach
    void close() {
        setting.close();
    }

    @Test
    void aTurnSettlesAPieceAndAnotherChannelGoesOn() {
        setting.get(MESSAGES);

        assertThat(turnsOf(ACK_ALL)).isGreaterThanOrEqualTo(MESSAGES / GivingBack.PIECE);

        assertThat(setting.mass.counts().unacked()).isZero();
        assertThat(setting.stored()).isEmpty();
    }

    @Test
    void aTurnTakesAPieceBack() {
        setting.get(MESSAGES);

        turnsOf(new BasicNack(0, true, true));

        assertThat(setting.mass.counts().unacked()).isZero();
        assertThat(setting.rest()).isEqualTo(setting.all());
    }

    @Test
    void whatWasAcknowledgedBeforeTheConnectionClosesDoesNotComeBack() {
        setting.get(MESSAGES);
        client.write(new ClientStream().method(1, ACK_ALL).method(0, new ConnectionClose(200, "bye", 0, 0)));

        client.expect(0, ConnectionCloseOk.class);
        assertThat(setting.mass.counts().ready()).isZero();
        assertThat(setting.stored()).isEmpty();
    }

    @Test
    void aCommitWaitsForAllOfIt() {
        client.call(1, new TxSelect(), TxSelectOk.class);
        setting.get(MESSAGES);
        client.write(new ClientStream().method(1, ACK_ALL).method(1, new TxCommit()));

        client.expect(1, TxCommitOk.class);
        assertThat(setting.stored()).isEmpty();
    }

    @Test
    void whoWaitedForRoomGoesOn() {
        int room = MESSAGES / 2;
        client.call(1, new BasicQos(0, room, true), BasicQosOk.class);
        client.call(1, consume(MassVhost.MASS, "c"), BasicConsumeOk.class);
        assertThat(client.takeBodies()).isEqualTo(MassVhost.bodies(0, room));

        client.send(1, ACK_ALL);

        assertThat(client.takeBodies()).isEqualTo(MassVhost.bodies(room, MESSAGES));
    }

    /** How many turns it takes; in each of them the connection's other channel gets an answer. */
    private int turnsOf(Method method) {
        client.post(new ClientStream().method(1, method).method(1, FROM_OTHER));
        int turns = 1;
        int before = setting.mass.counts().unacked();
        assertThat(MESSAGES - before).isBetween(0, GivingBack.PIECE);
        for (; client.isAtWork(); turns++) {
            client.post(new ClientStream().method(2, FROM_OTHER));
            setting.server.turn();
            client.expect(2, BasicGetEmpty.class);
            int unacked = setting.mass.counts().unacked();
            assertThat(before - unacked).isBetween(0, GivingBack.PIECE);
            before = unacked;
        }
        setting.server.run();
        client.expect(1, BasicGetEmpty.class);
        return turns;
    }
}
