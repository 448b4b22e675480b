package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static io.leveret.broker.connection.Calls.declare;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicDeliver;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicRecover;
import io.leveret.amqp.method.BasicRecoverOk;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.QueueDeclareOk;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** So many deliveries return that it takes several turns of the loop: none is lost, none comes twice, all are in order. */
class MassReturnTest {

    private static final int CHANNELS = 3;
    private static final int MESSAGES = 18_000;

    private final TestServer server = new TestServer();
    private final TestClient client = server.open(CHANNELS);
    private final TestClient other = server.open(1);

    @BeforeEach
    void deliverToAllChannels() {
        client.call(1, declare("q"), QueueDeclareOk.class);
        ClientStream stream = new ClientStream();
        for (int i = 0; i < MESSAGES; i++) {
            stream.publish(1, "", "q", Integer.toString(i));
        }
        other.write(stream);
        for (int channel = 1; channel <= CHANNELS; channel++) {
            ClientStream gets = new ClientStream();
            for (int i = 0; i < MESSAGES / CHANNELS; i++) {
                gets.method(channel, new BasicGet("q", false));
            }
            client.write(gets);
        }
        assertThat(client.takeAll()).hasSize(MESSAGES);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static List<String> all() {
        return IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
    }

    private void othersGetAll() {
        other.call(1, consume("q", "c"), BasicConsumeOk.class);
        assertThat(other.takeBodies()).isEqualTo(all());
    }

    @Test
    void ofALostConnection() {
        client.disconnect();
        server.run();

        othersGetAll();
    }

    @Test
    void ofAConnectionThatCloses() {
        client.send(0, new ConnectionClose(200, "bye", 0, 0));

        client.expect(0, ConnectionCloseOk.class);
        othersGetAll();
    }

    @Test
    void ofAConnectionThatClosesRightAfterItsChannels() {
        ClientStream stream = new ClientStream();
        for (int channel = 1; channel <= CHANNELS; channel++) {
            stream.method(channel, new ChannelClose(200, "bye", 0, 0));
        }
        client.write(stream.method(0, new ConnectionClose(200, "bye", 0, 0)));

        List<TestClient.Received> received = client.takeAll();
        assertThat(received.get(received.size() - 1).method()).isInstanceOf(ConnectionCloseOk.class);
        othersGetAll();
    }

    @Test
    void ofAChannelThatClosesBeforeItIsAnswered() {
        client.send(1, new ChannelClose(200, "bye", 0, 0));

        client.expect(1, ChannelCloseOk.class);
        other.call(1, consume("q", "c"), BasicConsumeOk.class);
        assertThat(other.takeBodies()).isEqualTo(all().subList(0, MESSAGES / CHANNELS));
    }

    @Test
    void ofAChannelThatFailed() {
        client.send(1, new BasicAck(MESSAGES, false));

        client.expect(1, ChannelClose.class);
        other.call(1, consume("q", "c"), BasicConsumeOk.class);
        assertThat(other.takeBodies()).isEqualTo(all().subList(0, MESSAGES / CHANNELS));
    }

    @Test
    void whatFollowsANackFindsEverythingBack() {
        client.write(new ClientStream()
                .method(1, new BasicNack(0, true, true))
                .method(1, new BasicGet("q", true))
                .method(2, new BasicGet("nothing", true)));

        List<TestClient.Received> received = client.takeAll();
        assertThat(received.stream().filter(each -> each.channel() == 1).toList())
                .singleElement()
                .satisfies(got -> {
                    assertThat(got.body()).isEqualTo("0");
                    assertThat(((BasicGetOk) got.method()).messageCount()).isEqualTo(MESSAGES / CHANNELS - 1);
                });
    }

    @Test
    void recoverIsAnsweredWhenEverythingIsBack() {
        client.send(2, new BasicRecover(true));
        client.expect(2, BasicRecoverOk.class);
        client.send(2, new BasicGet("q", true));

        TestClient.Received got = client.next();
        assertThat(got.body()).isEqualTo(Integer.toString(MESSAGES / CHANNELS));
        assertThat(((BasicGetOk) got.method()).messageCount()).isEqualTo(MESSAGES / CHANNELS - 1);
    }

    @Test
    void whatANackGivesBackMayGoToTheSameChannelAgain() {
        client.send(1, consume("q", "c"), new BasicNack(0, true, true));

        List<String> bodies = new ArrayList<>();
        client.takeAll().stream()
                .filter(each -> each.method() instanceof BasicDeliver)
                .forEach(each -> bodies.add(each.body()));
        assertThat(bodies).isEqualTo(all().subList(0, MESSAGES / CHANNELS));
        other.call(1, new BasicGet("q", true), BasicGetEmpty.class);
    }
}
