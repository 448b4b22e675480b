package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One random history of a whole queue with message groups, over a store and with little memory: whatever happens, all of a group that
 * is unsettled is with one consumer, each group goes out in order, nobody waits who could have something, and nothing is lost.
 */
final class GroupedQueueHistory {

    private static final int GROUPS = 6;
    private static final int TARGETS = 3;

    private final long seed;
    private final Random random;
    private final int lookahead;
    private final FakeBacklog store = new FakeBacklog();
    private final boolean plenty;
    private final MemoryBudget budget;
    private final Queue queue;
    private final List<QueueEntry> log = new ArrayList<>();
    private final List<FakeTarget> targets = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();

    /** The groups that something came back to while more of it was unsettled. */
    private final TreeSet<Integer> interrupted = new TreeSet<>();

    /** Those in the queue and with nobody. */
    private final TreeMap<Integer, Integer> ready = new TreeMap<>();

    private final Map<Integer, Held> held = new TreeMap<>();
    private int made;
    private String step = "";

    /** A consumer, and the number of its target. */
    private record Client(Consumer consumer, int target) {}

    /** @param client null for a get */
    private record Held(
            QueueEntry entry, int group, @Nullable Consumer client) {}

    GroupedQueueHistory(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.lookahead = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1_000_000;
        this.plenty = random.nextInt(3) == 0;
        long memory = plenty ? 1L << 40 : (long) random.nextInt(2) * random.nextInt(400_000);
        this.budget = new MemoryBudget(memory, store::execute, () -> 0);
        FieldTable arguments = FieldTable.builder()
                .put("x-group-by", "routing-key")
                .put("x-queue-type", random.nextBoolean() ? "quorum" : "classic")
                .put("x-delivery-limit", 1_000_000)
                .build();
        QueueContext context = new QueueContext(
                budget,
                null,
                DeadLetters.NOWHERE,
                Instant::now,
                (delayMs, action) -> {
                    action.run();
                    return QueueContext.Cancellable.NOTHING;
                },
                lookahead);
        this.queue = new Queue(new QueueDeclaration("q", "/", true, false, null, arguments), () -> {}, context, store);
        for (int i = 0; i < TARGETS; i++) {
            targets.add(new FakeTarget(log));
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            compare();
        }
        drain();
    }

