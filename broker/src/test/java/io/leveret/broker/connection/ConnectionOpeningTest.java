package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ChannelOpenOk;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.ConnectionOpen;
import io.leveret.amqp.method.ConnectionOpenOk;
import io.leveret.amqp.method.ConnectionStart;
import io.leveret.amqp.method.ConnectionTune;
import io.leveret.amqp.method.ConnectionTuneOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDelete;
import io.leveret.broker.event.Event;
import io.leveret.broker.event.Events;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionOpeningTest {

    private static final FieldTable NO_CAPABILITIES = FieldTable.EMPTY;
    private static final FieldTable FAILURE_CLOSE =
            FieldTable.builder().put("authentication_failure_close", true).build();

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void opensStepByStep() {
        TestClient client = server.connect();
        client.write(new ClientStream().header());
        client.expect(0, ConnectionStart.class);
        client.write(new ClientStream().login("guest", "guest", NO_CAPABILITIES));
        client.expect(0, ConnectionTune.class);
        client.send(0, new ConnectionTuneOk(2047, 131_072, 60));
        assertThat(client.takeAll()).isEmpty();
        client.call(0, new ConnectionOpen("/"), ConnectionOpenOk.class);
        client.write(new ClientStream().openChannel(1));
        client.expect(1, ChannelOpenOk.class);
    }

    @Test
    void oneThatCanNotBeOpenedTakesNobodysPlace() {
        BrokerSettings settings = BrokerSettings.defaults();
        Events events = new Events("node@host", "/", InstantSource.system());
        VirtualHost vhost = new VirtualHost(
                "/", settings.deprecatedFeatures(), MemoryBudget.unlimited(), null, Work.atOnce(), events);
        FieldTable one = FieldTable.builder().put("max-connections", 1).build();
        vhost.parameters().set(new Parameter("vhost-limits", "limits", FieldValue.of(one)));
        try (TestServer small = new TestServer(settings, vhost)) {
            events.listener(new NoRoom("connection.created"));
            TestClient unlucky = small.connect();
            unlucky.write(new ClientStream().handshake(0));
            assertThat(unlucky.isGone()).isTrue();

            events.listener(new NoRoom(""));
            TestClient client = small.connect();
            client.write(new ClientStream().handshake(0).openChannel(7));
            client.expect(0, ConnectionStart.class);
            client.expect(0, ConnectionTune.class);
            client.expect(0, ConnectionOpenOk.class);
        }
    }

    /** There is no memory for one kind of event. */
    private record NoRoom(String key) implements Events.Listener {

        @Override
        public boolean isListening() {
            return true;
        }

        @Override
        public void take(Event event) {
            if (event.key().equals(key)) {
                throw new OutOfMemoryError("on purpose");
            }
        }
    }

    @Test
    void opensFromASingleReadOfEverything() {
        TestClient client = server.connect();
        client.write(new ClientStream().handshake(0).openChannel(7));

        client.expect(0, ConnectionStart.class);
        client.expect(0, ConnectionTune.class);
        client.expect(0, ConnectionOpenOk.class);
        client.expect(7, ChannelOpenOk.class);
    }

    @Test
    void answersAlikeHoweverTheOctetsAreSplit() {
        byte[] octets = new ClientStream()
                .handshake(0)
                .openChannel(1)
                .method(1, new QueueDeclare("q", false, false, false, true, false, FieldTable.EMPTY))
                .publish(1, "", "q", "x".repeat(3 * ClientStream.FRAME_MAX))
                .publish(1, "", "q", "")
                .method(1, new BasicGet("q", true))
                .method(1, new BasicGet("q", true))
                .method(1, new QueueDelete("q", false, false, false))
                .bytes();
        TestClient whole = server.connect();
        whole.write(octets);
        List<TestClient.Received> expected = whole.takeAll();
        assertThat(expected).hasSize(8);

        for (int pieceBytes : new int[] {1, 2, 3, 7, 8, 9, 100, 8_191}) {
            TestClient client = server.connect();
            client.writeInPieces(octets, pieceBytes);
            assertThat(client.takeAll())
                    .as("pieces of %d bytes", pieceBytes)
                    .usingElementComparator(ConnectionOpeningTest::compareButServerProperties)
                    .isEqualTo(expected);
            client.disconnect();
        }
    }

    private static int compareButServerProperties(TestClient.Received a, TestClient.Received b) {
        boolean start = a.method() instanceof ConnectionStart && b.method() instanceof ConnectionStart;
        return start || a.equals(b) ? 0 : 1;
    }

    @Test
    void answersAnotherProtocolWithAHeaderAndHangsUp() {
        assertRefused("GET / HTTP/1.1\r\n", "AMQP\3\1\0\0");
        assertRefused("AMQP\0\0\012\0", "AMQP\0\0\11\1");
        assertRefused("AMQP\3\1\0\0", "AMQP\0\0\11\1");
        assertRefused("........", "AMQP\3\1\0\0");
    }

    private void assertRefused(String octets, String answer) {
        TestClient client = server.connect();
        client.write(octets.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(new String(client.takeOctets(), StandardCharsets.ISO_8859_1)).isEqualTo(answer);
        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void hangsUpOnAClientThatStallsAnywhereInTheHandshake() {
        byte[] octets = new ClientStream().handshake(0).bytes();
        TestClient full = server.connect();
        full.write(octets);
        for (int sent = 0; sent < octets.length; sent += 11) {
            TestClient client = server.connect();
            client.write(Arrays.copyOf(octets, sent));
            server.advance(9_500);
            assertThat(client.isDisconnected()).as("%d octets, in time", sent).isFalse();
            server.advance(500);
            assertThat(client.isDisconnected()).as("%d octets, late", sent).isTrue();
        }

        assertThat(full.isDisconnected()).isFalse();
        assertThat(server.connectionCount()).isEqualTo(1);
    }

    @Test
    void aTrickleDoesNotProlongTheHandshake() {
        byte[] octets = new ClientStream().handshake(0).bytes();
        TestClient client = server.connect();
        for (int second = 0; second < 10; second++) {
            assertThat(client.isDisconnected()).isFalse();
            client.write(new byte[] {octets[second]});
            server.advance(1_000);
        }

        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void tellsAClientThatCanHearItThatItsLoginFailed() {
        TestClient client = server.connect();
        client.write(new ClientStream().header().login("guest", "wrong", FAILURE_CLOSE));

        client.expect(0, ConnectionStart.class);
        ConnectionClose close = client.expect(0, ConnectionClose.class);
        assertThat(close.replyCode()).isEqualTo(403);
        assertThat(close.replyText())
                .isEqualTo("ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see"
                        + " the broker logfile.");
        client.send(0, new ConnectionCloseOk());
        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void hangsUpOnAFailedLoginOfAnOlderClientAfterAWhile() {
        TestClient client = server.connect();
        client.write(new ClientStream().header().login("guest", "wrong", NO_CAPABILITIES));
        client.expect(0, ConnectionStart.class);
        // It must not get in by what it sends while it waits.
        client.write(new ClientStream()
                .login("guest", "guest", NO_CAPABILITIES)
                .method(0, new ConnectionTuneOk(2047, 8_192, 0))
                .method(0, new ConnectionOpen("/")));

        assertThat(client.takeAll()).isEmpty();
        assertThat(client.isDisconnected()).isFalse();
        server.advance(3_000);
        assertThat(client.isDisconnected()).isTrue();
    }

    @Test
    void refusesAVirtualHostThatIsNotThere() {
        TestClient client = server.connect();
        client.write(new ClientStream()
                .header()
                .login("guest", "guest", NO_CAPABILITIES)
                .method(0, new ConnectionTuneOk(2047, 8_192, 0))
                .method(0, new ConnectionOpen("nowhere")));
        client.expect(0, ConnectionStart.class);
        client.expect(0, ConnectionTune.class);

        assertThat(client.expect(0, ConnectionClose.class))
                .isEqualTo(new ConnectionClose(530, "NOT_ALLOWED - vhost nowhere not found", 10, 40));
    }

    @Test
    void hangsUpOnALargeFrameBeforeItIsTunedWithoutWaitingForIt() {
        TestClient client = server.connect();
        client.write(new ClientStream().header().raw(new byte[] {1, 0, 0, 0x7F, -1, -1, -1}));
        client.expect(0, ConnectionStart.class);
        server.advance(3_000);

        assertThat(client.isDisconnected()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0xFFFF_FFFFL})
    void refusesAFrameThatNoMessageNeedsWhereTheOperatorSetsNoLimit(long wanted) {
        BrokerSettings defaults = BrokerSettings.defaults();
        BrokerSettings unlimited = defaults.withNetwork(defaults.network().withFrameMax(0))
                .withLimits(defaults.limits().withMaxMessageSize(200_000));
        try (TestServer without = new TestServer(unlimited)) {
            TestClient client = without.connect();
            client.write(new ClientStream()
                    .header()
                    .login("guest", "guest", NO_CAPABILITIES)
                    .method(0, new ConnectionTuneOk(2047, wanted, 0))
                    .method(0, new ConnectionOpen("/"))
                    .openChannel(1));
            client.takeAll();
            client.write(new ClientStream()
                    .method(1, new BasicPublish("", "nowhere", false, false))
                    .frame(2, 1, 14, new byte[] {0, 60, 0, 0, 0, 0, 0, 0, 0, 3, 0x0D, 0x40, 0, 0}, 0xCE)
                    .frame(3, 1, 200_000, new byte[200_000], 0xCE));
            assertThat(client.takeAll()).isEmpty();

            client.write(new ClientStream().raw(new byte[] {3, 0, 1, 0x7F, 0, 0, 0}));
            assertThat(client.expect(0, ConnectionClose.class).replyText())
                    .startsWith("FRAME_ERROR - ")
                    .contains("frame_too_large,2130706432,");
        }
    }
}
