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
import io.leveret.broker.queue.Admitted;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import io.leveret.broker.vhost.Bursts;
import io.leveret.broker.vhost.Route;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The power goes off at each operation on the disk, under two publishers that repeat themselves, one of which may be told of a duplicate of what the
 * other has published a moment before. What either was told is there, and nothing is there twice; not even when all is published once more.
 * What a queue remembers does not come back even after it was consumed.
 */
class DuplicatesCrashTest {

    private static final int SEED = 3;
    private static final int STEPS = 100;
    private static final int KEYS = 12;

    /** More than there are, so that none is forgotten. */
    private static final int REMEMBERED = 2 * KEYS;

    @Test
    void whatWasConfirmedIsThereOnce() {
        long operations = CrashAtEveryWrite.run(2, Life::new);

        assertThat(operations).isGreaterThan(40);
    }

    @Test
    void whatIsRememberedInMemoryIsForgottenWithARestart() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Place place = new Place(disk);
        place.declare();
        for (String queue : List.of("window", "forgetful")) {
            place.publish(place.publishers.get(0), "", queue, "k1");
            assertThat(place.consume(queue)).isEqualTo("k1");
            place.publish(place.publishers.get(0), "", queue, "k1");
            assertThat(place.drain(queue)).isEmpty();
        }
        place.store.force();
        place.store.close();

