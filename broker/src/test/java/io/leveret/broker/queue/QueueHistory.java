package io.leveret.broker.queue;

import static io.leveret.broker.queue.FakeTarget.idOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.queue.Consumer.ConsumerOptions;
import io.leveret.broker.queue.SlowQueue.Active;
import io.leveret.broker.queue.SlowQueue.Held;
import io.leveret.broker.queue.SlowQueue.SlowConsumer;
import io.leveret.broker.queue.SlowQueue.SlowTarget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One random history of a queue, done side by side with the slow model and compared after every step. */
final class QueueHistory {

    private static final int TARGETS = 3;

    private final long seed;
    private final Random random;
    private final Active active;
    private final SlowQueue model;
    private final List<QueueEntry> log = new ArrayList<>();
    private final List<FakeTarget> targets = new ArrayList<>();
    private final List<SlowTarget> slowTargets = new ArrayList<>();
    private final Map<SlowConsumer, Consumer> consumers = new LinkedHashMap<>();
    private final Map<Integer, QueueEntry> held = new TreeMap<>();
    private final Set<Integer> transmitted = new TreeSet<>();
    private final Queue queue;

    private boolean unusedTold;
    private int published;
    private String step = "";

    QueueHistory(long seed, Active active) {
        this.seed = seed;
        this.random = new Random(seed);
        this.active = active;
        this.model = new SlowQueue(active);
        this.queue = Queues.queue(true, arguments(active), () -> unusedTold = true);
        for (int i = 0; i < TARGETS; i++) {
            targets.add(new FakeTarget(log));
            slowTargets.add(new SlowTarget());
        }
    }

