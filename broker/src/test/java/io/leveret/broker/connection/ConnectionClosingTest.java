package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionClosingTest {

    private static final ConnectionClose GOODBYE = new ConnectionClose(200, "Goodbye", 0, 0);

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void answersACloseAndHangsUp() {
        TestClient client = server.open(1);
        client.call(0, GOODBYE, ConnectionCloseOk.class);

        assertThat(client.isDisconnected()).isTrue();
        assertThat(server.connectionCount()).isZero();
    }

    @Test
    void aHardErrorClosesWithTheClassAndMethodThatCausedIt() {
        TestClient client = server.open(1);
        client.send(1, new ChannelOpen());

        assertThat(client.expect(0, ConnectionClose.class))
                .isEqualTo(new ConnectionClose(504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10));
        client.send(0, new ConnectionCloseOk());
        assertThat(client.isDisconnected()).isTrue();
    }

    /** Or a client that makes and breaks connections would have seconds' worth of them kept in memory. */
    @Test
    void noTimerKeepsAClosedConnection() {
        TestClient client = server.open(1);
        client.send(1, new ChannelOpen());
        assertThat(client.hasTimers()).isTrue();

        client.send(0, new ConnectionCloseOk());

        assertThat(client.isDisconnected()).isTrue();
        assertThat(client.hasTimers()).isFalse();
    }

    @Test
    void aMethodOnAChannelThatIsNotOpenIsAHardError() {
        TestClient client = server.open(1);
        client.send(2, new BasicGet("q", true));

        assertThat(client.expect(0, ConnectionClose.class))
                .isEqualTo(new ConnectionClose(504, "CHANNEL_ERROR - expected 'channel.open'", 60, 70));
    }

    @Test
    void aBodyThatNothingAnnouncedIsAHardErrorOfNoMethod() {
        TestClient client = server.open(1);
        client.write(new ClientStream().frame(3, 1, 1, new byte[1], 0xCE));

        assertThat(client.expect(0, ConnectionClose.class))
                .isEqualTo(new ConnectionClose(
                        505, "UNEXPECTED_FRAME - expected method frame, got non method frame instead", 0, 0));
    }

    @Test
    void closesThatCrossAreBothAnswered() {
        TestClient client = server.open(1);
        client.send(1, new ChannelOpen());
        client.expect(0, ConnectionClose.class);
        client.send(0, GOODBYE);

        client.expect(0, ConnectionCloseOk.class);
        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void ignoresEverythingElseWhileItWaitsForTheAnswer() {
        TestClient client = server.open(1);
        client.send(1, new ChannelOpen());
        client.expect(0, ConnectionClose.class);
        client.write(new ClientStream()
                .method(1, new QueueDeclare("late", false, true, false, false, false, FieldTable.EMPTY))
                .publish(1, "", "late", "x")
                .method(0, new ChannelOpen())
                // No such class, and a method that is cut short.
                .frame(1, 0, 4, new byte[] {0, 99, 0, 99}, 0xCE)
                .frame(1, 0, 4, new byte[] {0, 10, 0, 11}, 0xCE));

        assertThat(client.takeAll()).isEmpty();
        client.send(0, new ConnectionCloseOk());
        assertThat(client.isDisconnected()).isTrue();
        TestClient other = server.open(1);
        assertThat(other.call(1, new BasicGet("late", true), ChannelClose.class).replyCode())
                .isEqualTo(404);
    }

    @Test
    void hangsUpOnAClientThatNeverAnswersAClose() {
        TestClient client = server.open(1);
        client.send(1, new ChannelOpen());
        server.advance(9_500);
        assertThat(client.isDisconnected()).isFalse();
        server.advance(500);

        assertThat(client.isDisconnected()).isTrue();
    }

    /** Its close-ok can't leave while the client does not read; the connection must not wait for that forever. */
    @Test
    void hangsUpOnAClientThatClosesAndReadsNoMore() {
        TestClient client = server.open(1);
        client.stall();
        client.send(0, GOODBYE);
        assertThat(client.isDisconnected()).isFalse();
        server.advance(10_000);

        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void whatWasPublishedBeforeTheCloseInTheSameReadIsConfirmedOnEveryChannel() {
        TestClient client = server.open(2);
        client.write(new ClientStream()
                .method(1, new ConfirmSelect(true))
                .method(2, new ConfirmSelect(true))
                .publish(1, "", "nowhere", "a")
                .publish(2, "", "nowhere", "b")
                .method(1, new ChannelOpen()));

        client.expect(1, BasicAck.class);
        client.expect(2, BasicAck.class);
        client.expect(0, ConnectionClose.class);
        assertThat(client.takeAll()).isEmpty();
    }

    @Test
    void aBrokenFrameIsAnsweredAndNothingAfterItRead() {
        TestClient client = server.open(1);
        client.write(new ClientStream()
                .frame(1, 0, 4, new byte[] {0, 10, 0, 50}, 0xCD)
                .method(1, new QueueDeclare("late", false, true, false, false, false, FieldTable.EMPTY)));

        assertThat(client.expect(0, ConnectionClose.class).replyCode()).isEqualTo(501);
        assertThat(client.takeAll()).isEmpty();
        server.advance(3_000);
        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void sendsHeartbeatsAndHangsUpOnAClientThatSendsNone() {
        TestClient client = server.connect();
        client.write(new ClientStream().handshake(4).openChannel(1));
        server.advance(7_500);
        assertThat(client.isDisconnected()).isFalse();
        assertThat(client.heartbeats()).isEqualTo(3);
        server.advance(500);

        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void aClientThatSendsHeartbeatsStays() {
        TestClient client = server.connect();
        client.write(new ClientStream().handshake(4));
        for (int i = 0; i < 20; i++) {
            server.advance(4_000);
            client.write(new ClientStream().heartbeat());
        }

        assertThat(client.isDisconnected()).isFalse();
    }

    @Test
    void aCutLineEndsTheConnection() {
        TestClient client = server.open(3);
        client.disconnect();
        server.run();

        assertThat(server.connectionCount()).isZero();
    }

    @Test
    void exclusiveQueuesGoWithTheirConnectionHoweverItEnds() {
        for (int way = 0; way < 3; way++) {
            TestClient owner = server.open(1);
            owner.call(1, exclusive(), QueueDeclareOk.class);
            TestClient other = server.open(1);
            other.send(1, new QueueDeclare("mine", true, false, false, false, false, FieldTable.EMPTY));
            assertThat(other.next().method().toString()).contains("405");
            switch (way) {
                case 0 -> owner.disconnect();
                case 1 -> owner.send(0, GOODBYE);
                default -> owner.send(1, new ChannelOpen());
            }
            server.run();
            TestClient next = server.open(1);
            next.call(1, exclusive(), QueueDeclareOk.class);
            next.disconnect();
            server.run();
        }
    }

    private static QueueDeclare exclusive() {
        return new QueueDeclare("mine", false, false, true, false, false, FieldTable.EMPTY);
    }
}
