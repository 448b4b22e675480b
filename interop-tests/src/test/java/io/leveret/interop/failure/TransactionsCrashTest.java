package io.leveret.interop.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.auth.User;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import io.leveret.persistence.disk.CrashAtEveryWrite;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.ManualBackground;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.log.WriteBuffers;
import io.leveret.persistence.store.DiskStore;
import io.leveret.persistence.store.StoreListener;
import io.leveret.persistence.store.StoreSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The power goes off at each operation on the disk, under publishers of transactions. What was confirmed is there: half messages until they
 * are decided, decisions for good; each transaction comes whole or not at all, as the first of its decisions says, and what was repeated comes
 * once.
 */
class TransactionsCrashTest {

    private static final int SEED = 5;
    private static final int STEPS = 70;

    @Test
    void whatWasConfirmedIsThereAndEachTransactionWhole() {
        long operations = CrashAtEveryWrite.run(2, Life::new);

        assertThat(operations).isGreaterThan(40);
    }

    /** A virtual host on a disk in memory, with a transactional exchange, whose threads and time the test moves. */
    private static final class Place {

        private final ManualBackground background = new ManualBackground();
        private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
        private final DiskStore store;
        private final VirtualHost vhost;
        private final List<Bursts> publishers = new ArrayList<>();
        private long nowMs;

        Place(MemoryDisk disk, long startMs) throws IOException {
            nowMs = startMs;
            StoreSettings settings = new StoreSettings(new LogSettings(SyncMode.FSYNC, 4096, 60, 0, 0), 12_000, 60_000);
            LogResources resources = new LogResources(background, background, new WriteBuffers(700), background);
            store = DiskStore.open(disk, settings, resources, new Deaf());
            Journal journal = new Journal(store, background);
            // Timers are looked after by work: it is what they wake.
            Work work = new Work(
                    Runnable::run,
                    pool::add,
                    (delayMs, task) -> {
                        later.add(task);
                        return () -> later.remove(task);
                    },
                    () -> Instant.ofEpochMilli(nowMs));
            vhost = new VirtualHost("/", DeprecatedFeatures.defaults(), MemoryBudget.unlimited(), journal, work);
            publishers.add(vhost.newBursts(journal.newWriter()));
            publishers.add(vhost.newBursts(journal.newWriter()));
        }

        private final List<Runnable> later = new ArrayList<>();

        void declare() {
            Access access = Objects.requireNonNull(new Authenticator(LoginSettings.defaults())
                    .access(new User("guest", List.of("administrator")), "/"));
            FieldTable arguments = FieldTable.builder()
                    .put("x-transactional-type", "direct")
                    .put("x-tx-check", "checks")
                    .put("x-tx-timeout", 100)
                    .put("x-tx-check-interval", 100)
                    .put("x-tx-check-max", 2)
                    .put("x-dead-letter-exchange", "")
                    .put("x-dead-letter-routing-key", "dead")
                    .build();
            for (String name : List.of("out", "checks", "dead")) {
                vhost.queues()
                        .declare(
                                new QueueDeclare(name, false, true, false, false, false, FieldTable.EMPTY),
                                this,
                                access);
            }
            vhost.exchanges()
                    .declare(
                            new ExchangeDeclare("tx", "x-transactional", false, true, false, false, false, arguments),
                            access);
            vhost.bindings().bindQueue(new BindingKey("out", "tx", "out", FieldTable.EMPTY), this, access);
        }

        /** Tells with which batch it is confirmed. */
        long publish(Bursts by, String id, String state, String body) {
            FieldTable.Builder headers = FieldTable.builder().put("x-tx-id", id);
            if (!state.isEmpty()) {
                headers.put("x-tx-state", state);
            }
            BasicProperties properties = BasicProperties.builder()
                    .deliveryMode(2)
                    .messageId(state.isEmpty() ? body : null)
                    .headers(headers.build())
                    .build();
            Message message = new Message(new Address("tx", "out"), properties, body.getBytes(StandardCharsets.UTF_8));
            by.publish(message, vhost.route(vhost.exchanges().find("tx"), List.of("out"), message, by));
            by.flush();
            return by.publishedBatch();
        }

        /** The disk writes what there is, and threads do what they have to do. */
        void work() {
            background.runAll();
            List<Runnable> woken = List.copyOf(later);
            later.clear();
            woken.forEach(Runnable::run);
            while (!pool.isEmpty()) {
                pool.remove().run();
            }
        }

        void pass(long ms) {
            nowMs += ms;
            for (int i = 0; i < 4; i++) {
                work();
            }
        }

        List<String> drain(String name) {
            List<String> bodies = new ArrayList<>();
            Queue queue = vhost.queues().find(name, this);
            while (true) {
                QueueEntry entry = queue.get(false, () -> {}).entry();
                if (entry != null) {
                    bodies.add(new String(entry.message().body(), StandardCharsets.UTF_8));
                } else if (queue.counts().ready() == 0) {
                    return bodies;
                }
                background.runAll();
            }
        }
    }

    private static final class Deaf implements StoreListener {

