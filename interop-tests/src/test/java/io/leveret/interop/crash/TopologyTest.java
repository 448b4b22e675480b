package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Topology.Binding;
import io.leveret.interop.crash.Topology.Durability;
import io.leveret.interop.crash.Topology.Exchange;
import io.leveret.interop.crash.Topology.Queue;
import io.leveret.interop.process.ServerProcess;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopologyTest {

    private static final Binding BINDING = new Binding("topology.x0", "topology.q0");
    private static final Queue DURABLE = queue(Durability.DURABLE);

    @Test
    void aBindingGoesWithItsQueueAndWithItsExchange() {
        Topology bound = bound(DURABLE, exchange(true));

        assertThat(bound.withoutQueue("topology.q0").bindings()).isEmpty();
        assertThat(bound.withoutExchange("topology.x0").bindings()).isEmpty();
    }

    @Test
    void whatIsNotDurableDoesNotOutliveARestart() {
        assertThat(bound(DURABLE, exchange(true)).afterRestart()).isEqualTo(bound(DURABLE, exchange(true)));
        assertThat(bound(queue(Durability.TRANSIENT), exchange(true)).afterRestart())
                .isEqualTo(Topology.EMPTY.withExchange("topology.x0", exchange(true)));
        assertThat(bound(DURABLE, exchange(false)).afterRestart())
                .isEqualTo(Topology.EMPTY.withQueue("topology.q0", DURABLE));
    }

    @Test
    void exclusiveQueuesDoNotOutliveTheirConnection() {
        for (Durability gone :
                List.of(Durability.EXCLUSIVE, Durability.DURABLE_EXCLUSIVE, Durability.CONSUMED_AUTO_DELETE)) {
            assertThat(bound(queue(gone), exchange(false)).afterConnectionLoss())
                    .isEqualTo(Topology.EMPTY.withExchange("topology.x0", exchange(false)));
        }
    }

    @Test
    void aChangeWithoutAnswerMayBeDoneOrNot() {
        TopologyLedger ledger = new TopologyLedger();
        ledger.found(bound(DURABLE, exchange(true)));
        assertThat(ledger.candidates(Topology::afterRestart)).containsExactly(ledger.settled());

        ledger.begin(new TopologyChange.DeleteQueue("topology.q0"));
        assertThat(ledger.candidates(Topology::afterRestart))
                .containsExactly(ledger.settled(), ledger.settled().withoutQueue("topology.q0"));

        ledger.end(new TopologyChange.DeleteQueue("topology.q0"));
        assertThat(ledger.candidates(Topology::afterRestart))
                .containsExactly(Topology.EMPTY.withExchange("topology.x0", exchange(true)));
    }

    @Test
    void theProbeSeesEveryDifference() throws Exception {
        Topology expected = bound(DURABLE, exchange(true));
        try (ServerProcess server = ServerProcess.start(128);
                Client client = Client.connect(server.address())) {
            TopologyProbe probe = new TopologyProbe(client);
            assertThat(probe.differences(expected))
                    .containsExactly("queue topology.q0 is missing", "exchange topology.x0 is missing");

            new TopologyChange.DeclareQueue("topology.q0", DURABLE).perform(client.channel());
            new TopologyChange.DeclareExchange("topology.x0", exchange(true)).perform(client.channel());
            assertThat(probe.differences(expected)).containsExactly("topology.x0 is not bound to topology.q0");

            new TopologyChange.Bind(BINDING).perform(client.channel());
            assertThat(probe.differences(expected)).isEmpty();
            assertThat(probe.differences(expected.withoutBinding(BINDING)))
                    .containsExactly("topology.x0 is bound to topology.q0");
            assertThat(probe.differences(Topology.EMPTY))
                    .containsExactly(
                            "queue topology.q0 is there (expected: none)",
                            "exchange topology.x0 is there (expected: none)",
                            "topology.x0 is bound to topology.q0");
            assertThat(probe.differences(bound(queue(Durability.TRANSIENT), exchange(false))))
                    .hasSize(2)
                    .allMatch(difference -> difference.contains("is not as declared"));
            assertThat(probe.differences(
                            expected.withQueue("topology.q0", new Queue(Durability.DURABLE, Map.of("x-expires", 1)))))
                    .singleElement()
                    .asString()
                    .contains("inequivalent arg");
        }
    }

    private static Topology bound(Queue queue, Exchange exchange) {
        return Topology.EMPTY
                .withQueue("topology.q0", queue)
                .withExchange("topology.x0", exchange)
                .withBinding(BINDING);
    }

    private static Queue queue(Durability durability) {
        return new Queue(durability, Map.of("x-message-ttl", 1_000_000_000));
    }

    private static Exchange exchange(boolean durable) {
        return new Exchange("headers", durable, Map.of("alternate-exchange", "nowhere"));
    }
}
