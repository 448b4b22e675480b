package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.DelayedVhost.cancel;
import static io.leveret.broker.vhost.DelayedVhost.delayed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.delay.DelayBounds;
import io.leveret.broker.delay.DelayCounts;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.storage.DurableWaits;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.storage.StoredMessages;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Delayed messages when several write, when the disk is full or damaged, and when more is due than memory may hold. */
class DelayedBoundsTest {

    private static final DelayBounds SMALL = new DelayBounds(20, 8, 5, 40_000, 80_000, 3, 10, 1_000_000);
    private static final int BODY = 10_000;

    private final DelayedVhost host = new DelayedVhost(SMALL);

    @AfterEach
    void stop() {
        host.close();
    }

    private static String[] names(int count) {
        return names("m", count);
    }

    private static String[] names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    private DelayCounts counts() {
        return host.vhost.delayCounts();
    }

    /** Whether the store is asked for delayed messages; who asks for what expires asks for more. */
    private boolean isSearching() {
        List<Integer> limits = host.store.dueLimits();
        return limits.get(limits.size() - 1) <= SMALL.near();
    }

    private void bindToFanout(String exchange) {
        host.vhost
                .bindings()
                .bindExchange(new BindingDeclarations.BindingKey(exchange, "amq.fanout", "", FieldTable.EMPTY), ACCESS);
    }

    @Test
    void deliversWhatBecameDurableWhileAnotherWriterWasOnItsWay() {
        JournalWriter other = host.newWriter();
        Message message = new Message(new Address("", "elsewhere"), delayed(true, 1, null), new byte[0]);
        StoredMessages.write(message, other.batch());
        other.batch().target(1_000_000, 0, 0, 0);
        other.append();
        host.publish(delayed(true, 75_000, null), "late");
        // A search for what is due up to then takes nothing that stands behind the one on its way.
        host.pass(40_000);
        other.brought();
        host.pass(35_000);
        assertThat(host.take("out")).containsExactly("late");
    }

    @Test
    void takesAMessageBackFromEachOfTheExchangesInWhichItWaits() {
        host.declare("other", FieldTable.builder().put("x-delayed-type", "fanout"));
        host.bind("other", "out");
        bindToFanout("later");
        bindToFanout("other");
        host.gather("amq.fanout", "out", delayed(true, 3_600_000, "order"), "late");
        host.flush();
        host.work();
        host.gather("amq.fanout", "out", cancel("order"), "");
        host.flush();
        host.pass(3_700_000);
        assertThat(host.take("out")).isEmpty();
        assertThat(counts()).isEqualTo(new DelayCounts(0, 0, 0, 0, 2));
    }

    @Test
    void deliversAMessageFromEachOfTheExchangesInWhichItWaits() {
        host.declare("other", FieldTable.builder().put("x-delayed-type", "fanout"));
        host.bind("other", "out");
        bindToFanout("later");
        bindToFanout("other");
        for (int i = 0; i < 50; i++) {
            host.gather("amq.fanout", "out", delayed(true, 100_000 + i, null), "m" + i);
            host.flush();
        }
        host.pass(110_000);
        assertThat(host.take("out")).hasSize(100);
        assertThat(counts()).isEqualTo(new DelayCounts(0, 100, 0, 0, 0));
    }

    @Test
    void holdsFewInMemoryHoweverMuchIsDueAndWhereverItStands() {
        for (int i = 0; i < 400; i++) {
            host.gather(delayed(true, 400_000 - i, null), "x".repeat(BODY));
            host.flush();
        }
        host.pass(0);
        host.restart();
        long[] most = {0};
        host.pass(500_000, () -> most[0] = Math.max(most[0], host.store.readBytes() - counts().delivered() * BODY));
        assertThat(host.take("out")).hasSize(400);
        assertThat(host.store.readBytes()).isEqualTo(400L * BODY);
        assertThat(most[0]).isBetween(1L, SMALL.aheadBytes() + 2 * SMALL.loadBytes());
    }

    @Test
    void leavesToTheStoreWhatIsMoreThanMayBeNearAndFindsItAgain() {
        for (int i = 0; i < 100; i++) {
            host.publish(delayed(true, 20_000 + i % 10, null), "m" + i);
        }
        host.pass(19_999);
        assertThat(host.take("out")).isEmpty();
        host.pass(2_000);
        // By due time, and in the order of publishing.
        assertThat(host.take("out"))
                .containsExactly(IntStream.range(0, 100)
                        .mapToObj(i -> "m" + (i % 10 * 10 + i / 10))
                        .toArray(String[]::new));
        assertThat(counts()).isEqualTo(new DelayCounts(0, 100, 0, 0, 0));
    }

