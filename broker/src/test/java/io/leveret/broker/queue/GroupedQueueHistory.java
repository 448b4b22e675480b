package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Departure.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * One random history of a whole queue with message groups, over a store, a place to spill to and little memory, with all that makes
 * messages wait, return or leave: the {@link GroupedQueueModel} says what may happen. At the end nothing is left.
 */
final class GroupedQueueHistory {

    private static final int GROUPS = 6;
    private static final int TARGETS = 3;
    private static final int RETRY_MS = 150;
    private static final int MOST_RETRY_MS = 400;

    /** With the clock's start, so long ago that a budget asks its queues at once. */
    private static final long NANOS = 1_000_000;

    private final long seed;
    private final Random random;
    private final ManualTimer timer = new ManualTimer();
    private final FakeBacklog store = new FakeBacklog();
    private final FakeSpill spill = new FakeSpill(store::execute);
    private final FakeDeadLetters deadLetters = new FakeDeadLetters(store, spill);
    private final boolean byHeader;
    private final boolean expires;
    private final Pause pause;

    /** If not, all is stored: of what leaves and is nowhere nobody would hear. */
    private final boolean deadLettered;

    private final int lookahead;
    private final MemoryBudget budget;
    private final Queue queue;
    private final GroupedQueueModel model;

    /** What consumers get: they know it as it happens. */
    private final List<QueueEntry> log = new ArrayList<>() {

        @Override
        public boolean add(QueueEntry entry) {
            Consumer consumer = Objects.requireNonNull(entry.consumer());
            model.taken(entry, consumer, consumer.noAck());
            return super.add(entry);
        }
    };

    private final List<FakeTarget> targets = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Map<Long, Integer> stored = new HashMap<>();
    private int made;
    private String step = "";

    /** A consumer, and the number of its target. */
    private record Client(Consumer consumer, int target) {}

    GroupedQueueHistory(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.byHeader = random.nextBoolean();
        this.expires = random.nextInt(3) == 0;
        this.pause = random.nextBoolean() ? Pause.NONE : Pause.random(random, RETRY_MS, MOST_RETRY_MS);
        this.deadLettered = random.nextInt(3) > 0;
        this.lookahead = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1_000_000;
        long memory = random.nextInt(3) == 0 ? 1L << 40 : (long) random.nextInt(2) * random.nextInt(400_000);
        this.budget = new MemoryBudget(memory, store::execute, () -> timer.millis() * NANOS);
        this.model = new GroupedQueueModel(timer, this::story);
        QueueContext context = new QueueContext(budget, spill, deadLetters, timer, timer, lookahead);
        this.queue =
                new Queue(new QueueDeclaration("q", "/", true, false, null, arguments()), () -> {}, context, store);
        deadLetters.observe(departure -> model.departed(idOf(departure), departure.reason()));
        for (int i = 0; i < TARGETS; i++) {
            targets.add(new FakeTarget(log));
        }
    }

    private FieldTable arguments() {
        FieldTable.Builder arguments = FieldTable.builder()
                .put("x-group-by", byHeader ? "user" : "routing-key")
                .put("x-queue-type", random.nextBoolean() ? "quorum" : "classic")
                .put("x-delivery-limit", random.nextBoolean() ? 1_000_000 : random.nextInt(4));
        if (deadLettered) {
            arguments.put("x-dead-letter-exchange", "dlx");
        }
        if (random.nextInt(3) == 0) {
            arguments.put("x-max-length", 5 + random.nextInt(300));
        }
        pause.addTo(arguments);
        return arguments.build();
    }

