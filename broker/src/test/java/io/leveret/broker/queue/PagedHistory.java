package io.leveret.broker.queue;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.PagedModel.Rules;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One random history of a queue, durable or not: loops that append and enqueue side by side, stored messages and others,
 * consumers, gets, settles, requeues and purges, while memory comes and goes, messages are dropped and spilled, and reads and
 * writes end late or fail; limits come, fall and go. Compares the queue with its model after every step.
 */
final class PagedHistory {

    private static final long LOTS = 1L << 40;
    private static final int SOON_MS = 500;
    private static final int RETRY_MS = 100;
    private static final long MOST_RETRY_MS = 250;
    private static final int MOST_LENGTH = 400;

    private final Comparison comparison;
    private final Random random;
    private final boolean stores;
    private final boolean limited;
    private final boolean expires;
    private final int padding;
    private final FieldTable arguments;
    private final FakeBacklog store = new FakeBacklog();
    private final FakeSpill spill = new FakeSpill(store::execute);
    private final FakeDeadLetters deadLetters = new FakeDeadLetters(store, spill);
    private final MemoryBudget budget;
    private final Queue queue;
    private final PagedModel model;
    private final RandomMessages messages;
    private final PublishingLoops loops;
    private final PagedClients clients;
    private final Set<Long> leftPositions = new TreeSet<>();
    private int left;
    private long othersBytes;
    private boolean nested;
    private long nowMs = 1_000_000;

    PagedHistory(long seed) {
        this.comparison = new Comparison(seed);
        this.random = new Random(seed);
        this.padding = random.nextBoolean() ? 1 : 3000;
        this.limited = random.nextBoolean();
        this.expires = random.nextInt(limited ? 2 : 3) > 0;
        long limit = random.nextInt(3) == 0 ? 0 : random.nextInt(limited ? 100_000 : 2_000_000);
        this.budget = new MemoryBudget(limit, store::execute, () -> 0);
        this.stores = random.nextInt(4) > 0;
        InstantSource clock = () -> Instant.ofEpochMilli(nowMs);
        QueueContext context = new QueueContext(
                budget, spill, deadLetters, clock, (delay, action) -> QueueContext.Cancellable.NOTHING);
        // In every fifth history what returns has to wait.
        Pause pause = random.nextInt(5) > 0 ? Pause.NONE : Pause.random(random, RETRY_MS, MOST_RETRY_MS);
        this.arguments = arguments(random, pause);
        QueueDeclaration declaration = new QueueDeclaration("q", "/", true, false, null, arguments);
        Priorities priorities = declaration.priorities();
        this.store.priorities(priorities);
        this.queue = new Queue(declaration, () -> {}, context, stores ? store : null);
        this.model = new PagedModel(rules(priorities, pause), () -> nowMs);
        this.messages = new RandomMessages(random, padding, expires, () -> nowMs);
        this.loops = new PublishingLoops(random, messages, store, priorities, queue, model);
        this.clients = new PagedClients(random, queue, store, model, comparison, clock);
    }

    private Rules rules(Priorities priorities, Pause pause) {
        return new Rules(
                priorities.returnedFirst(),
                queue.countsAttempts(),
                queue.settings().deliveryLimit(),
                pause);
    }

    private static FieldTable arguments(Random random, Pause pause) {
        FieldTable.Builder arguments = FieldTable.builder().put("x-dead-letter-exchange", "dlx");
        pause.addTo(arguments);
        if (pause.minMs() > 0) {
            return arguments
                    .put("x-queue-type", random.nextBoolean() ? "quorum" : "classic")
                    .build();
        }
        return switch (random.nextInt(4)) {
            case 0 -> arguments.put("x-max-priority", random.nextInt(6)).build();
            case 1 ->
                arguments
                        .put("x-queue-type", "quorum")
                        .put("x-delivery-limit", random.nextInt(4))
                        .build();
            default -> arguments.build();
        };
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
        switch (random.nextInt(nested ? 17 : 20)) {
            case 0, 1 -> append();
            case 2, 3 -> arrive();
            case 4 -> publishUnstored(random.nextInt(5));
            case 5 -> clients.get();
            case 6 -> clients.settle();
            case 7 -> clients.requeue();
            case 8 -> clients.consume();
            case 9 -> clients.changeRoom();
            case 10 -> store.readableThrough(FakeBacklog.FIRST_POSITION + random.nextInt(2 * messages.made() + 1));
            case 11 -> pageOut();
            case 12 -> purgeSometimes();
            case 13 -> changePressure();
            case 14 -> passTime();
            case 15 -> deadLetters.run(random.nextInt(100));
            case 16 -> changeLimit();
            case 17 -> fail();
            default -> store.runOne();
        }
        clients.take();
        expire();
    }

