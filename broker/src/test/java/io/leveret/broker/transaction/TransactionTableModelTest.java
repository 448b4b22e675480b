package io.leveret.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.transaction.Arrival.Half;
import io.leveret.broker.transaction.Arrival.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Random histories of one exchange's transactions, with a restart after any step, against a model that reads the whole log from its
 * beginning each time. A failure prints the seed that repeats it.
 */
class TransactionTableModelTest {

    private static final int HISTORIES = 100;
    private static final int STEPS = 120;
    private static final int REMEMBERED = 10_000;
    private static final CheckRules RULES = new CheckRules(20, "checks", 30, 2);

    private final PlainTransactions model = new PlainTransactions();
    private Random random = new Random(0);
    private TransactionTable table = new TransactionTable(REMEMBERED);

    /** All that was ever written down, and what is live of it. */
    private final List<Arrival> log = new ArrayList<>();

    private final TreeMap<Long, Arrival> live = new TreeMap<>();
    private final Map<Long, int[]> checks = new HashMap<>();
    private final Map<Long, Long> nextChecks = new HashMap<>();
    private final Map<List<Byte>, byte[]> remembered = new HashMap<>();

    /** In memory: how much of the log has a meaning, and what is about to be settled. */
    private int applied;

    private final List<Long> dropped = new ArrayList<>();
    private final List<OpenTransaction> taken = new ArrayList<>();

    private final List<PlainTransactions.Outcome> outcomes = new ArrayList<>();
    private long nowMs = 1_000;

    @RepeatedTest(40)
    void agreesWithAModelThatReadsTheWholeLog(RepetitionInfo repetition) {
        for (int history = 0; history < HISTORIES; history++) {
            int seed = repetition.getCurrentRepetition() * HISTORIES + history;
            begin(seed);
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            end();
            assertThat(sorted(outcomes)).as("seed %d", seed).isEqualTo(sorted(model.outcomes(log)));
            assertThat(open()).as("seed %d", seed).isEqualTo(model.open(log));
        }
    }

    private void begin(int seed) {
        random = new Random(seed);
        table = new TransactionTable(REMEMBERED);
        log.clear();
        live.clear();
        checks.clear();
        nextChecks.clear();
        remembered.clear();
        applied = 0;
        dropped.clear();
        taken.clear();
        outcomes.clear();
        model.begin();
        nowMs = 1_000;
    }

    private void step() {
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> appendHalf();
            case 4 -> append(order(random.nextBoolean() ? Decision.COMMIT : Decision.ROLLBACK, 0));
            case 5, 6, 7 -> apply();
            case 8 -> settleDropped();
            case 9, 10 -> carryOut();
            case 11 -> pass(random.nextInt(25));
            case 12 -> putOff();
            default -> restart();
        }
    }

    private String anyId() {
        return "t" + random.nextInt(4);
    }

    private void appendHalf() {
        long id = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(4);
        boolean again = random.nextInt(8) == 0;
        append(new Half(log.size(), anyId(), id, again, 10, RULES, nowMs, nowMs + RULES.timeoutMs(), 0, null));
    }

    private Order order(Decision decision, long first) {
        return new Order(log.size(), anyId(), decision, first);
    }

    private void append(Arrival arrival) {
        log.add(arrival);
        live.put(arrival.position(), arrival);
    }

    private void apply() {
        if (applied < log.size()) {
            apply(log.get(applied++));
        }
    }

    private void apply(Arrival arrival) {
        boolean means = arrival instanceof Half half ? table.add(half) : table.decide((Order) arrival);
        if (!means) {
            dropped.add(arrival.position());
        }
    }

    private void settleDropped() {
        dropped.forEach(live::remove);
        dropped.clear();
    }

    private void carryOut() {
        settleDropped();
        OpenTransaction next = table.takeDecided(nowMs, () -> Long.MAX_VALUE);
        if (next == null) {
            return;
        }
        outcomes.add(new PlainTransactions.Outcome(
                next.id(), String.valueOf(next.decision), Arrays.toString(next.positions())));
        for (long position : next.positions()) {
            assertThat(live.remove(position)).isNotNull();
        }
        assertThat(live.remove(next.decidedAt)).isNotNull();
        table.takeForgotten().forEach(none -> remembered.remove(boxed(none.place())));
        Remembered.Coming coming = table.remembering(next);
        remembered.put(
                boxed(coming.written().place()),
                Objects.requireNonNull(coming.written().value()));
        table.done(next, coming, false);
    }

    private static List<Byte> boxed(byte[] bytes) {
        List<Byte> boxed = new ArrayList<>();
        for (byte each : bytes) {
            boxed.add(each);
        }
        return boxed;
    }

    /** Something could not be read, so that others go first. */
    private void putOff() {
        OpenTransaction next = table.takeDecided(nowMs, () -> Long.MAX_VALUE);
        if (next != null) {
            table.off(next, nowMs + random.nextInt(20));
        }
    }

    /** Everything that is due by then is checked, or ended. The model says what that is. */
    private void pass(long ms) {
        nowMs += ms;
        List<String> due = new ArrayList<>();
        for (OpenTransaction next = table.takeDue(nowMs); next != null; next = table.takeDue(nowMs)) {
            due.add(next.id() + "@" + next.first() + " checked " + next.checks);
            check(next);
        }
        assertThat(due).containsExactlyInAnyOrderElementsOf(model.due(log.subList(0, applied), RULES, nowMs));
    }

    private void check(OpenTransaction due) {
        if (due.checks >= RULES.max()) {
            if (due.id().equals("t0")) {
                table.park(due);
            } else {
                table.close(due);
                append(new Order(log.size(), due.id(), Decision.UNRESOLVED, due.first()));
            }
            return;
        }
        int count = due.checks + 1;
        checks.put(due.first(), new int[] {count});
        nextChecks.put(due.first(), nowMs + RULES.intervalMs());
        table.checked(due, count, nowMs + RULES.intervalMs());
    }

    /** All that memory had is lost; the log and what stands beside it are not. */
    private void restart() {
        table = new TransactionTable(REMEMBERED);
        table.recovered(Remembered.of(REMEMBERED, List.copyOf(remembered.values())));
        dropped.clear();
        applied = log.size();
        for (Arrival each : List.copyOf(live.values())) {
            apply(each instanceof Half half ? asRead(half) : each);
        }
        model.restarted();
    }

    private Half asRead(Half half) {
        int count = checks.getOrDefault(half.position(), new int[1])[0];
        long nextMs = nextChecks.getOrDefault(half.position(), half.nextMs());
        return new Half(
                half.position(),
                half.id(),
                half.messageId(),
                half.again(),
                half.bytes(),
                half.rules(),
                half.sinceMs(),
                nextMs,
                count,
                null);
    }

    private void end() {
        while (applied < log.size()) {
            apply();
        }
        nowMs += 100;
        for (OpenTransaction next = table.firstDecided(); next != null; next = table.firstDecided()) {
            carryOut();
        }
        settleDropped();
        assertThat(table.decidingCount()).isZero();
        assertThat(live.keySet()).containsExactlyInAnyOrderElementsOf(model.openPositions(log));
    }

    private List<String> open() {
        return table.after("", 100).stream()
                .map(each -> each.id() + " " + Arrays.toString(each.positions()))
                .toList();
    }

    private static List<PlainTransactions.Outcome> sorted(List<PlainTransactions.Outcome> given) {
        return given.stream()
                .sorted(Comparator.comparing(PlainTransactions.Outcome::toString))
                .toList();
    }
}