    /** Several slices of it, and searches between them. */
    @Test
    void leavesToTheStoreHoweverMuchComesAtOnce() {
        int many = 5_000;
        // A search has reached what is due in a minute.
        host.work();
        DurableWaits waits = Objects.requireNonNull(host.vhost.journal()).newWaits(Runnable::run);
        for (int i = 0; i < many; i++) {
            host.gather(delayed(true, 20_000 + i % 10, null), "m" + i);
        }
        host.flush();
        assertThat(waits.isBehind()).isTrue();
        host.pass(19_999);
        assertThat(waits.isBehind()).isFalse();
        assertThat(host.take("out")).isEmpty();
        host.pass(2_000);
        assertThat(host.take("out"))
                .containsExactly(IntStream.range(0, many)
                        .mapToObj(i -> "m" + (i % (many / 10) * 10 + i / (many / 10)))
                        .toArray(String[]::new));
        assertThat(counts()).isEqualTo(new DelayCounts(0, many, 0, 0, 0));
    }

    private void publishSoon(int count) {
        for (int i = 0; i < count; i++) {
            host.gather(delayed(true, 55_000 + i, null), "b" + i);
        }
        host.flush();
    }

    /** What is due last is left to the store while a search reads that may have looked there already. */
    @Test
    void deliversThoughTooMuchComesWhileASearchReads() {
        for (int i = 0; i < 15; i++) {
            host.publish(delayed(true, 70_000 + i, null), "a" + i);
        }
        boolean[] done = {false};
        host.store.beforeSearchBy("deadline", () -> {
            if (isSearching() && !done[0]) {
                done[0] = true;
                publishSoon(21);
                host.ring();
                host.work();
                host.gather(delayed(true, 50_000, null), "first");
                host.gather(delayed(true, 54_000, null), "second");
                host.flush();
            }
        });
        host.pass(70_100);
        assertThat(done[0]).isTrue();
        assertThat(host.take("out")).containsExactly(names("a", 15));
        host.pass(14_100);
        assertThat(host.take("out")).containsExactly("first", "second");
        host.pass(900);
        assertThat(host.take("out")).containsExactly(names("b", 21));
        assertThat(counts()).isEqualTo(new DelayCounts(0, 38, 0, 0, 0));
    }

    /** Then nothing is known of the store, and so much is in memory that a search is for want of that alone. */
    @Test
    void searchesAgainThoughTooMuchCameBeforeASearchThatFailed() {
        for (int i = 0; i < 15; i++) {
            host.publish(delayed(true, 70_000 + i, null), "a" + i);
        }
        boolean[] done = {false};
        host.store.beforeSearchBy("deadline", () -> {
            if (isSearching() && !done[0]) {
                done[0] = true;
                publishSoon(18);
                // First in memory, and free to leave whatever the store has; a search is needed nevertheless.
                host.gather(delayed(false, 45_000, null), "u");
                host.flush();
                throw new IllegalStateException("as the test asked for");
            }
        });
        host.pass(70_100);
        assertThat(done[0]).isTrue();
        assertThat(host.take("out")).containsExactly(names("a", 15));
        host.pass(15_000);
        assertThat(host.take("out")).startsWith("u").endsWith(names("b", 18)).hasSize(19);
    }

    @Test
    void takesWhatASearchFoundInSlices() {
        for (int i = 0; i < 18; i++) {
            host.publish(delayed(true, 70_000 + i, null), "a" + i);
        }
        Set<Long> times = new HashSet<>();
        long start = host.nowMs();
        host.pass(30_100, () -> times.add(host.nowMs() - start));
        assertThat(times).contains(30_000L, 30_001L, 30_002L, 30_003L).doesNotContain(30_004L);
    }

    /** What of it is not taken yet is not wanted then, and is found by the next search; a message in two exchanges is not cut in half. */
    @Test
    void deliversThoughTooMuchComesWhileWhatASearchFoundIsTaken() {
        host.declare("other", FieldTable.builder().put("x-delayed-type", "fanout"));
        host.bind("other", "out");
        bindToFanout("later");
        bindToFanout("other");
        for (int i = 0; i < 9; i++) {
            host.gather("amq.fanout", "out", delayed(true, 70_000 + i, null), "a" + i);
            host.flush();
        }
        int[] searches = {0};
        host.store.beforeSearchBy("deadline", () -> searches[0] += isSearching() ? 1 : 0);
        int[] found = {0};
        host.pass(30_100, () -> {
            if (found[0] == 0 && !host.store.dueFound().isEmpty()) {
                found[0] = searches[0];
                for (int i = 0; i < 21; i++) {
                    host.gather(delayed(true, 30_000 + i, null), "b" + i);
                }
                host.flush();
                host.ring();
            }
        });
        assertThat(searches[0]).isGreaterThan(found[0]);
        host.pass(30_000);
        assertThat(host.take("out")).containsExactly(names("b", 21));
        host.pass(10_000);
        assertThat(host.take("out"))
                .containsExactly(
                        IntStream.range(0, 18).mapToObj(i -> "a" + i / 2).toArray(String[]::new));
        assertThat(counts()).isEqualTo(new DelayCounts(0, 39, 0, 0, 0));
    }