        Place again = new Place(disk);
        for (String queue : List.of("window", "forgetful")) {
            again.publish(again.publishers.get(0), "", queue, "k1");
        }
        assertThat(again.drain("window")).isEmpty();
        assertThat(again.drain("forgetful")).containsExactly("k1");
    }

    /** A virtual host on a disk in memory, with queues and an exchange that know duplicates. */
    private static final class Place {

        private final ManualBackground background = new ManualBackground();
        private final DiskStore store;
        private final VirtualHost vhost;
        private final List<Bursts> publishers = new ArrayList<>();

        Place(MemoryDisk disk) throws IOException {
            StoreSettings settings = new StoreSettings(new LogSettings(SyncMode.FSYNC, 4096, 60, 0, 0), 12_000, 60_000);
            LogResources resources = new LogResources(background, background, new WriteBuffers(700), background);
            store = DiskStore.open(disk, settings, resources, new Deaf());
            Journal journal = new Journal(store, background);
            vhost = new VirtualHost(
                    "/", DeprecatedFeatures.defaults(), MemoryBudget.unlimited(), journal, Work.atOnce());
            publishers.add(vhost.newBursts(journal.newWriter()));
            publishers.add(vhost.newBursts(journal.newWriter()));
        }

        void declare() {
            Access access = Objects.requireNonNull(new Authenticator(LoginSettings.defaults())
                    .access(new User("guest", List.of("administrator")), "/"));
            FieldTable unique =
                    FieldTable.builder().put("x-message-deduplication", true).build();
            vhost.queues().declare(new QueueDeclare("q", false, true, false, false, false, unique), this, access);
            FieldTable.Builder remembering =
                    FieldTable.builder().put("x-message-deduplication", true).put("x-cache-size", REMEMBERED);
            declare("window", remembering.build(), access);
            declare(
                    "forgetful",
                    remembering.put("x-cache-persistence", "memory").build(),
                    access);
            vhost.queues()
                    .declare(
                            new QueueDeclare("bound", false, true, false, false, false, FieldTable.EMPTY),
                            this,
                            access);
            vhost.exchanges()
                    .declare(new ExchangeDeclare("x", "fanout", false, true, false, false, false, unique), access);
            vhost.bindings().bindQueue(new BindingKey("bound", "x", "", FieldTable.EMPTY), this, access);
        }

        private void declare(String queue, FieldTable arguments, Access access) {
            vhost.queues().declare(new QueueDeclare(queue, false, true, false, false, false, arguments), this, access);
        }

        Queue queue(String name) {
            return vhost.queues().find(name, this);
        }

        /** As a channel does it; tells with which batch it is confirmed. */
        long publish(Bursts by, String exchange, String routingKey, String key) {
            FieldTable headers =
                    FieldTable.builder().put("x-deduplication-header", key).build();
            BasicProperties properties =
                    BasicProperties.builder().deliveryMode(2).headers(headers).build();
            Message message =
                    new Message(new Address(exchange, routingKey), properties, key.getBytes(StandardCharsets.UTF_8));
            Route route = vhost.route(
                    vhost.exchanges().find(exchange), List.of(message.address().routingKey()), message, by);
            List<QueueBurst> takers = new ArrayList<>();
            for (Queue queue : route.queues()) {
                if (by.ask(by.of(queue), message) == Admitted.TAKEN) {
                    takers.add(by.of(queue));
                }
            }
            by.publish(message, takers.toArray(QueueBurst[]::new), QueueSettings.NONE);
            by.flush();
            return by.publishedBatch();
        }

        /** Takes one message and settles it; null if there is none. */
        @Nullable
        String consume(String name) {
            QueueEntry entry = queue(name).get(false, () -> {}).entry();
            if (entry == null) {
                return null;
            }
            publishers.get(0).settle(entry);
            publishers.get(0).flush();
            return new String(entry.message().body(), StandardCharsets.UTF_8);
        }

        List<String> drain(String name) {
            List<String> keys = new ArrayList<>();
            while (true) {
                QueueEntry entry = queue(name).get(false, () -> {}).entry();
                if (entry != null) {
                    keys.add(new String(entry.message().body(), StandardCharsets.UTF_8));
                } else if (queue(name).counts().ready() == 0) {
                    return keys;
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

        /** By key, with which batch it is certain to be there; none of what was settled since. */
        private final Map<String, Long> inQueue = new HashMap<>();

        private final Map<String, Long> bound = new HashMap<>();
        /** Likewise of the queue that remembers, and with which batch what was settled is certain not to come again. */
        private final Map<String, Long> inWindow = new HashMap<>();

        private final Map<String, Long> settled = new HashMap<>();
        private boolean declared;
        private long durable;

        @Override
        public void run(MemoryDisk disk) throws Exception {
            Place place = new Place(disk);
            place.declare();
            place.store.force();
            declared = true;
            for (int step = 0; step < STEPS; step++) {
                step(place);
                durable = Math.max(durable, place.store.durableBatch());
            }
            place.store.close();
        }

        private void step(Place place) {
            String key = "k" + random.nextInt(KEYS);
            Bursts by = place.publishers.get(random.nextInt(2));
            switch (random.nextInt(8)) {
                case 0 -> settle(place, by);
                case 1 -> bound.putIfAbsent(key, place.publish(by, "x", "", key));
                case 2 -> place.background.pass(random.nextInt(400));
                case 3, 4 -> publishToWindow(place, by, key);
                case 5 -> settleInWindow(place);
                default -> inQueue.put(key, place.publish(by, "", "q", key));
            }
        }

        private void publishToWindow(Place place, Bursts by, String key) {
            long batch = place.publish(by, "", "window", key);
            if (!settled.containsKey(key)) {
                inWindow.putIfAbsent(key, batch);
            }
        }

        private void settleInWindow(Place place) {
            String key = place.consume("window");
            if (key != null) {
                assertThat(settled).doesNotContainKey(key);
                inWindow.remove(key);
                settled.put(key, place.store.appendedBatch());
            }
        }

        private void settle(Place place, Bursts by) {
            QueueEntry entry = place.queue("q").get(false, () -> {}).entry();
            if (entry != null) {
                inQueue.remove(new String(entry.message().body(), StandardCharsets.UTF_8));
                by.settle(entry);
                by.flush();
            }
        }

        @Override
        public void check(MemoryDisk left) throws Exception {
            if (!declared) {
                return;
            }
            check(new Place(left.killed()), false);
            check(new Place(left), true);
        }

        /** @param again whether all is published once more */
        private void check(Place place, boolean again) {
            Set<String> all = new TreeSet<>();
            for (int i = 0; again && i < KEYS; i++) {
                all.add("k" + i);
                place.publish(place.publishers.get(i % 2), "", "q", "k" + i);
                place.publish(place.publishers.get(i % 2), "", "window", "k" + i);
                place.publish(place.publishers.get(i % 2), "x", "", "k" + i);
            }
            Set<String> unsettled = new TreeSet<>(all);
            unsettled.removeAll(settled.keySet());
            List<String> window = place.drain("window");
            check(window, inWindow, unsettled);
            settled.forEach((key, batch) -> {
                if (batch <= durable) {
                    assertThat(window).doesNotContain(key);
                }
            });
            check(place.drain("q"), inQueue, all);
            check(place.drain("bound"), bound, all);
        }

        private void check(List<String> found, Map<String, Long> promised, Set<String> published) {
            assertThat(found).doesNotHaveDuplicates().containsAll(published);
            promised.forEach((key, batch) -> {
                if (batch <= durable) {
                    assertThat(found).contains(key);
                }
            });
        }
    }
}
