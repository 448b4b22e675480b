package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class BindingGrowthTest {

    private static final String EXCHANGE = "growing";
    private static final String QUEUE = "bound often";
    private static final int AT_ONCE = 1_000;
    private static final int SOME = 20_000;
    private static final int ATTEMPTS = 3;

    @Test
    void aBindingCostsTheSameHoweverManyThereAre() throws Exception {
        int half = Load.of(50_000, 500_000);
        try (ServerProcess server = ServerProcess.start(2_048);
                RawClient client =
                        RawClient.connect(server.address(), 120_000).login().open(1)) {
            bindAndDelete(client);
            Heap heap = Heap.before(server);
            declare(client);
            Duration first = bind(server, client, 0, half);
            Duration second = bind(server, client, half, 2 * half);
            Load.report("%,d binds: first half %s, second half %s of CPU", 2 * half, first, second);
            // Quadratic cost makes the second half three times as dear as the first.
            assertThat(second).as("the second half, after %s", first).isLessThan(first.multipliedBy(2));

            assertRoutes(client, 2 * half);
            assertThatDeletingStopsNobody(server, client, 2 * half);
            new Burst(client).call(1, Methods.deleteExchange(EXCHANGE)).run();
            heap.assertBack(2 * half, "bindings made and deleted");
        }
    }

    /** So that the first half does not pay for a young JVM. */
    private static void bindAndDelete(RawClient client) throws IOException {
        declare(client);
        bind(client, 0, SOME);
        new Burst(client).call(1, Methods.deleteExchange(EXCHANGE)).run();
        new Burst(client).call(1, Methods.deleteQueue(QUEUE)).run();
    }

    private static void declare(RawClient client) throws IOException {
        new Burst(client)
                .call(1, Methods.declareExchange(EXCHANGE, "topic"))
                .call(1, Methods.declareQueue(QUEUE))
                .run();
    }

    private static Duration bind(ServerProcess server, RawClient client, int from, int to) throws IOException {
        Duration before = server.cpuTime();
        bind(client, from, to);
        return server.cpuTime().minus(before);
    }

    private static void bind(RawClient client, int from, int to) throws IOException {
        Burst burst = new Burst(client);
        for (int first = from; first < to; first += AT_ONCE) {
            for (int i = first; i < first + AT_ONCE - 1; i++) {
                burst.call(1, Methods.bindWithoutAnswer(QUEUE, EXCHANGE, key(i)), 0);
            }
            burst.call(1, Methods.bind(QUEUE, EXCHANGE, key(first + AT_ONCE - 1)))
                    .run();
        }
    }

    /** A mixture of wide and deep: a thousand different first words, many second ones, and wildcards. */
    private static String key(int i) {
        return "region" + i % 1_000 + ".device" + i + (i % 2 == 0 ? ".*.state" : ".#");
    }

    private static void assertRoutes(RawClient client, int bindings) throws IOException {
        Burst burst = new Burst(client);
        for (int i : new int[] {0, 1, bindings / 2, bindings - 1}) {
            // Three frames come only if the message was routed to the queue; get-empty is one, and run() would wait.
            burst.publish(1, EXCHANGE, "region" + i % 1_000 + ".device" + i + ".x.state", (byte) 1)
                    .call(1, Methods.get(QUEUE), 3)
                    .run();
        }
    }

    /**
     * While so many bindings are cleared away, others wait no longer than for somebody who makes some. A machine with other things
     * to do may make anybody wait now and then; what holds the loop does so each time.
     */
    private static void assertThatDeletingStopsNobody(ServerProcess server, RawClient client, int bindings)
            throws IOException {
        Waits waits = deleteBesideABystander(server, client, bindings);
        for (int attempt = 2; attempt <= ATTEMPTS && waits.areLong(); attempt++) {
            bind(client, 0, bindings);
            waits = deleteBesideABystander(server, client, bindings);
        }
        new Burst(client).call(1, Methods.deleteQueue(QUEUE)).run();
        assertThat(waits).matches(measured -> !measured.areLong(), "others do not wait for a deletion");
    }

    /** The longest that another connection waited. */
    private record Waits(Duration whileBinding, Duration whileClearing) {

        boolean areLong() {
            return whileClearing.compareTo(whileBinding.multipliedBy(5)) >= 0;
        }
    }

    private static Waits deleteBesideABystander(ServerProcess server, RawClient client, int bindings)
            throws IOException {
        Waits waits;
        try (Bystander bystander = Bystander.of(server)) {
            bind(client, bindings, bindings + SOME);
            Duration whileBinding = bystander.longestWait();

            Duration before = server.cpuTime();
            new Burst(client)
                    .call(1, Methods.deleteQueue(QUEUE))
                    .call(1, Methods.declareQueue(QUEUE))
                    .run();
            bind(client, bindings, bindings + SOME);
            Duration whileClearing = bystander.longestWait();
            Load.report(
                    "%,d bindings: another connection waited up to %s while some were made, %s while all were cleared"
                            + " away and some made (%s of CPU)",
                    bindings, whileBinding, whileClearing, server.cpuTime().minus(before));
            waits = new Waits(whileBinding, whileClearing);
        }
        new Burst(client)
                .call(1, Methods.deleteQueue(QUEUE))
                .call(1, Methods.declareQueue(QUEUE))
                .run();
        return waits;
    }
}
