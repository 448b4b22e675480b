package io.leveret.interop.crash;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transactions that nobody decides, over a kill of the server: what becomes of them with a dead-letter exchange, and without. */
@Timeout(300)
class UnresolvedTransactionsTest {

    private static final int TRANSACTIONS = 200;
    private static final int MESSAGES = 3;
    private static final int TIMEOUT_MS = 60_000;
    private static final List<Integer> WHOLE = List.of(1, 2, 3);

    private static final HalfMessages ENDING = new HalfMessages("ending");
    private static final HalfMessages PARKING = new HalfMessages("parking");
    private static final String DEAD = "dead";

    private Path folder = Path.of("");

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createTempDirectory("leveret-unresolved");
    }

    @Test
    void allIsDeadLetteredAfterTwoChecksAndALateCommitIsIgnored() throws Exception {
        ServerProcess killed = start();
        try (Client client = Client.connect(killed.address())) {
            prepareAll(client.channel(), ENDING);
            Counts.await(client.channel(), checks(ENDING), TRANSACTIONS / 2);
        } finally {
            killed.kill();
        }
        try (ServerProcess server = start();
                Client client = Client.connect(server.address())) {
            Channel channel = client.channel();
            Counts.await(channel, DEAD, TRANSACTIONS * MESSAGES);
            assertAskedTwice(channel, ENDING);
            assertThat(firstDeath(channel)).isEqualTo("tx_unresolved of " + ENDING.exchange());
            assertThat(HalfMessages.drain(channel, DEAD)).isEqualTo(whole(number -> true));

            decideAll(channel, ENDING, number -> true);
            prepareAndCommit(channel, ENDING, "marker");
            Counts.await(channel, ENDING.exchange(), 1);
            assertThat(HalfMessages.drain(channel, ENDING.exchange())).isEqualTo(Map.of("marker", List.of(1)));
        }
        Folders.delete(folder);
    }

    @Test
    void whatIsParkedIsDecidedAfterARestart() throws Exception {
        ServerProcess killed = start();
        try (Client client = Client.connect(killed.address())) {
            prepareAll(client.channel(), PARKING);
            Counts.await(client.channel(), checks(PARKING), 2 * TRANSACTIONS);
            awaitTheTimeOfOne(client.channel(), "before");
        } finally {
            killed.kill();
        }
        try (ServerProcess server = start();
                Client client = Client.connect(server.address())) {
            Channel channel = client.channel();
            awaitTheTimeOfOne(channel, "after");
            assertAskedTwice(channel, PARKING);
            assertThat(channel.messageCount(PARKING.exchange())).isZero();

            decideAll(channel, PARKING, number -> number % 2 == 0);
            Counts.await(channel, PARKING.exchange(), TRANSACTIONS / 2 * MESSAGES);
            new Undecided(client, PARKING).awaitNone();
            assertThat(HalfMessages.drain(channel, PARKING.exchange())).isEqualTo(whole(number -> number % 2 == 0));
            assertThat(HalfMessages.drain(channel, DEAD)).isEmpty();
            assertThat(channel.messageCount(checks(PARKING))).isZero();
        }
        Folders.delete(folder);
    }

    /** With the queues and exchanges of these tests. */
    private ServerProcess start() throws Exception {
        List<String> settings = Stream.concat(CrashSettings.SETTINGS.stream(), Stream.of(Undecided.SETTING))
                .toList();
        ServerProcess server = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, settings);
        try (Client client = Client.connect(server.address())) {
            Channel channel = client.channel();
            channel.queueDeclare(DEAD, true, false, false, null);
            declare(channel, ENDING, Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", DEAD));
            declare(channel, PARKING, Map.of());
        }
        return server;
    }

    private static void declare(Channel channel, HalfMessages messages, Map<String, Object> deadLettering)
            throws Exception {
        channel.queueDeclare(checks(messages), true, false, false, null);
        Map<String, Object> rules = new HashMap<>(deadLettering);
        rules.put("x-tx-check", checks(messages));
        rules.put("x-tx-timeout", 300);
        rules.put("x-tx-check-interval", 700);
        rules.put("x-tx-check-max", 2);
        messages.declare(channel, rules);
    }

    private static String checks(HalfMessages messages) {
        return messages.exchange() + "-checks";
    }

    private static String id(int number) {
        return "transaction-" + number;
    }

    private static void prepareAll(Channel channel, HalfMessages messages) throws Exception {
        channel.confirmSelect();
        for (int number = 0; number < TRANSACTIONS; number++) {
            messages.prepare(channel, id(number), MESSAGES);
        }
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
    }

    private static void decideAll(Channel channel, HalfMessages messages, IntPredicate commits) throws Exception {
        channel.confirmSelect();
        for (int number = 0; number < TRANSACTIONS; number++) {
            messages.decide(channel, id(number), commits.test(number));
        }
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
    }

    private static void prepareAndCommit(Channel channel, HalfMessages messages, String id) throws Exception {
        messages.prepare(channel, id, 1);
        messages.decide(channel, id, true);
        channel.waitForConfirmsOrDie(TIMEOUT_MS);
    }

    /** Until one that begins now is unresolved: by then a check of those that came before would be there. */
    private static void awaitTheTimeOfOne(Channel channel, String id) throws Exception {
        ENDING.prepare(channel, id, 1);
        Counts.await(channel, DEAD, 1);
        assertThat(HalfMessages.drain(channel, DEAD)).isEqualTo(Map.of(id, List.of(1)));
        // Answered after the force, of what was acknowledged before it, too: a kill would bring that back.
        channel.queueDeclare("forced " + id, true, false, false, null);
    }

    /** A restart neither repeats a check nor forgets one. */
    private static void assertAskedTwice(Channel channel, HalfMessages messages) throws Exception {
        Map<String, List<Integer>> twice = IntStream.range(0, TRANSACTIONS)
                .boxed()
                .collect(toMap(UnresolvedTransactionsTest::id, any -> List.of(1, 2)));
        assertThat(HalfMessages.drainChecks(channel, checks(messages))).isEqualTo(twice);
    }

    private static String firstDeath(Channel channel) throws Exception {
        GetResponse first = channel.basicGet(DEAD, false);
        channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
        Map<String, Object> headers = first.getProps().getHeaders();
        return headers.get("x-first-death-reason") + " of " + headers.get("x-first-death-queue");
    }

    private static Map<String, List<Integer>> whole(IntPredicate chosen) {
        return IntStream.range(0, TRANSACTIONS)
                .filter(chosen)
                .boxed()
                .collect(toMap(UnresolvedTransactionsTest::id, any -> WHOLE));
    }
}