    /** Those that are taken back are among what was found and is not taken yet. */
    @Test
    void takesBackWhileWhatASearchFoundIsTaken() {
        for (int i = 0; i < 18; i++) {
            host.publish(delayed(true, 70_000 + i, "id" + i), "a" + i);
        }
        boolean[] done = {false};
        long start = host.nowMs();
        long[] cancelledAt = {0};
        host.pass(30_100, () -> {
            if (!done[0] && !host.store.dueFound().isEmpty()) {
                done[0] = true;
                host.gather(cancel("id16"), "");
                host.gather(cancel("id17"), "");
                host.flush();
            }
            if (cancelledAt[0] == 0 && counts().cancelled() == 2) {
                cancelledAt[0] = host.nowMs() - start;
            }
        });
        // Of four slices.
        assertThat(cancelledAt[0]).isLessThan(30_003);
        host.pass(60_000);
        assertThat(host.take("out")).containsExactly(names("a", 16));
        assertThat(counts()).isEqualTo(new DelayCounts(0, 16, 0, 0, 2));
    }

    @Test
    void waitsWhileTheDiskIsFull() {
        host.publish(delayed(true, 10, null), "one");
        host.publish(delayed(false, 20, null), "two");
        host.store.full(true);
        host.pass(5_000);
        assertThat(host.take("out")).isEmpty();
        host.store.full(false);
        host.pass(1_000);
        assertThat(host.take("out")).containsExactly("one", "two");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 2, 0, 0, 0));
    }

    @Test
    void deliversTheOthersWhileManyCannotBeRead() {
        for (int i = 0; i < 60; i++) {
            host.publish(delayed(true, 100_000, null), "damaged" + i);
        }
        host.pass(0);
        List<Long> damaged = host.stored("later");
        for (int i = 0; i < 5; i++) {
            host.publish(delayed(true, 150_000, null), "m" + i);
        }
        host.restart();
        host.store.damage(damaged);
        host.pass(200_000);
        assertThat(host.take("out")).containsExactlyInAnyOrder(names(5));
        host.store.repair();
        host.pass(200_000);
        assertThat(host.take("out")).hasSize(60).doesNotHaveDuplicates();
        assertThat(counts()).isEqualTo(new DelayCounts(0, 65, 0, 0, 0));
    }

    /** What could not be read is looked for again from the beginning; what was known all the time leaves between two slices. */
    @Test
    void deliversOnceWhatIsFoundAgainAndLeavesBeforeItIsTaken() {
        for (int i = 0; i < 5; i++) {
            host.publish(delayed(true, 100_000, null), "damaged" + i);
        }
        host.pass(0);
        List<Long> damaged = host.stored("later");
        for (int i = 0; i < 5; i++) {
            host.publish(delayed(true, 105_001, null), "m" + i);
        }
        host.restart();
        host.store.damage(damaged);
        host.pass(104_000);
        host.store.repair();
        int[] searches = {0};
        host.store.beforeSearchBy("deadline", () -> searches[0] += isSearching() ? 1 : 0);
        host.pass(1_000);
        assertThat(searches[0]).isEqualTo(1);
        host.pass(200_000);
        assertThat(host.take("out")).hasSize(10).doesNotHaveDuplicates();
        assertThat(counts()).isEqualTo(new DelayCounts(0, 10, 0, 0, 0));
    }

    @Test
    void readsAgainAfterAReadThatFailedForWantOfMemory() {
        host.publish(delayed(true, 100_000, null), "one");
        host.publish(delayed(true, 100_001, null), "two");
        host.pass(90_000);
        host.store.exhaust();
        host.pass(20_000);
        assertThat(host.take("out")).containsExactly("one", "two");
    }

    @Test
    void cancelsOthersWhileAMessageCannotBeRead() {
        host.publish(delayed(true, 100_000, "damaged"), "one");
        host.pass(0);
        host.store.damage(host.stored("later"));
        host.publish(delayed(true, 100_000, "order"), "two");
        host.publish(delayed(true, 100_000, "kept"), "three");
        host.publish(cancel("damaged"), "");
        host.publish(cancel("order"), "");
        host.pass(10_000);
        host.store.repair();
        host.pass(100_000);
        assertThat(host.take("out")).containsExactly("three");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 1, 0, 0, 2));
    }

    @Test
    void doesACancelBacklogThatIsLargerThanIsDoneAtOnce() {
        for (int i = 0; i < 1_000; i++) {
            host.gather(delayed(true, 100_000, "order" + i % 500), "m" + i);
        }
        host.publish(delayed(true, 100_000, "kept"), "kept");
        for (int i = 0; i < 500; i++) {
            host.gather(cancel("order" + i), "");
        }
        host.flush();
        host.pass(200_000);
        assertThat(host.take("out")).containsExactly("kept");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 1, 0, 0, 1_000));
        assertThat(host.stored("later")).isEmpty();
    }

    @Test
    void deliversWhatHasABodyThoughItSaysThatItCancels() {
        host.vhost
                .bindings()
                .bindExchange(new BindingDeclarations.BindingKey("later", "amq.topic", "#", FieldTable.EMPTY), ACCESS);
        BasicProperties cancels = BasicProperties.builder()
                .messageId("order")
                .headers(FieldTable.builder()
                        .put("x-cancel", FieldValue.of(true))
                        .build())
                .build();
        host.gather("amq.topic", "out", cancels, "a body");
        host.flush();
        host.work();
        assertThat(host.take("out")).containsExactly("a body");
    }
}