    /** Deadlines in the store are searched for before they come. */
    private void passTime() {
        comparison.step("time");
        if (stores && random.nextBoolean()) {
            queue.dueSoon(store.searchDue(nowMs + SOON_MS));
        }
        nowMs = stores
                ? Math.min(nowMs + random.nextInt(SOON_MS), Math.max(nowMs, store.dueSearchedThroughMs()))
                : nowMs + random.nextInt(SOON_MS);
    }

    private void expire() {
        // First: what leaves then because there are too many is not what has expired.
        model.passTime();
        queue.expireDue();
        same(left, model.left());
        clients.take();
    }

    /** Whatever leaves may do so, and leaves once. */
    private void left(Departure departure) {
        left++;
        if (departure.stored()) {
            same(leftPositions.add(departure.position()), true);
        }
        if (departure.reason() == Departure.Reason.MAXLEN) {
            same(idOf(departure), model.drop());
            // Who waits for it would have it.
            same(clients.anyHasCredit(), false);
        } else if (departure.message() != null) {
            same(model.mayLeave(Queues.idOf(departure.message())), true);
        }
    }

    private int idOf(Departure departure) {
        Message message = departure.message();
        if (message == null) {
            message =
                    departure.slot() == null ? store.live().get(departure.position()) : spill.message(departure.slot());
        }
        return Queues.idOf(Objects.requireNonNull(message));
    }

    private void append() {
        if (stores) {
            comparison.step("append");
            loops.append();
        } else {
            publishUnstored(random.nextInt(60));
        }
    }

    private void arrive() {
        comparison.step("arrive");
        loops.arrive();
    }

    private void publishUnstored(int count) {
        comparison.step("publish unstored");
        loops.publishUnstored(count);
    }

    private void pageOut() {
        comparison.step("page out");
        if (nested || random.nextBoolean()) {
            queue.pageOut().drop(1 + random.nextInt(3));
        } else {
            queue.pageOut().complete();
        }
    }

    /** Other queues need memory, or give it back. */
    private void changePressure() {
        comparison.step("pressure");
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
        comparison.step("purge");
        store.purge(purged);
        same(purged.count(), model.purge());
    }

    /** A policy comes with another limit, or goes. */
    private void changeLimit() {
        if (!limited) {
            return;
        }
        Limit limit = randomLimit();
        comparison.step("limit " + limit);
        model.limit(limit);
        queue.apply(limit.with(arguments));
        queue.enforceSettings();
        requireLimit();
    }

    private Limit randomLimit() {
        if (random.nextInt(3) == 0) {
            return Limit.NONE;
        }
        Limit limit = random.nextBoolean()
                ? Limit.random(random, MOST_LENGTH, MOST_LENGTH * padding)
                : new Limit(QueueSettings.NONE, Math.max(0, model.bodyBytes() - random.nextInt(2)));
        // What expires on the disk is never read: what its body had is then taken for the mean of those there.
        return expires ? new Limit(limit.length(), QueueSettings.NONE) : limit;
    }

    /** Unless something has to be read before. */
    private void requireLimit() {
        same(store.isIdle() && model.isTooLong() && model.ready() <= Queue.SLICE, false);
    }

    private void fail() {
        store.failReads(random.nextInt(3));
        spill.failing(random.nextInt(4) == 0);
    }

    private void compare() {
        QueueBytes bytes = queue.bytes();
        same(queue.counts().ready(), model.ready());
        same(bytes.memory(), budget.usedBytes() - othersBytes);
        clients.compare();
        requireLimit();
        if (store.isIdle()) {
            same(spill.live() <= model.ready() + deadLetters.waiting().size(), true);
        }
        sameInStore();
    }

    /** What the store has is what is ready, given out, or on its way. */
    private void sameInStore() {
        Set<Long> expected = model.storedPositions();
        expected.addAll(loops.positionsInFlight());
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
        comparison.step("drain");
        if (random.nextBoolean()) {
            budget.relieve();
        }
        store.failReads(0);
        store.meanwhile(() -> {});
        spill.meanwhile(() -> {});
        store.allReadable();
        while (!loops.isIdle()) {
            arrive();
            clients.take();
            expire();
        }
        clients.requeueAll();
        while (model.delayed() > 0) {
            if (stores) {
                queue.dueSoon(store.searchDue(nowMs + SOON_MS));
            }
            nowMs += RETRY_MS;
            expire();
        }
        clients.takeAll();
        compare();
    }

    private void delete() {
        comparison.step("delete");
        queue.delete(false, false);
        queue.afterDelete();
        store.runAll();
        deadLetters.run(Integer.MAX_VALUE);
        same(spill.live(), 0);
        same(budget.usedBytes(), othersBytes);
        clients.useDeleted();
        same(budget.usedBytes(), othersBytes);
    }

    private void same(Object actual, Object expected) {
        comparison.same(actual, expected);
    }
}
