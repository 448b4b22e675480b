package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.consume;
import static io.leveret.broker.connection.Calls.consumeNoAck;
import static io.leveret.broker.connection.Calls.declare;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.QueueDeclareOk;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A connection that gets no buffer is lost, but neither its messages nor the other connections are. */
class ExhaustionTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Connection.class);
    private final TestServer server = new TestServer();
    private final TestClient consumer = server.open(2);
    private final TestClient other = server.open(2);

    @BeforeEach
    void declareQueue() {
        logger.setLevel(Level.OFF);
        other.call(1, declare("q"), QueueDeclareOk.class);
    }

    @AfterEach
    void close() {
        logger.setLevel(null);
        server.close();
    }

    @Test
    void messagesThatCouldNotBeWrittenReturnToTheirQueue() {
        consumer.send(1, consumeNoAck("q", "c"));
        consumer.takeAll();
        server.refuseBuffers(2);
        other.write(new ClientStream().publish(2, "", "q", "a").publish(2, "", "q", "b"));

        assertThat(consumer.isDisconnected()).isTrue();
        other.send(1, consume("q", "c"));
        List<TestClient.Received> received = other.takeAll();
        assertThat(received).extracting(TestClient.Received::body).containsExactly("", "a", "b");
    }

    @Test
    void aHeartbeatThatCouldNotBeWrittenCostsOnlyItsConnection() {
        TestClient idle = server.connect();
        idle.write(new ClientStream().handshake(2));
        server.refuseBuffers(2);
        server.advance(1_500);

        assertThat(idle.isDisconnected()).isTrue();
        other.send(1, consume("q", "c"));
        other.expect(1, BasicConsumeOk.class);
    }

    @Test
    void theLastWordIsSaidIfThereIsABufferAgain() {
        consumer.send(1, consumeNoAck("q", "c"));
        consumer.takeAll();
        server.refuseBuffers(1);
        other.write(new ClientStream().publish(2, "", "q", "a"));

        assertThat(consumer.next().method().toString()).contains("541").contains("INTERNAL_ERROR");
    }
}