    private void step() {
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> publish(random.nextInt(random.nextInt(10) == 0 ? 600 : 8));
            case 3, 4, 5 -> settle();
            case 6 -> giveBack();
            case 7, 8 -> consume();
            case 9 -> lose();
            case 10 -> changeRoom();
            case 11 -> get();
            case 12 -> dropFromMemory();
            default -> purgeSometimes();
        }
        if (random.nextBoolean()) {
            store.runAll();
        }
    }

    private void publish(int count) {
        step = "publish " + count;
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int group = random.nextInt(GROUPS);
            ready.put(made, group);
            messages.add(message(made++, group));
        }
        boolean stored = random.nextInt(4) > 0;
        long first = stored ? store.append(messages) : 0;
        store.allReadable();
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < count; i++) {
            if (stored) {
                burst.publish(messages.get(i), i);
            } else {
                burst.publish(messages.get(i));
            }
        }
        if (stored) {
            store.arrived(first);
        }
        burst.flush(first);
    }

    private Message message(int id, int group) {
        String body = id + " ".repeat(random.nextInt(1_000));
        return new Message(new Address("", "g" + group), BasicProperties.EMPTY, body.getBytes(StandardCharsets.UTF_8));
    }

    private void settle() {
        step = "settle";
        QueueBurst burst = new QueueBurst(queue);
        for (int id : some()) {
            QueueEntry entry = release(id);
            burst.settle(entry);
            if (entry.stored()) {
                store.settle(entry.position());
            }
        }
        burst.flush();
    }

    private void giveBack() {
        step = "give back";
        giveBack(some());
    }

    private void giveBack(List<Integer> ids) {
        Map<Integer, QueueEntry> back = new TreeMap<>();
        ids.forEach(id -> back.put(id, give(id)));
        queue.requeue(new ArrayList<>(back.values()));
    }

    private QueueEntry give(int id) {
        int group = Objects.requireNonNull(held.get(id)).group();
        QueueEntry entry = release(id);
        ready.put(id, group);
        if (holders(group).isEmpty()) {
            interrupted.remove(group);
        } else {
            interrupted.add(group);
        }
        return entry;
    }

    private QueueEntry release(int id) {
        Held gone = Objects.requireNonNull(held.remove(id));
        if (holders(gone.group()).isEmpty()) {
            interrupted.remove(gone.group());
        }
        return gone.entry();
    }

    private void consume() {
        int target = random.nextInt(TARGETS);
        Consumer consumer = Queues.consumer(queue, targets.get(target), "c" + clients.size(), 1 + random.nextInt(4));
        step = "consume " + consumer.tag();
        clients.add(new Client(consumer, target));
        queue.addConsumer(consumer);
    }

    /** Its connection is lost, or it only cancels and keeps what it has. */
    private void lose() {
        if (clients.isEmpty()) {
            return;
        }
        Consumer lost = clients.remove(random.nextInt(clients.size())).consumer();
        step = "lose " + lost.tag();
        queue.removeConsumer(lost);
        if (random.nextBoolean()) {
            giveBack(held.keySet().stream()
                    .filter(id -> Objects.requireNonNull(held.get(id)).client() == lost)
                    .toList());
        }
    }

    private void changeRoom() {
        int at = random.nextInt(TARGETS);
        int room = random.nextInt(3) == 0 ? 1_000_000 : random.nextInt(5);
        step = "room of target " + at + " is " + room;
        rooms[at] = room;
        targets.get(at).room(room);
        clients.stream().filter(client -> client.target() == at).forEach(client -> queue.activate(client.consumer()));
    }

    private final int[] rooms = {1_000_000, 1_000_000, 1_000_000};

    private void get() {
        step = "get";
        boolean noAck = random.nextBoolean();
        QueueEntry entry = queue.get(noAck, () -> {}).entry();
        if (entry == null) {
            return;
        }
        taken(entry, null);
        if (noAck) {
            QueueBurst burst = new QueueBurst(queue);
            burst.settle(release(Queues.idOf(entry)));
            if (entry.stored()) {
                store.settle(entry.position());
            }
            burst.flush();
        }
    }

    private void dropFromMemory() {
        step = "drop from memory";
        queue.pageOut().drop(1 + random.nextInt(4));
    }

    private void purgeSometimes() {
        if (random.nextInt(5) == 0) {
            step = "purge";
            Purged purged = queue.purgeReady();
            assertThat(purged.count()).as(this::story).isEqualTo(ready.size());
            store.purge(purged);
            ready.clear();
            interrupted.clear();
        }
    }

    private List<Integer> some() {
        List<Integer> some = new ArrayList<>(held.keySet());
        some.removeIf(id -> random.nextInt(3) > 0);
        return some;
    }

    private void compare() {
        takeLogged();
        same(queue.counts().ready(), ready.size());
        same(queue.counts().unacked(), held.size());
        GroupsView groups = Objects.requireNonNull(queue.groups());
        if (groups.waits()) {
            same(groups.setAside() >= lookahead || budget.isExceeded(), true);
        } else if (store.isIdle() && (plenty || goesOnAfterAll())) {
            nobodyWaitsWhoCouldHaveSomething();
        }
    }

    private void takeLogged() {
        for (QueueEntry entry : log) {
            taken(entry, Objects.requireNonNull(entry.consumer()));
            targets.forEach(target -> target.transmit(entry));
        }
        log.clear();
    }

    /** What it could not look past while memory was short goes on with the next thing that happens to the queue. */
    private boolean goesOnAfterAll() {
        queue.enforceSettings();
        takeLogged();
        return store.isIdle() && !Objects.requireNonNull(queue.groups()).waits();
    }

    /** Somebody gets an entry. */
    private void taken(QueueEntry entry, @Nullable Consumer client) {
        int id = Queues.idOf(entry);
        Integer group = ready.remove(id);
        if (group == null) {
            throw new AssertionError(story() + ": " + id + " is not ready");
        }
        List<Consumer> holders = holders(group);
        boolean alone = client == null ? holders.isEmpty() : holders.stream().allMatch(holder -> holder == client);
        assertThat(alone).as("%s: group %d is held by others", story(), group).isTrue();
        assertThat(interrupted.contains(group))
                .as("%s: group %d has to wait", story(), group)
                .isFalse();
        Integer before = first(group);
        assertThat(before == null || before > id)
                .as("%s: %d goes before %d", story(), id, before)
                .isTrue();
        held.put(id, new Held(entry, group, client));
    }

    private @Nullable Integer first(int group) {
        for (Map.Entry<Integer, Integer> each : ready.entrySet()) {
            if (each.getValue() == group) {
                return each.getKey();
            }
        }
        return null;
    }

    private List<@Nullable Consumer> holders(int group) {
        List<@Nullable Consumer> holders = new ArrayList<>();
        for (Held each : held.values()) {
            if (each.group() == group) {
                holders.add(each.client());
            }
        }
        return holders;
    }

    private void nobodyWaitsWhoCouldHaveSomething() {
        Map<Integer, Integer> firsts = new HashMap<>();
        ready.forEach((id, group) -> firsts.putIfAbsent(group, id));
        List<Consumer> free = clients.stream()
                .map(Client::consumer)
                .filter(consumer -> !consumer.parked())
                .toList();
        for (int group : firsts.keySet()) {
            List<Consumer> holders = holders(group);
            boolean waits =
                    holders.isEmpty() ? !free.isEmpty() : !interrupted.contains(group) && free.contains(holders.get(0));
            assertThat(waits).as("%s: group %d could go on", story(), group).isFalse();
        }
    }

    /** At the end one consumer gets all that is left. */
    private void drain() {
        step = "drain";
        new ArrayList<>(clients).forEach(client -> queue.removeConsumer(client.consumer()));
        clients.clear();
        giveBack(new ArrayList<>(held.keySet()));
        targets.forEach(target -> target.room(1_000_000));
        Consumer last = Queues.consumer(queue, targets.get(0), "last", 1_000);
        queue.addConsumer(last);
        for (int rounds = 0; !ready.isEmpty() || !held.isEmpty(); rounds++) {
            assertThat(rounds).as("%s: %d are left", story(), ready.size()).isLessThan(10_000);
            store.runAll();
            compare();
            QueueBurst burst = new QueueBurst(queue);
            for (int id : List.copyOf(held.keySet())) {
                QueueEntry entry = release(id);
                burst.settle(entry);
                if (entry.stored()) {
                    store.settle(entry.position());
                }
            }
            burst.flush();
        }
        same(store.live().size(), 0);
        same(Objects.requireNonNull(queue.groups()).groups(), 0);
        same(queue.bytes().memory(), 0L);
    }

    private void same(Object actual, Object expected) {
        if (!actual.equals(expected)) {
            assertThat(actual).as(this::story).isEqualTo(expected);
        }
    }

    private String story() {
        return "seed " + seed + ": " + step;
    }
}
