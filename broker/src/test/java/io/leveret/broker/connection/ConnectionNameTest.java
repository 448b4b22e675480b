package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ConnectionNameTest {

    private final InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

    @Test
    void namesBothEnds() {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5672);

        assertThat(new ConnectionName(client, server)).hasToString("127.0.0.1:40000 -> 127.0.0.1:5672");
    }

    /** A socket that is closed before anybody asks can't tell its own address. */
    @Test
    void saysWhereItDoesNotKnow() {
        assertThat(new ConnectionName(client, null)).hasToString("127.0.0.1:40000 -> unknown");
    }
}
