package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One random history of a queue, durable or not: loops that append and enqueue side by side, stored messages and others,
 * consumers, gets, settles, requeues and purges, while memory comes and goes, messages are dropped and spilled, and reads and
 * writes end late or fail. The model is a sorted map.
 */
final class PagedHistory {

    private static final int LOOPS = 3;
    private static final long LOTS = 1L << 40;

    /** A message that fills a window. */
    private static final int LARGE = 150_000;

    private final long seed;
    private final Random random;
    private final FakeBacklog store = new FakeBacklog();
    private final FakeSpill spill = new FakeSpill(store::execute);
    private final FakeDeadLetters deadLetters = new FakeDeadLetters(store, spill);
    private final Map<Integer, Long> deadlines = new HashMap<>();
    private final boolean expires;
    private final MemoryBudget budget;
    private final Queue queue;
    private final TreeMap<Place, Integer> ready = new TreeMap<>();
    private final Map<Integer, QueueEntry> held = new TreeMap<>();
    private final Map<Integer, Place> places = new HashMap<>();
    private final Map<Integer, Boolean> transmitted = new HashMap<>();
    private final List<Append> appended = new ArrayList<>();
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);
    private final List<Consumer> consumers = new ArrayList<>();
    private final int padding;
    private final boolean stores;
    private final Priorities priorities;
    private long returns;

    private long othersBytes;
    private long arrivals;
    private int published;
    private int waitingGets;
    private boolean nested;
    private String step = "";
    private long nowMs = 1_000_000;
    private final Map<Integer, Long> delayed = new HashMap<>();
    private final Map<Integer, Integer> failures = new HashMap<>();
    private final TreeSet<Long> leftPositions = new TreeSet<>();
    private int departed;
    private int expired;

    /**
     * Where a message stands: behind the stored one of that position come the others in their order.
     *
     * @param turn 0, or in the order of their return that of those which come before all others
     * @param level its priority
     */
    private record Place(long turn, int level, long position, long arrival) implements Comparable<Place> {

        private static final Comparator<Place> ORDER = Comparator.comparing((Place place) -> place.turn == 0)
                .thenComparing(Place::turn)
                .thenComparing(place -> place.turn == 0 ? -place.level : 0)
                .thenComparing(Place::position)
                .thenComparing(Place::arrival);

        Place withoutLevel() {
            return new Place(turn, 0, position, arrival);
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** What a loop has appended and not brought to the queue yet. */
    private record Append(long first, List<Message> messages, List<Integer> indexes, List<Integer> ids) {}

    private static final int SOON_MS = 500;
    private static final int RETRY_MS = 100;

    PagedHistory(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.padding = random.nextBoolean() ? 1 : 3000;
        long limit = random.nextInt(3) == 0 ? 0 : random.nextInt(2_000_000);
        this.budget = new MemoryBudget(limit, store::execute, () -> 0);
        this.stores = random.nextInt(4) > 0;
        this.expires = random.nextInt(3) > 0;
        QueueContext context = new QueueContext(
                budget,
                spill,
                deadLetters,
                () -> Instant.ofEpochMilli(nowMs),
                (delay, action) -> QueueContext.Cancellable.NOTHING);
        QueueDeclaration declaration = new QueueDeclaration("q", "/", true, false, null, arguments(random));
        this.priorities = declaration.priorities();
        this.store.priorities(priorities);
        this.queue = new Queue(declaration, () -> {}, context, stores ? store : null);
    }

    void run(int steps) {
        deadLetters.observe(this::left);
        store.gaps(() -> random.nextInt(3) == 0 ? 0 : random.nextInt(50));
        store.meanwhile(this::meanwhile);
        spill.meanwhile(this::meanwhile);
        for (int i = 0; i < steps; i++) {
            step();
            compare();
        }
        drain();
        delete();
    }

    private void meanwhile() {
        if (!nested) {
            nested = true;
            for (int i = random.nextInt(4); i > 0; i--) {
                step();
            }
            nested = false;
        }
    }

    private void step() {
        switch (random.nextInt(nested ? 16 : 19)) {
            case 0, 1 -> append();
            case 2, 3 -> arrive();
            case 4 -> publishUnstored(random.nextInt(5));
            case 5 -> get();
            case 6 -> settle();
            case 7 -> requeue();
            case 8 -> consume();
            case 9 -> changeRoom();
            case 10 -> store.readableThrough(FakeBacklog.FIRST_POSITION + random.nextInt(2 * published + 1));
            case 11 -> pageOut();
            case 12 -> purgeSometimes();
            case 13 -> changePressure();
            case 14 -> passTime();
            case 15 -> deadLetters.run(random.nextInt(100));
            case 16 -> fail();
            default -> store.runOne();
        }
        take();
        expire();
    }

    /** The deadline of a message: most have none. */
    private long deadline(int id) {
        long deadlineMs = expires && random.nextInt(3) == 0 ? nowMs + 1 + random.nextInt(2 * SOON_MS) : 0;
        deadlines.put(id, deadlineMs);
        return deadlineMs;
    }

    /** Deadlines in the store are searched for before they come. */
    private void passTime() {
        step = "time";
        if (stores && random.nextBoolean()) {
            queue.dueSoon(store.searchDue(nowMs + SOON_MS));
        }
        nowMs = stores
                ? Math.min(nowMs + random.nextInt(SOON_MS), Math.max(nowMs, store.dueSearchedThroughMs()))
                : nowMs + random.nextInt(SOON_MS);
    }

    private void expire() {
        queue.expireDue();
        returnDelayed();
        int before = ready.size();
        ready.values().removeIf(this::isExpired);
        expired += before - ready.size();
        same(departed, expired);
        take();
    }

    /** Those whose time has come, in its order. */
    private void returnDelayed() {
        List<Integer> due = delayed.entrySet().stream()
                .filter(each -> each.getValue() <= nowMs)
                .sorted(Map.Entry.<Integer, Long>comparingByValue()
                        .thenComparing(each -> place(each.getKey()).withoutLevel()))
                .map(Map.Entry::getKey)
                .toList();
        due.forEach(id -> {
            delayed.remove(id);
            returned(id);
        });
    }

    /** Whatever leaves is what has expired, and leaves once. */
    private void left(Departure departure) {
        departed++;
        if (departure.stored()) {
            same(leftPositions.add(departure.position()), true);
        }
        if (departure.message() != null) {
            int id = Integer.parseInt(new String(departure.message().body(), StandardCharsets.UTF_8).trim());
            same(isExpired(id) || isSpent(id), true);
        }
    }

    private boolean isExpired(int id) {
        long deadlineMs = deadlines.getOrDefault(id, 0L);
        return deadlineMs != 0 && deadlineMs <= nowMs;
    }

    private static FieldTable.Builder retrying(Random random, FieldTable.Builder arguments) {
        return arguments
                .put("x-queue-type", random.nextBoolean() ? "quorum" : "classic")
                .put("x-delayed-retry-type", "failed")
                .put("x-delayed-retry-min", RETRY_MS);
    }

    private static FieldTable arguments(Random random) {
        FieldTable.Builder arguments = FieldTable.builder().put("x-dead-letter-exchange", "dlx");
        return switch (random.nextInt(5)) {
            case 0 -> arguments.put("x-max-priority", random.nextInt(6)).build();
            case 1 ->
                arguments
                        .put("x-queue-type", "quorum")
                        .put("x-delivery-limit", random.nextInt(4))
                        .build();
            case 2 -> retrying(random, arguments).build();
            default -> arguments.build();
        };
    }

    private Message message(int id) {
        String body = id + " ".repeat(random.nextInt(200) == 0 ? LARGE : random.nextInt(padding));
        int priority = random.nextInt(10) - 1;
        return Queues.message(
                body,
                priority < 0
                        ? BasicProperties.EMPTY
                        : BasicProperties.builder().priority(priority).build());
    }

    private void append() {
        if (!stores) {
            publishUnstored(random.nextInt(60));
            return;
        }
        if (appended.size() == LOOPS) {
            return;
        }
        step = "append";
        List<Message> all = new ArrayList<>();
        List<Message> stored = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        for (int i = 1 + random.nextInt(60); i > 0; i--) {
            int id = published++;
            Message message = message(id);
            deadline(id);
            boolean persistent = random.nextInt(8) > 0;
            indexes.add(persistent ? stored.size() : -1);
            ids.add(id);
            all.add(message);
            if (persistent) {
                stored.add(message);
            }
        }
        long first = store.append(stored);
        for (int i = 0; i < all.size(); i++) {
            if (indexes.get(i) >= 0) {
                store.expiresAt(first + indexes.get(i), deadlines.getOrDefault(ids.get(i), 0L));
            }
        }
        appended.add(new Append(first, all, indexes, ids));
    }

    private void arrive() {
        if (appended.isEmpty()) {
            return;
        }
        step = "arrive";
        Append append = appended.remove(random.nextInt(appended.size()));
        QueueBurst burst = new QueueBurst(queue);
        boolean anyStored = append.indexes().stream().anyMatch(index -> index >= 0);
        long position = anyStored ? append.first() - 1 : store.nextPosition() - 1;
        for (int i = 0; i < append.messages().size(); i++) {
            int index = append.indexes().get(i);
            long deadlineMs = deadlines.getOrDefault(append.ids().get(i), 0L);
            if (index >= 0) {
                position = append.first() + index;
                burst.beginsLevel(priorities.levelOf(append.messages().get(i)));
                burst.publish(append.messages().get(i), index);
                burst.expiresAt(deadlineMs);
                addReady(append.ids().get(i), append.messages().get(i), position, 0);
            } else {
                burst.publish(append.messages().get(i));
                burst.expiresAt(deadlineMs);
                addReady(append.ids().get(i), append.messages().get(i), position, ++arrivals);
            }
        }
        burst.flush(append.first());
        if (anyStored) {
            store.arrived(append.first());
        }
    }

    private void publishUnstored(int count) {
        step = "publish unstored";
        QueueBurst burst = new QueueBurst(queue);
        for (int i = count; i > 0; i--) {
            int id = published++;
            Message message = message(id);
            addReady(id, message, store.nextPosition() - 1, ++arrivals);
            burst.publish(message);
            burst.expiresAt(deadline(id));
        }
        burst.flush();
    }

    private void addReady(int id, Message message, long position, long arrival) {
        Place place = new Place(0, priorities.levelOf(message), position, arrival);
        places.put(id, place);
        ready.put(place, id);
    }

    private void get() {
        step = "get";
        boolean noAck = random.nextBoolean();
        Got got;
        try {
            got = queue.get(noAck, () -> waitingGets--);
        } catch (AmqpException unreadable) {
            same(ready.isEmpty(), false);
            return;
        }
        if (got.waits()) {
            waitingGets++;
            same(ready.isEmpty(), false);
            return;
        }
        QueueEntry entry = got.entry();
        if (entry == null) {
            same(ready.isEmpty(), true);
            return;
        }
        int id = takeFirst(entry);
        same(got.left(), ready.size());
        entry.transmitted();
        transmitted.put(id, true);
        if (!noAck) {
            held.put(id, entry);
        } else if (entry.stored()) {
            settle(List.of(entry));
        }
    }

    private int takeFirst(QueueEntry entry) {
        int id = Queues.idOf(entry);
        same(id, ready.isEmpty() ? -1 : ready.pollFirstEntry().getValue());
        same(entry.redelivered(), transmitted.containsKey(id));
        return id;
    }

    /** Takes what the queue offered in the last step, in which nothing else happened. */
    private void take() {
        for (QueueEntry entry : log) {
            int id = takeFirst(entry);
            held.put(id, entry);
        }
        log.clear();
        for (Map.Entry<Integer, QueueEntry> each : held.entrySet()) {
            if (random.nextInt(4) > 0) {
                each.getValue().transmitted();
                transmitted.put(each.getKey(), true);
            }
        }
    }

    private void settle() {
        step = "settle";
        settle(new ArrayList<>(someHeld().values()));
    }

    private TreeMap<Integer, QueueEntry> someHeld() {
        TreeMap<Integer, QueueEntry> some = new TreeMap<>();
        int odds = 1 + random.nextInt(3);
        held.entrySet().removeIf(each -> {
            if (random.nextInt(odds) > 0) {
                return false;
            }
            some.put(each.getKey(), each.getValue());
            return true;
        });
        return some;
    }

    private void settle(List<QueueEntry> entries) {
        QueueBurst burst = new QueueBurst(queue);
        for (QueueEntry entry : entries) {
            if (entry.stored()) {
                store.settle(entry.position());
            }
            burst.settle(entry);
        }
        burst.flush();
    }

    private void requeue() {
        step = "requeue";
        TreeMap<Integer, QueueEntry> back = someHeld();
        back.forEach((id, entry) -> {
            endAttempt(id, entry);
            if (entry.retryAtMs() > 0 && !isSpent(id)) {
                delayed.put(id, entry.retryAtMs());
            } else {
                returned(id);
            }
        });
        queue.requeue(new ArrayList<>(back.values()));
    }

    private void endAttempt(int id, QueueEntry entry) {
        boolean failed = random.nextInt(3) == 0;
        entry.returns(failed, () -> Instant.ofEpochMilli(nowMs));
        if (failed && queue.countsAttempts()) {
            failures.merge(id, 1, Integer::sum);
            same(entry.failures(), failures.getOrDefault(id, 0));
            boolean waits = !queue.settings().retry().isAtOnce();
            same(entry.retryAtMs(), waits ? nowMs + (long) RETRY_MS * failures.getOrDefault(id, 0) : 0L);
        }
    }

    private boolean isSpent(int id) {
        return failures.getOrDefault(id, 0) > queue.settings().deliveryLimit();
    }

    /** What has expired while it was given out leaves at once, and so does what failed too often. */
    private void returned(int id) {
        if (priorities.returnedFirst()) {
            Place old = place(id);
            places.put(id, new Place(++returns, old.level(), old.position(), old.arrival()));
        }
        if (isExpired(id) || isSpent(id)) {
            expired++;
        } else {
            ready.put(place(id), id);
        }
    }

    private Place place(int id) {
        Place place = places.get(id);
        if (place == null) {
            throw new AssertionError("message " + id + " was never published");
        }
        return place;
    }

    private void consume() {
        if (!consumers.isEmpty() && random.nextInt(3) > 0) {
            step = "cancel";
            queue.removeConsumer(consumers.remove(random.nextInt(consumers.size())));
            return;
        }
        step = "consume";
        Consumer consumer = Queues.consumer(queue, target, "c", Queues.options(random.nextBoolean(), false, 200, 0));
        try {
            queue.addConsumer(consumer);
            consumers.add(consumer);
        } catch (AmqpException unreadable) {
            same(ready.isEmpty(), false);
        }
    }

    private void changeRoom() {
        step = "room";
        target.room(random.nextInt(3) == 0 ? 1000 : random.nextInt(50));
        List.copyOf(consumers).forEach(queue::activate);
    }

    private void pageOut() {
        step = "page out";
        if (nested || random.nextBoolean()) {
            queue.pageOut().drop(1 + random.nextInt(3));
        } else {
            queue.pageOut().complete();
        }
    }

    /** Other queues need memory, or give it back. */
    private void changePressure() {
        step = "pressure";
        budget.add(-othersBytes);
        othersBytes = random.nextBoolean() ? 0 : LOTS;
        budget.add(othersBytes);
    }

    private void purgeSometimes() {
        if (random.nextInt(5) > 0) {
            return;
        }
        // Other threads are busy while it looks how far it may go.
        store.afterAnswer(this::meanwhile);
        Purged purged = queue.purgeReady(1 + random.nextInt(20), this::meanwhile);
        step = "purge";
        store.purge(purged);
        same(purged.count(), ready.size() + delayed.size());
        ready.clear();
        delayed.clear();
    }

    private void fail() {
        store.failReads(random.nextInt(3));
        spill.failing(random.nextInt(4) == 0);
    }

    private void compare() {
        Queue.QueueBytes bytes = queue.bytes();
        same(queue.counts().ready(), ready.size());
        same(bytes.memory(), budget.usedBytes() - othersBytes);
        same(target.isSleepingOverDeliveries(), false);
        if (store.isIdle()) {
            same(waitingGets, 0);
            same(spill.live() <= ready.size() + deadLetters.waiting().size(), true);
        }
        sameInStore();
    }

    /** What the store has is what is ready, given out, or on its way. */
    private void sameInStore() {
        TreeSet<Long> expected = new TreeSet<>();
        ready.keySet().stream().filter(place -> place.arrival() == 0).forEach(place -> expected.add(place.position()));
        delayed.keySet().stream()
                .map(this::place)
                .filter(place -> place.arrival() == 0)
                .forEach(place -> expected.add(place.position()));
        held.values().stream().filter(QueueEntry::stored).forEach(entry -> expected.add(entry.position()));
        for (Append append : appended) {
            append.indexes().stream()
                    .filter(index -> index >= 0)
                    .forEach(index -> expected.add(append.first() + index));
        }
        for (Departure departure : deadLetters.waiting()) {
            // A purge may have taken it.
            if (departure.stored() && store.live().containsKey(departure.position())) {
                expected.add(departure.position());
            }
        }
        same(store.live().keySet(), expected);
    }

    /** When reads succeed and there is credit, everything comes out in the end. */
    private void drain() {
        step = "drain";
        if (random.nextBoolean()) {
            budget.relieve();
        }
        store.failReads(0);
        store.meanwhile(() -> {});
        spill.meanwhile(() -> {});
        store.allReadable();
        while (!appended.isEmpty()) {
            arrive();
            take();
            expire();
        }
        List<QueueEntry> back = new ArrayList<>(held.values());
        held.keySet().forEach(this::returned);
        held.clear();
        queue.requeue(back);
        take();
        while (!delayed.isEmpty()) {
            if (stores) {
                queue.dueSoon(store.searchDue(nowMs + SOON_MS));
            }
            nowMs += RETRY_MS;
            expire();
        }
        target.room(Integer.MAX_VALUE);
        List.copyOf(consumers).forEach(queue::activate);
        Consumer last = consumeAll();
        while (target.unreadable().contains(last)) {
            // A read failed before; as a client would, it comes back.
            last = consumeAll();
        }
        same(ready.size(), 0);
        compare();
    }

    private Consumer consumeAll() {
        Consumer consumer = Queues.consumer(queue, target, "last", Queues.options(true, false, 1, 0));
        while (!isAdded(consumer)) {
            same(store.isIdle(), false);
            store.runOne();
            take();
        }
        take();
        while (!store.isIdle()) {
            store.runOne();
            take();
        }
        return consumer;
    }

    /** Not while the next message can't be read. */
    private boolean isAdded(Consumer consumer) {
        try {
            queue.addConsumer(consumer);
            return true;
        } catch (AmqpException unreadable) {
            return false;
        }
    }

    private void delete() {
        step = "delete";
        queue.delete(false, false);
        queue.afterDelete();
        store.runAll();
        deadLetters.run(Integer.MAX_VALUE);
        same(spill.live(), 0);
        same(budget.usedBytes(), othersBytes);
        settle(List.of());
        queue.requeue(new ArrayList<>(held.values()));
        same(queue.get(true, () -> {}), Got.NOTHING);
        same(log.size(), 0);
        same(budget.usedBytes(), othersBytes);
    }

    private void same(Object actual, Object expected) {
        if (!actual.equals(expected)) {
            assertThat(actual).as("seed %d: %s", seed, step).isEqualTo(expected);
        }
    }
}
