package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListenFailureTest {

    @Test
    void saysTheSameOfATakenPortWhicheverTransportFoundIt() {
        String expected =
                "another process listens on 0.0.0.0:5672; stop it, or set listeners.tcp.default to another port";

        assertThat(sentence(5672, new IOException("bind(..) failed with error(-98): Address already in use")))
                .isEqualTo(expected);
        assertThat(sentence(5672, new BindException("Address already in use"))).isEqualTo(expected);
    }

    @Test
    void saysHowToGetAroundAPortForTheSystem() {
        assertThat(sentence(80, new IOException("bind(..) failed with error(-13): Permission denied")))
                .startsWith("not allowed to listen on 0.0.0.0:80; set listeners.tcp.default to a port from 1024 up");
    }

    @Test
    void saysThatTheMachineHasNoSuchAddress() {
        InetSocketAddress address = new InetSocketAddress("2001:db8:0:0:0:0:0:1", 5672);

        assertThat(ListenFailure.of(address, new BindException("Cannot assign requested address")))
                .hasMessageStartingWith(
                        "can't listen on [2001:db8:0:0:0:0:0:1]:5672: this machine has no such address;");
    }

    @Test
    void passesOnWhatItDoesNotKnow() {
        assertThat(sentence(5672, new IOException("the moon is full")))
                .isEqualTo("can't listen on 0.0.0.0:5672: the moon is full");
        assertThat(sentence(5672, new IOException())).isEqualTo("can't listen on 0.0.0.0:5672: java.io.IOException");
        assertThat(sentence(5672, null)).isEqualTo("can't listen on 0.0.0.0:5672: cancelled");
    }

    private static String sentence(int port, @Nullable Throwable cause) {
        return String.valueOf(
                ListenFailure.of(new InetSocketAddress("0.0.0.0", port), cause).getMessage());
    }
}
