package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicDeliver;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.amqp.method.BasicReturn;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.QueueDeleteOk;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.broker.connection.TestClient.Received;
import io.leveret.broker.settings.BrokerSettings;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WarmUpTest {

    private static final String NAME = "warm-up";

    @Test
    void theScriptIsCarriedOutToItsEnd() {
        BrokerSettings settings = WarmUp.settings();
        try (TestServer server = new TestServer(settings, WarmUp.vhost(settings))) {
            TestClient client = server.connect();
            List<Object> answers = new ArrayList<>();
            new WarmUpScript(settings.network()).bursts(NAME).forEach(burst -> {
                client.write(ByteBufUtil.getBytes(burst));
                client.takeAll().stream().map(Received::method).forEach(answers::add);
            });

            assertThat(answers)
                    .hasAtLeastOneElementOfType(BasicAck.class)
                    .hasAtLeastOneElementOfType(BasicGetOk.class)
                    .hasAtLeastOneElementOfType(BasicDeliver.class)
                    .hasAtLeastOneElementOfType(BasicReturn.class)
                    .hasAtLeastOneElementOfType(TxCommitOk.class)
                    .hasAtLeastOneElementOfType(QueueDeleteOk.class)
                    .doesNotHaveAnyElementsOfTypes(ChannelClose.class, ConnectionClose.class)
                    .last()
                    .isInstanceOf(ConnectionCloseOk.class);
        }
    }

    @Test
    void nothingIsLoggedOfIt() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.leveret");
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        logger.addAppender(events);
        try {
            WarmUp.start().await();
        } finally {
            logger.detachAppender(events);
        }

        assertThat(List.copyOf(events.list))
                .filteredOn(event ->
                        event.getThreadName().equals(NAME) && event.getLevel().isGreaterOrEqual(Level.INFO))
                .isEmpty();
    }

    @Test
    void aSocketTakesTheWholeScriptAndIsHungUpAtItsEnd() {
        BrokerSettings settings = WarmUp.settings();
        try (WarmUpSocket socket = new WarmUpSocket(settings, WarmUp.vhost(settings))) {
            new WarmUpScript(settings.network()).bursts(NAME).forEach(burst -> {
                assertThat(socket.isClosed()).isFalse();
                socket.write(burst);
            });

            assertThat(socket.isClosed()).isTrue();
        }
    }
}
