package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ConnectionNameTest {

    private final InetSocketAddress client = new InetSocketAddress("127.0.0.1", 40_000);

    @Test
    void namesBothEnds() {
        assertThat(new ConnectionName(client, new InetSocketAddress("::1", 5672)))
                .hasToString("127.0.0.1:40000 -> 0:0:0:0:0:0:0:1:5672");
    }

    /** A socket that is closed before anybody asks can't tell its own address. */
    @Test
    void saysWhereItDoesNotKnow() {
        assertThat(new ConnectionName(client, null)).hasToString("127.0.0.1:40000 -> unknown");
    }
}
