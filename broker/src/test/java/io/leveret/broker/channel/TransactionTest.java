package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransactionTest {

    private final Transaction transaction = new Transaction(10_000, new HeapUse().newPart());

    @Test
    void countsKeysThatThePropertiesDoNotHaveAnyMore() {
        List<String> keys = Collections.nCopies(1_000, "k");
        Message message = new Message(new Address("", "q"), BasicProperties.EMPTY, new byte[1], Past.NONE, keys);
        RoutedMessage routed = new RoutedMessage(
                message,
                Sessions.vhost().exchanges().find(message.address().exchange()),
                Sessions.vhost().route(message),
                false);

        assertThatThrownBy(() -> transaction.publish(routed))
                .isInstanceOf(AmqpException.class)
                .hasMessageContaining("is larger than configured max size 10000");
    }
}
