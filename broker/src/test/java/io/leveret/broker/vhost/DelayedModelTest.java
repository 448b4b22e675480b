package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.DelayedVhost.cancel;
import static io.leveret.broker.vhost.DelayedVhost.delayed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.delay.DelayBounds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random histories of a delayed exchange against a list that is searched whole; a failure prints the seed that repeats it. */
class DelayedModelTest {

    private static final int STEPS = 120;

    private static final DelayBounds FEW = new DelayBounds(10, 4, 3, 40, 80, 2, 5, 1_000_000);

    private record Waiting(long dueMs, String body, String id, boolean persistent) {}

    private final List<Waiting> waiting = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();
    private int published;

    /** When the message is due that another thread has not brought yet; 0 if there is none. */
    private long appendedDueMs;

    @RepeatedTest(60)
    void agreesWithAPlainList(RepetitionInfo repetition) {
        agrees(repetition.getCurrentRepetition(), DelayBounds.of(1_000_000));
    }

    /** So that most of what waits is more than memory may hold. */
    @RepeatedTest(60)
    void agreesWithAPlainListWhereFewMayBeInMemory(RepetitionInfo repetition) {
        agrees(repetition.getCurrentRepetition(), FEW);
    }

    private void agrees(int seed, DelayBounds bounds) {
        Random random = new Random(seed);
        try (DelayedVhost host = new DelayedVhost(bounds)) {
            for (int step = 0; step < STEPS; step++) {
                step(host, random);
            }
            bring(host);
            pass(host, 250_000);
            assertThat(host.take("out")).as("seed %d", seed).isEqualTo(expected);
            host.pass(1_000);
            assertThat(host.vhost.delayCounts().waiting()).as("seed %d", seed).isZero();
        }
    }

    private void step(DelayedVhost host, Random random) {
        switch (random.nextInt(20)) {
            case 0 -> restart(host);
            case 1 -> deleteAndDeclare(host);
            case 2 -> host.store.hold();
            case 3 -> host.store.release();
            case 4, 5, 6, 7 -> pass(host, random.nextInt(200));
            case 8 -> pass(host, random.nextInt(120_000));
            case 9 -> transaction(host, random);
            case 13 -> bring(host);
            case 14 -> append(host, random);
            case 10, 11, 12 -> cancelOne(host, random);
            default -> publish(host, random);
        }
        if (random.nextBoolean()) {
            host.flush();
        }
        if (random.nextBoolean()) {
            host.flush();
            host.work();
        }
    }

    private void publish(DelayedVhost host, Random random) {
        host.flush();
        gather(host, random);
        host.flush();
    }

    private void gather(DelayedVhost host, Random random) {
        long delayMs = random.nextInt(random.nextInt(4) == 0 ? 200_000 : 300) + 1L;
        boolean persistent = random.nextInt(3) > 0;
        String id = "id" + random.nextInt(6);
        String body = "m" + published++;
        host.gather(delayed(persistent, delayMs, id), body);
        waiting.add(new Waiting(host.nowMs() + delayMs, body, id, persistent));
    }

    private void cancelOne(DelayedVhost host, Random random) {
        String id = "id" + random.nextInt(6);
        host.gather(cancel(id), "");
        waiting.removeIf(each -> each.id().equals(id));
    }

    private void transaction(DelayedVhost host, Random random) {
        for (int i = random.nextInt(6); i >= 0; i--) {
            if (random.nextInt(3) == 0) {
                cancelOne(host, random);
            } else {
                gather(host, random);
            }
        }
        host.flush();
    }

    /** Another thread writes one down, and is interrupted. */
    private void append(DelayedVhost host, Random random) {
        bring(host);
        host.flush();
        long delayMs = random.nextInt(150_000) + 1L;
        String id = "id" + random.nextInt(6);
        String body = "m" + published++;
        host.append(delayed(true, delayMs, id), body);
        appendedDueMs = host.nowMs() + delayMs;
        waiting.add(new Waiting(appendedDueMs, body, id, true));
    }

    private void bring(DelayedVhost host) {
        host.bring();
        appendedDueMs = 0;
    }

    private void pass(DelayedVhost host, long ms) {
        if (appendedDueMs != 0 && appendedDueMs <= host.nowMs() + ms) {
            bring(host);
        }
        host.flush();
        host.work();
        long now = host.nowMs() + ms;
        host.pass(ms);
        List<Waiting> due = waiting.stream()
                .filter(each -> each.dueMs() <= now)
                .sorted(Comparator.comparingLong(Waiting::dueMs))
                .toList();
        due.forEach(each -> expected.add(each.body()));
        waiting.removeAll(due);
    }

    private void restart(DelayedVhost host) {
        pass(host, 0);
        assertThat(host.take("out")).isEqualTo(expected);
        expected.clear();
        appendedDueMs = 0;
        host.restart();
        waiting.removeIf(each -> !each.persistent());
    }

    private void deleteAndDeclare(DelayedVhost host) {
        bring(host);
        pass(host, 0);
        host.vhost.exchanges().delete("later", false, ACCESS);
        host.declare("later", FieldTable.builder().put("x-delayed-type", "direct"));
        host.bind("later", "out");
        waiting.clear();
    }
}