    private int idOf(Departure departure) {
        Message message = departure.message();
        if (message == null && departure.slot() != null) {
            message = spill.read(List.of(departure.slot())).get(0);
        }
        return message == null ? Objects.requireNonNull(stored.get(departure.position())) : Queues.idOf(message);
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            compare();
        }
        drain();
    }

    private void step() {
        switch (random.nextInt(17)) {
            case 0, 1, 2 -> publish(random.nextInt(random.nextInt(10) == 0 ? 600 : 8));
            case 3, 4, 5 -> settle(some());
            case 6, 7 -> giveBack(some());
            case 8, 9 -> consume();
            case 10 -> lose();
            case 11 -> changeRoom();
            case 12 -> get();
            case 13 -> leaveMemory();
            case 14 -> reject();
            case 15 -> pass(random.nextInt(200));
            default -> purgeSometimes();
        }
        if (random.nextBoolean()) {
            store.runAll();
        }
        deadLetters.run(random.nextInt(100));
    }

    private void publish(int count) {
        step = "publish " + count;
        List<Message> messages = new ArrayList<>();
        long[] deadlines = new long[count];
        for (int i = 0; i < count; i++) {
            int group = byHeader && random.nextInt(8) == 0 ? -1 - made : random.nextInt(GROUPS);
            deadlines[i] = expires && random.nextInt(4) == 0 ? timer.millis() + 1 + random.nextInt(500) : 0;
            model.published(made, group, deadlines[i]);
            messages.add(message(made++, group));
        }
        boolean toStore = random.nextInt(4) > 0 || !deadLettered;
        long first = toStore ? store.append(messages) : 0;
        store.allReadable();
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < count; i++) {
            if (toStore) {
                burst.publish(messages.get(i), i);
                stored.put(first + i, Queues.idOf(messages.get(i)));
                store.expiresAt(first + i, deadlines[i]);
            } else {
                burst.publish(messages.get(i));
            }
            burst.expiresAt(deadlines[i]);
        }
        if (toStore) {
            store.arrived(first);
        }
        burst.flush(first);
    }

    /** @param group negative for none */
    private Message message(int id, int group) {
        FieldTable.Builder headers = FieldTable.builder();
        if (byHeader && group >= 0 && group % 2 == 0) {
            headers.put("user", group);
        } else if (byHeader && group >= 0) {
            headers.put("user", "g" + group);
        } else if (random.nextBoolean()) {
            headers.put("user", random.nextBoolean());
        }
        String body = id + " ".repeat(random.nextInt(1_000));
        BasicProperties properties =
                BasicProperties.builder().headers(headers.build()).build();
        String key = byHeader ? "any" : "g" + group;
        return new Message(new Address("", key), properties, body.getBytes(StandardCharsets.UTF_8));
    }

    private void settle(List<Integer> ids) {
        step = "settle";
        settleEntries(ids.stream().map(model::released).toList());
    }

    private void settleEntries(List<QueueEntry> entries) {
        QueueBurst burst = new QueueBurst(queue);
        for (QueueEntry entry : entries) {
            burst.settle(entry);
            if (entry.stored()) {
                store.settle(entry.position());
            }
        }
        burst.flush();
    }

    private void reject() {
        step = "reject";
        QueueBurst burst = new QueueBurst(queue);
        for (int id : some()) {
            burst.reject(Objects.requireNonNull(model.held.get(id)).entry());
            model.expelled(id, Reason.REJECTED);
        }
        burst.flush();
    }

    private void giveBack(List<Integer> ids) {
        step = "give back";
        boolean failure = random.nextBoolean();
        List<QueueEntry> back = new ArrayList<>();
        for (int id : ids) {
            QueueEntry entry = Objects.requireNonNull(model.held.get(id)).entry();
            entry.returns(failure, timer);
            long waitMs = pause.ms(failure, entry.failures());
            same("when it returns", entry.retryAtMs(), waitMs == 0 ? 0 : timer.millis() + waitMs);
            if (queue.settings().allows(entry.failures())) {
                model.returned(id, entry.retryAtMs());
            } else {
                model.expelled(id, Reason.DELIVERY_LIMIT);
            }
            back.add(entry);
        }
        queue.requeue(back);
    }

    private void consume() {
        int target = random.nextInt(TARGETS);
        boolean noAck = random.nextInt(5) == 0;
        Consumer consumer = Queues.consumer(
                queue,
                targets.get(target),
                "c" + clients.size(),
                Queues.options(noAck, false, 1 + random.nextInt(4), random.nextInt(2)));
        step = "consume " + consumer.tag() + ", without acknowledgements " + noAck;
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
        takeLogged();
        if (random.nextBoolean()) {
            giveBack(model.held.keySet().stream()
                    .filter(id -> Objects.requireNonNull(model.held.get(id)).client() == lost)
                    .toList());
        }
    }

    private void changeRoom() {
        int at = random.nextInt(TARGETS);
        int room = random.nextInt(3) == 0 ? 1_000_000 : random.nextInt(5);
        step = "room of target " + at + " is " + room;
        targets.get(at).room(room);
        clients.stream().filter(client -> client.target() == at).forEach(client -> queue.activate(client.consumer()));
    }

    private void get() {
        step = "get";
        boolean noAck = random.nextBoolean();
        QueueEntry entry = queue.get(noAck, () -> {}).entry();
        if (entry == null) {
            return;
        }
        model.taken(entry, null, noAck);
        if (noAck) {
            settleEntries(List.of(entry));
        }
    }

    private void leaveMemory() {
        step = "leave memory";
        if (random.nextBoolean()) {
            queue.pageOut().drop(1 + random.nextInt(4));
        } else {
            queue.pageOut().complete();
        }
    }

    private void pass(long ms) {
        step = "pass " + ms + " ms";
        // The store looks ahead.
        queue.dueSoon(store.searchDue(timer.millis() + ms));
        timer.pass(ms);
    }

    private void purgeSometimes() {
        if (random.nextInt(5) == 0) {
            step = "purge";
            Purged purged = queue.purgeReady();
            model.purged(purged.count());
            store.purge(purged);
        }
    }

    private List<Integer> some() {
        List<Integer> some = new ArrayList<>(model.held.keySet());
        some.removeIf(id -> random.nextInt(3) > 0);
        return some;
    }

    private void compare() {
        takeLogged();
        model.compare(queue.counts());
        if (random.nextBoolean()) {
            calmDown();
            compareCalm(Objects.requireNonNull(queue.groups(null, GroupsView.MOST_LISTED)));
        }
    }

    private void compareCalm(GroupsView groups) {
        model.nothingIsDue();
        model.isNotLongerThan(queue.settings().maxLength());
        if (groups.waits()) {
            assertThat(groups.setAside() >= lookahead || budget.isExceeded())
                    .as(this::story)
                    .isTrue();
        } else {
            assertThat(somebodyWaits()).as(this::story).isFalse();
        }
    }

    /** What is under way comes to its end, and what waits for memory looks again; nobody else does anything. */
    private void calmDown() {
        // Memory comes and goes with what is read and dropped, so that it takes more than one look at times.
        for (int i = 0; i < 2 || (i < 10 && somebodyWaits()); i++) {
            store.runAll();
            pass(MemoryWait.PAUSE_MS);
            takeLogged();
        }
        store.runAll();
        takeLogged();
    }

    private boolean somebodyWaits() {
        return model.somebodyWaits(clients.stream()
                .map(Client::consumer)
                .filter(consumer -> !consumer.parked())
                .toList());
    }

    /** What was given out without acknowledgement is settled as it is written. */
    private void takeLogged() {
        while (!log.isEmpty()) {
            List<QueueEntry> written = List.copyOf(log);
            log.clear();
            written.forEach(QueueEntry::transmitted);
            settleEntries(written.stream()
                    .filter(entry -> Objects.requireNonNull(entry.consumer()).noAck())
                    .toList());
        }
    }

    /** At the end one consumer gets all that is left. */
    private void drain() {
        step = "drain";
        clients.forEach(client -> queue.removeConsumer(client.consumer()));
        clients.clear();
        giveBack(List.copyOf(model.held.keySet()));
        targets.forEach(target -> target.room(1_000_000));
        queue.addConsumer(Queues.consumer(queue, targets.get(0), "last", 1_000));
        for (int rounds = 0; !model.isEmpty(); rounds++) {
            assertThat(rounds)
                    .as("%s: %d are left", story(), model.ready.size())
                    .isLessThan(10_000);
            store.runAll();
            pass(RETRY_MS);
            takeLogged();
            settle(List.copyOf(model.held.keySet()));
        }
        store.runAll();
        deadLetters.run(Integer.MAX_VALUE);
        same("store", store.live().size(), 0);
        same("spill", spill.live(), 0);
        same(
                "groups",
                Objects.requireNonNull(queue.groups(null, GroupsView.MOST_LISTED))
                        .groups(),
                0);
        same("memory", queue.bytes().memory(), 0L);
        same("budget", budget.usedBytes(), 0L);
    }

    private void same(String what, Object actual, Object expected) {
        assertThat(actual).as("%s: %s", story(), what).isEqualTo(expected);
    }

    private String story() {
        return "seed " + seed + ": " + step;
    }
}
