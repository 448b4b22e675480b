package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ConnectionOpen;
import io.leveret.amqp.method.ConnectionStartOk;
import io.leveret.amqp.method.ConnectionTune;
import io.leveret.amqp.method.ConnectionTuneOk;
import io.leveret.broker.connection.Handshake.LoginRefused;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    private final TestServer server = new TestServer();
    private final Handshake handshake = new Handshake(server.context(), InetAddress.getLoopbackAddress());

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void announcesMechanismsLocaleAndWhatTheBrokerCan() {
        assertThat(handshake.start().mechanisms()).isEqualTo("PLAIN AMQPLAIN ANONYMOUS");
        assertThat(handshake.start().locales()).isEqualTo("en_US");
        assertThat(handshake.start().serverProperties().entries()).containsKeys("capabilities", "product", "version");
    }

    @Test
    void goesStepByStep() {
        assertThat(handshake.isTuned()).isFalse();
        assertThat(handshake.startOk(startOk("PLAIN", "\0guest\0guest")))
                .isEqualTo(new ConnectionTune(2047, 131_072, 60));
        assertThat(handshake.isTuned()).isFalse();
        handshake.tuneOk(new ConnectionTuneOk(100, 4_096, 7));
        assertThat(handshake.isTuned()).isTrue();
        assertThat(handshake.open(new ConnectionOpen("/")).vhost().name()).isEqualTo("/");

        assertThat(handshake.channelMax()).isEqualTo(100);
        assertThat(handshake.frameMaxBytes()).isEqualTo(4_096);
        assertThat(handshake.heartbeatSeconds()).isEqualTo(7);
    }

    @Test
    void refusesAStepOutOfTurn() {
        assertUnexpected(() -> handshake.tuneOk(new ConnectionTuneOk(0, 0, 0)));
        assertUnexpected(() -> handshake.open(new ConnectionOpen("/")));
        assertUnexpected(() -> handshake.startOk(new ConnectionOpen("/")));
        handshake.startOk(startOk("PLAIN", "\0guest\0guest"));
        assertUnexpected(() -> handshake.startOk(startOk("PLAIN", "\0guest\0guest")));
        assertUnexpected(() -> handshake.open(new ConnectionOpen("/")));
        handshake.tuneOk(new ConnectionTuneOk(1, 4_096, 0));
        assertUnexpected(() -> handshake.tuneOk(new ConnectionTuneOk(1, 4_096, 0)));
        handshake.open(new ConnectionOpen("/"));
        assertUnexpected(() -> handshake.open(new ConnectionOpen("/")));
    }

    private static void assertUnexpected(Runnable step) {
        assertThatThrownBy(step::run).isInstanceOf(AmqpException.class).hasMessageContaining("unexpected method");
    }

    @Test
    void tellsTheOperatorWhyALoginIsRefused() throws Exception {
        assertThatThrownBy(() -> handshake.startOk(startOk("PLAIN", "\0guest\0wrong")))
                .isInstanceOf(LoginRefused.class)
                .hasMessage("user 'guest' from 127.0.0.1 with PLAIN: the password is wrong");
        assertThatThrownBy(() -> handshake.startOk(startOk("PLAIN", "\0nobody\0guest")))
                .isInstanceOf(LoginRefused.class)
                .hasMessage("user 'nobody' from 127.0.0.1 with PLAIN: there is no such user");
        Handshake fromElsewhere = new Handshake(server.context(), InetAddress.getByName("192.0.2.1"));
        assertThatThrownBy(() -> fromElsewhere.startOk(startOk("PLAIN", "\0guest\0guest")))
                .isInstanceOf(LoginRefused.class)
                .hasMessage("user 'guest' from 192.0.2.1 with PLAIN: it can only connect via localhost, as"
                        + " loopback_users says");
    }

    @Test
    void neverPutsAPasswordIntoTheReason() {
        assertThatThrownBy(() -> handshake.startOk(startOk("PLAIN", "\0guest\0secret")))
                .hasMessageContaining("guest")
                .hasMessageNotContaining("secret");
    }

    @Test
    void letsNobodyWriteLinesOfTheirOwnIntoTheLog() {
        String user = "x\n2026-01-01 ERROR all is lost\r\u2028\u202E\u0007\u00e9";

        assertThatThrownBy(() -> handshake.startOk(startOk("PLAIN", "\0" + user + "\0secret")))
                .hasMessageContaining("user 'x\\u000a2026-01-01 ERROR all is lost\\u000d\\u2028\\u202e\\u0007\u00e9'");
        assertThatThrownBy(() -> handshake.startOk(startOk("PLAIN", "\0" + "x".repeat(5_000) + "\0secret")))
                .hasMessageContaining("x...'")
                .message()
                .hasSizeLessThan(400);
    }

    @Test
    void refusesAResponseThatIsNotOfItsMechanism() {
        for (String response : new String[] {"", "\0", "guest\0guest\0guest", "\0guest", "\0guest\0guest\0"}) {
            assertThatThrownBy(() -> handshake.startOk(startOk("PLAIN", response)))
                    .as("PLAIN '%s'", response)
                    .isInstanceOf(AmqpException.class);
        }
        assertThatThrownBy(() -> handshake.startOk(startOk("AMQPLAIN", "\5LOGINS")))
                .isInstanceOf(AmqpException.class);
        assertThatThrownBy(() -> handshake.startOk(startOk("EXTERNAL", ""))).isInstanceOf(AmqpException.class);
    }

    @Test
    void letsGuestInFromLoopbackOnly() throws Exception {
        Handshake fromAfar = new Handshake(server.context(), InetAddress.getByAddress(new byte[] {10, 0, 0, 1}));

        assertThatThrownBy(() -> fromAfar.startOk(startOk("PLAIN", "\0guest\0guest")))
                .isInstanceOf(LoginRefused.class);
        assertThatThrownBy(() -> fromAfar.startOk(startOk("ANONYMOUS", ""))).isInstanceOf(LoginRefused.class);
    }

    @Test
    void refusesLimitsAboveItsOwnAndNoLimitAtAll() {
        handshake.startOk(startOk("PLAIN", "\0guest\0guest"));

        assertNotAllowed(new ConnectionTuneOk(2048, 131_072, 60), "negotiated channel_max = 2048 is higher");
        assertNotAllowed(new ConnectionTuneOk(0, 131_072, 60), "negotiated channel_max = 0 is no limit");
        assertNotAllowed(new ConnectionTuneOk(2047, 131_073, 60), "negotiated frame_max = 131073 is higher");
        assertNotAllowed(new ConnectionTuneOk(2047, 0xFFFF_FFFFL, 60), "negotiated frame_max = 4294967295 is higher");
        assertNotAllowed(new ConnectionTuneOk(2047, 0, 60), "negotiated frame_max = 0 is no limit");
        assertNotAllowed(new ConnectionTuneOk(2047, 4_095, 60), "negotiated frame_max = 4095 is lower");
        handshake.tuneOk(new ConnectionTuneOk(2047, 4_096, 65_535));
    }

    private void assertNotAllowed(ConnectionTuneOk method, String text) {
        assertThatThrownBy(() -> handshake.tuneOk(method)).hasMessageStartingWith("NOT_ALLOWED - " + text);
    }

    private static ConnectionStartOk startOk(String mechanism, String response) {
        return new ConnectionStartOk(FieldTable.EMPTY, mechanism, response.getBytes(StandardCharsets.UTF_8), "en_US");
    }
}