        @Override
        public void durable() {
            // The test looks for itself.
        }

        @Override
        public void full(boolean full) {
            throw new AssertionError("the disk has no bound");
        }

        @Override
        public void failed(Throwable cause) {
            // The power went off.
        }
    }

    private static final class Life implements CrashAtEveryWrite.Scenario {

        private final Random random = new Random(SEED);

        /** By transaction, its messages, and with which batch each is certain to be there. */
        private final Map<String, Map<String, Long>> halves = new TreeMap<>();

        /** By transaction, its first decision, and with which batch that is certain. */
        private final Map<String, String> decisions = new HashMap<>();

        private final Map<String, Long> decidedWith = new HashMap<>();
        private final Set<String> overdue = new HashSet<>();
        private final Map<String, Long> openedMs = new HashMap<>();
        private boolean declared;
        private long durable;
        private long nowMs = 1_000_000;

        @Override
        public void run(MemoryDisk disk) throws Exception {
            Place place = new Place(disk, nowMs);
            place.declare();
            place.store.force();
            declared = true;
            for (int step = 0; step < STEPS; step++) {
                step(place, step);
                durable = Math.max(durable, place.store.durableBatch());
                nowMs = place.nowMs;
            }
            place.store.close();
        }

        private void step(Place place, int step) {
            Bursts by = place.publishers.get(random.nextInt(2));
            // Late ones are younger, so that nobody may have given up on them.
            String id = "t" + (step / 12 * 3 + random.nextInt(3));
            switch (random.nextInt(8)) {
                case 0 -> place.pass(random.nextInt(120));
                case 1, 2 -> decide(place, by, id);
                case 3 -> place.work();
                case 4 -> repeat(place, by, id);
                default -> prepare(place, by, id, id + " m" + step);
            }
            openedMs.forEach((each, sinceMs) -> {
                if (sinceMs + 300 <= place.nowMs) {
                    overdue.add(each);
                }
            });
        }

        private void prepare(Place place, Bursts by, String id, String body) {
            if (!decisions.containsKey(id) && !overdue.contains(id)) {
                long batch = place.publish(by, id, "", body);
                halves.computeIfAbsent(id, any -> new TreeMap<>()).put(body, batch);
                openedMs.putIfAbsent(id, place.nowMs);
            }
        }

        private void repeat(Place place, Bursts by, String id) {
            Map<String, Long> known = halves.get(id);
            if (known != null && !overdue.contains(id)) {
                place.publish(by, id, "", known.keySet().iterator().next());
            }
        }

        private void decide(Place place, Bursts by, String id) {
            if (!halves.containsKey(id) || overdue.contains(id)) {
                return;
            }
            String decision = random.nextInt(3) > 0 ? "commit" : "rollback";
            long batch = place.publish(by, id, decision, "");
            if (decisions.putIfAbsent(id, decision) == null) {
                decidedWith.put(id, batch);
            }
        }

        @Override
        public void check(MemoryDisk left) throws Exception {
            if (!declared) {
                return;
            }
            check(new Place(left.killed(), nowMs), "");
            check(new Place(left, nowMs), "commit");
        }

        /** @param last what is decided then about all that is left; nothing to wait until nobody is asked any more */
        private void check(Place place, String last) throws IOException {
            place.pass(0);
            if (last.isEmpty()) {
                for (int i = 0; i < 6; i++) {
                    place.pass(200);
                }
            } else {
                // Whoever did not hear a confirm publishes once more what he did.
                halves.forEach((id, messages) ->
                        messages.keySet().forEach(body -> place.publish(place.publishers.get(1), id, "", body)));
                halves.keySet().forEach(id -> place.publish(place.publishers.get(0), id, last, ""));
                place.pass(0);
            }
            List<String> out = place.drain("out");
            List<String> dead = place.drain("dead");
            assertThat(out).doesNotHaveDuplicates().allMatch(each -> !dead.contains(each));
            assertThat(dead).doesNotHaveDuplicates();
            halves.forEach((id, messages) -> check(id, messages, out, dead));
            assertThat(place.vhost.transactions("tx", "", 1_000)).isEmpty();
        }

        private void check(String id, Map<String, Long> messages, List<String> out, List<String> dead) {
            List<String> committed = out.stream().filter(messages::containsKey).toList();
            List<String> ended = dead.stream().filter(messages::containsKey).toList();
            boolean isDecided = decidedWith.getOrDefault(id, Long.MAX_VALUE) <= durable;
            String decision = decisions.getOrDefault(id, "");
            assertThat(committed.isEmpty() || ended.isEmpty())
                    .as("%s comes one way", id)
                    .isTrue();
            messages.forEach((body, batch) -> {
                if (batch <= durable && decision.isEmpty()) {
                    assertThat(committed.contains(body) || ended.contains(body))
                            .as("%s is there", body)
                            .isTrue();
                }
                if (isDecided) {
                    assertThat(committed.contains(body))
                            .as("%s: %s", body, decision)
                            .isEqualTo(decision.equals("commit"));
                }
            });
        }
    }
}
