package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.broker.channel.NotYet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NotYetTest {

    private static final FieldTable LIMITED = FieldTable.builder()
            .put("x-queue-type", "quorum")
            .put("x-consumer-disconnected-timeout", 1000)
            .put("x-max-length", 10)
            .build();

    private final TestServer server = new TestServer();
    private final TestClient client = server.open(1);
    private final Logger logger = (Logger) LoggerFactory.getLogger(NotYet.class);
    private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.WARN);
        // Nobody else need hear them.
        logger.setAdditive(false);
        warnings.start();
        logger.addAppender(warnings);
    }

    @AfterEach
    void close() {
        logger.detachAppender(warnings);
        logger.setAdditive(true);
        logger.setLevel(null);
        server.close();
    }

    @Test
    void aDeclareIsWarnedOfOnceWithAllThatHasNoEffect() {
        declare(client, "q", LIMITED);

        assertThat(warned()).hasSize(1);
        assertThat(warned().get(0))
                .startsWith("[x-consumer-disconnected-timeout] of queue 'q' in vhost '/' will have no effect:")
                .contains("connection=");
    }

    @Test
    void aLoopOfDeclaresIsWarnedOfOnce() {
        declare(client, "q", LIMITED);
        declare(client, "q", LIMITED);
        declare(client, "q2", LIMITED);

        assertThat(warned()).hasSize(1);
    }

    @Test
    void aFurtherArgumentAndAnotherConnectionAreWarnedOf() {
        declare(client, "q", LIMITED);
        declare(
                client,
                "q2",
                FieldTable.builder()
                        .put("x-queue-type", "quorum")
                        .put("x-consumer-disconnected-timeout", 1000)
                        .put("x-dead-letter-exchange", "amq.direct")
                        .put("x-dead-letter-strategy", "at-most-once")
                        .build());
        declare(server.open(1), "q3", LIMITED);

        assertThat(warned()).hasSize(3);
        assertThat(warned().get(1)).startsWith("[x-dead-letter-strategy] of queue 'q2'");
    }

    @Test
    void whatHasItsEffectIsNotWarnedOf() {
        declare(
                client,
                "q",
                FieldTable.builder()
                        .put("x-queue-type", "classic")
                        .put("x-other", 1)
                        .build());

        assertThat(warned()).isEmpty();
    }

    private static void declare(TestClient client, String queue, FieldTable arguments) {
        client.call(1, new QueueDeclare(queue, false, true, false, false, false, arguments), QueueDeclareOk.class);
    }

    private List<String> warned() {
        return warnings.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
