package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** The limits over all connections; the texts are those of a running RabbitMQ 4.3. */
final class PeersTest {

    @Test
    void refusesAConnectionMoreThanThereMayBeUntilOneHasGone() {
        Peers peers = new Peers(1, 0);
        peers.opened();

        assertThatThrownBy(peers::opened)
                .hasMessage("NOT_ALLOWED - connection refused: node connection limit (1) is reached");
        peers.closed();

        assertThatCode(peers::opened).doesNotThrowAnyException();
    }

    @Test
    void refusesAChannelMoreThanThereMayBeWithoutNamingAMethod() {
        Peers peers = new Peers(0, 2);
        peers.channelOpened("n@h", "u", -1);
        peers.channelOpened("n@h", "u", -1);

        assertThatThrownBy(() -> peers.channelOpened("n@h", "u", -1))
                .hasMessage("NOT_ALLOWED - number of channels opened on node 'n@h' has reached the maximum allowed"
                        + " limit of 2")
                .asInstanceOf(InstanceOfAssertFactories.type(AmqpException.class))
                .matches(refusal -> !refusal.namesMethod());
        peers.channelsClosed("u", 2);

        assertThatCode(() -> peers.channelOpened("n@h", "u", -1)).doesNotThrowAnyException();
    }
}