    private static FieldTable arguments(Active active) {
        return active == Active.ALL
                ? FieldTable.EMPTY
                : FieldTable.builder()
                        .put("x-single-active-consumer", true)
                        .put("x-queue-type", active == Active.ONE_OF_QUORUM ? "quorum" : "classic")
                        .build();
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            compare();
            transmitMost();
        }
        delete();
    }

    private void step() {
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> burst();
            case 3, 4 -> settleOnly();
            case 5 -> reject();
            case 6 -> requeue();
            case 7, 8 -> addConsumer();
            case 9 -> cancel();
            case 10 -> lose();
            case 11 -> get();
            case 12 -> changeRoom();
            default -> purgeSometimes();
        }
    }

    private void burst() {
        List<Integer> settled = someSettled();
        List<Integer> ids = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 200 : 6); i > 0; i--) {
            ids.add(published++);
        }
        accept(settled, ids);
    }

    private void settleOnly() {
        accept(someSettled(), List.of());
    }

    private void accept(List<Integer> settled, List<Integer> ids) {
        step = "burst settles " + settled + " publishes " + ids;
        QueueBurst burst = new QueueBurst(queue);
        settled.forEach(id -> burst.settle(take(id)));
        ids.forEach(id -> burst.publish(Queues.message(id)));
        burst.flush();
        sameDeliveries(model.burst(settled, ids));
    }

    /** Some of what is settled is not wanted. */
    private void reject() {
        List<Integer> settled = someSettled();
        List<Integer> rejected = new ArrayList<>(settled);
        rejected.removeIf(id -> random.nextBoolean());
        settled.removeAll(rejected);
        step = "burst settles " + settled + " rejects " + rejected;
        QueueBurst burst = new QueueBurst(queue);
        settled.forEach(id -> burst.settle(take(id)));
        rejected.forEach(id -> burst.reject(take(id)));
        burst.flush();
        settled.addAll(rejected);
        sameDeliveries(model.burst(settled, List.of()));
    }

    /** Only what went out can be acknowledged, and without acknowledgements nothing is. */
    private List<Integer> someSettled() {
        List<Integer> settled = new ArrayList<>();
        int odds = 1 + random.nextInt(4);
        for (Map.Entry<Integer, Held> each : model.held().entrySet()) {
            SlowConsumer consumer = each.getValue().consumer();
            boolean acknowledged = consumer == null || !consumer.options.noAck();
            if (acknowledged && transmitted.contains(each.getKey()) && random.nextInt(odds) == 0) {
                settled.add(each.getKey());
            }
        }
        return settled;
    }

    private void requeue() {
        List<Integer> ids = new ArrayList<>(model.held().keySet());
        ids.removeIf(id -> random.nextInt(3) == 0);
        Map<Integer, Boolean> repeated = repeated(ids);
        step = "requeue " + repeated;
        queue.requeue(repeated.keySet().stream().map(this::take).toList());
        sameDeliveries(model.requeue(repeated));
    }

    /** In any order, and whether each had gone out. */
    private Map<Integer, Boolean> repeated(List<Integer> ids) {
        List<Integer> shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled, random);
        Map<Integer, Boolean> repeated = new LinkedHashMap<>();
        shuffled.forEach(id -> repeated.put(id, transmitted.contains(id)));
        return repeated;
    }

    /** A channel goes with its consumers, and what it has returns, if it is much in pieces. Another one takes its place. */
    private void lose() {
        int at = random.nextInt(TARGETS);
        SlowTarget target = slowTargets.get(at);
        List<SlowConsumer> lost =
                model.consumers().stream().filter(each -> each.target == target).toList();
        Map<Integer, Boolean> returned = repeated(heldBy(target));
        step = "lose target " + at + " which has " + returned;
        boolean inPieces = active != Active.ALL && isHeldBy(lost, returned.keySet());
        List<QueueEntry> entries = returned.keySet().stream().map(this::take).toList();
        lost.forEach(each -> queue.loseConsumer(consumer(each)));
        if (inPieces) {
            requeueInPieces(entries);
        } else {
            queue.requeue(entries);
        }
        targets.get(at).room(Integer.MAX_VALUE);
        target.room = Integer.MAX_VALUE;
        sameDeliveries(model.lose(target, returned));
    }

    private List<Integer> heldBy(SlowTarget target) {
        return model.held().keySet().stream()
                .filter(id -> {
                    SlowConsumer holder = holder(id);
                    return holder != null && holder.target == target;
                })
                .toList();
    }

    /** Null if it was got, or nobody has it. */
    private @Nullable SlowConsumer holder(int id) {
        Held held = model.held().get(id);
        return held == null ? null : held.consumer();
    }

    /** Only for what consumers have that go now is the last piece waited for. */
    private boolean isHeldBy(List<SlowConsumer> lost, Set<Integer> ids) {
        return ids.stream().map(this::holder).allMatch(holder -> {
            return holder != null && lost.contains(holder) && !holder.options.noAck();
        });
    }

    /** In order, as a channel does it. */
    private void requeueInPieces(List<QueueEntry> entries) {
        List<QueueEntry> inOrder = new ArrayList<>(entries);
        if (!queue.priorities().returnedFirst()) {
            inOrder.sort(QueueEntry::compare);
        }
        int half = inOrder.size() / 2;
        queue.requeue(inOrder.subList(0, half));
        queue.requeue(inOrder.subList(half, inOrder.size()));
    }

    private void addConsumer() {
        int at = random.nextInt(TARGETS);
        ConsumerOptions options = Queues.options(
                random.nextInt(6) == 0, random.nextInt(8) == 0, 1 + random.nextInt(4), random.nextInt(3) - 1);
        String tag = "c" + consumers.size() + "." + random.nextInt(1000);
        step = "consume " + tag + " " + options;
        Consumer consumer = Queues.consumer(queue, targets.get(at), tag, options);
        if (!model.admits(options)) {
            assertThatThrownBy(() -> queue.addConsumer(consumer))
                    .as(this::story)
                    .isInstanceOf(AmqpException.class)
                    .hasMessage("ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use");
            return;
        }
        SlowConsumer slow = new SlowConsumer(tag, slowTargets.get(at), options);
        consumers.put(slow, consumer);
        queue.addConsumer(consumer);
        sameDeliveries(model.add(slow));
    }

    private void cancel() {
        if (model.consumers().isEmpty()) {
            return;
        }
        SlowConsumer slow =
                model.consumers().get(random.nextInt(model.consumers().size()));
        step = "cancel " + slow.tag;
        queue.removeConsumer(consumer(slow));
        sameDeliveries(model.remove(slow));
    }

    private void get() {
        boolean noAck = random.nextBoolean();
        step = "get noAck=" + noAck;
        if (model.refusesGets()) {
            assertThatThrownBy(() -> queue.get(noAck)).as(this::story).isInstanceOf(AmqpException.class);
            return;
        }
        QueueEntry entry = queue.get(noAck);
        String got = entry == null ? null : idOf(entry) + (entry.redelivered() ? "!" : "");
        assertThat(got).as(this::story).isEqualTo(model.get(noAck));
        if (entry != null && !noAck) {
            entry.transmitted();
            held.put(idOf(entry), entry);
            transmitted.add(idOf(entry));
        }
    }

    /** As a channel does it: room first, then a call for each consumer that waits. */
    private void changeRoom() {
        int at = random.nextInt(TARGETS);
        int room = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(5);
        step = "room of target " + at + " is " + room;
        targets.get(at).room(room);
        slowTargets.get(at).room = room;
        List<String> expected = new ArrayList<>();
        for (SlowConsumer slow : List.copyOf(model.consumers())) {
            if (slow.target == slowTargets.get(at)) {
                queue.activate(consumer(slow));
                expected.addAll(model.activate(slow));
            }
        }
        sameDeliveries(expected);
    }

    private void purgeSometimes() {
        if (random.nextInt(4) == 0) {
            step = "purge";
            assertThat(queue.purgeReady().count()).as(this::story).isEqualTo(model.purge());
        }
    }

    private void delete() {
        boolean ifUnused = random.nextBoolean();
        boolean ifEmpty = random.nextBoolean();
        step = "delete ifUnused=" + ifUnused + " ifEmpty=" + ifEmpty;
        boolean refused = (ifUnused && !model.consumers().isEmpty()) || (ifEmpty && model.readyCount() > 0);
        if (refused) {
            assertThatThrownBy(() -> queue.delete(ifUnused, ifEmpty))
                    .as(this::story)
                    .isInstanceOf(AmqpException.class);
            compare();
            return;
        }
        assertThat(queue.delete(ifUnused, ifEmpty)).as(this::story).isEqualTo(model.readyCount());
        queue.afterDelete();
        deadQueueIgnoresAll();
    }

    private void deadQueueIgnoresAll() {
        List<Consumer> told = new ArrayList<>();
        targets.forEach(target -> told.addAll(target.withoutQueue()));
        List<Consumer> all = model.consumers().stream().map(this::consumer).toList();
        assertThat(told).as(this::story).containsExactlyInAnyOrderElementsOf(all);
        queue.requeue(new ArrayList<>(held.values()));
        Queues.publish(queue, published, published + 1);
        all.forEach(queue::activate);
        all.forEach(queue::removeConsumer);
        if (!model.refusesGets()) {
            assertThat(queue.get(true)).as(this::story).isNull();
        }
        sameDeliveries(List.of());
    }

    private void sameDeliveries(List<String> expected) {
        List<String> actual = new ArrayList<>();
        for (QueueEntry entry : log) {
            Consumer consumer = entry.consumer();
            actual.add((consumer == null ? "nobody" : consumer.tag()) + ":" + idOf(entry)
                    + (entry.redelivered() ? "!" : ""));
            held.put(idOf(entry), entry);
        }
        log.clear();
        same(actual, expected);
        same(targets.stream().anyMatch(FakeTarget::isSleepingOverDeliveries), false);
    }

    private void compare() {
        QueueCounts counts = queue.counts();
        same(
                counts,
                new QueueCounts(
                        model.readyCount(),
                        model.unackedCount(),
                        model.consumers().size()));
        same(unusedTold, model.everUnused());
        for (SlowConsumer slow : model.consumers()) {
            same(slow.tag + " parked=" + consumer(slow).parked(), slow.tag + " parked=" + slow.parked);
            same(slow.inFlight >= 0 && slow.inFlight <= slow.options.prefetch(), true);
        }
    }

    /** The comparison first: an assertion object for each of millions would be most of the test's time. */
    private void same(Object actual, Object expected) {
        if (!actual.equals(expected)) {
            assertThat(actual).as(this::story).isEqualTo(expected);
        }
    }

    private void transmitMost() {
        for (Map.Entry<Integer, QueueEntry> each : held.entrySet()) {
            if (!transmitted.contains(each.getKey()) && random.nextInt(5) > 0) {
                transmit(each.getKey(), each.getValue());
            }
        }
        held.keySet().removeIf(id -> !model.held().containsKey(id));
    }

    private void transmit(int id, QueueEntry entry) {
        Consumer consumer = entry.consumer();
        if (consumer != null && consumer.noAck()) {
            model.held().remove(id);
        } else {
            entry.transmitted();
            transmitted.add(id);
        }
    }

    private QueueEntry take(int id) {
        transmitted.remove(id);
        QueueEntry entry = held.remove(id);
        if (entry == null) {
            throw new AssertionError("message " + id + " was never delivered");
        }
        return entry;
    }

    private Consumer consumer(SlowConsumer slow) {
        Consumer consumer = consumers.get(slow);
        if (consumer == null) {
            throw new AssertionError("no consumer " + slow.tag);
        }
        return consumer;
    }

    private String story() {
        return active + " active, seed " + seed + ": " + step;
    }
}
