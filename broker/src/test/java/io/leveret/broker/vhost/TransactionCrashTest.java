package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.TransactionalVhost.deadLettering;
import static io.leveret.broker.vhost.TransactionalVhost.decision;
import static io.leveret.broker.vhost.TransactionalVhost.half;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.transaction.TransactionBounds;
import io.leveret.persistence.log.StoreFailedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The store ends at each batch in turn, be it of a half message, of a decision, of a check or of what is carried out, and is opened again: a
 * transaction whose commit was written down comes whole and once, one whose rollback was does not come, and of the others all is there. That
 * a batch is whole or not there is the store's own test.
 */
class TransactionCrashTest {

    private static final int STEPS = 60;
    private static final TransactionBounds FEW = new TransactionBounds(5_000, 50, 100_000, 10, 1_000_000, 5_000);

    /** By id, what was written down of it and not decided; and in which order it is to come out. */
    private final Map<String, List<String>> open = new TreeMap<>();

    private final Map<String, Long> openedMs = new HashMap<>();
    private final List<String> expected = new ArrayList<>();
    private final List<String> dead = new ArrayList<>();
    private int numbers;

    @Test
    void bringsEachTransactionWholeOrNotAtAll() {
        long batches = 0;
        while (isCutAfter(batches, TransactionalVhost.USUAL) && isCutAfter(batches, FEW)) {
            batches++;
        }
        assertThat(batches).isGreaterThan(STEPS);
    }

    private boolean isCutAfter(long batches, TransactionBounds bounds) {
        open.clear();
        openedMs.clear();
        expected.clear();
        dead.clear();
        numbers = 0;
        try (TransactionalVhost host = new TransactionalVhost(bounds)) {
            host.declareAnew(deadLettering());
            host.store.failAfter(batches);
            boolean cut = !lives(host);
            host.restart();
            host.work();
            check(host, batches);
            return cut;
        }
    }

    private void check(TransactionalVhost host, long batches) {
        List<String> out = host.take("out");
        assertThat(out).as("after %d batches", batches).containsExactlyInAnyOrderElementsOf(expected);
        checkOrder(out);
        open.keySet().forEach(host::commit);
        List<String> rest = new ArrayList<>(host.take("out"));
        checkOrder(rest);
        List<String> letters = host.take("dead");
        checkOrder(letters);
        rest.addAll(letters);
        List<String> all = new ArrayList<>(dead);
        open.values().forEach(all::addAll);
        assertThat(rest).as("after %d batches", batches).containsExactlyInAnyOrderElementsOf(all);
        assertThat(host.listed()).isEmpty();
        assertThat(host.stored()).isZero();
    }

    /** Of one transaction they come as they were published, and so do those of all with one id: bodies are numbered. */
    private static void checkOrder(List<String> bodies) {
        Map<String, Integer> last = new HashMap<>();
        for (String body : bodies) {
            String[] parts = body.split(" ", -1);
            int number = Integer.parseInt(parts[1]);
            Integer before = last.put(parts[0], number);
            assertThat(number).as("in %s", bodies).isGreaterThan(before == null ? -1 : before);
        }
    }

    /** False if the store ended meanwhile. */
    private boolean lives(TransactionalVhost host) {
        Random random = new Random(7);
        try {
            for (int i = 0; i < STEPS; i++) {
                step(host, random);
            }
            return true;
        } catch (StoreFailedException cut) {
            return false;
        }
    }

    private void step(TransactionalVhost host, Random random) {
        switch (random.nextInt(8)) {
            case 0 -> pass(host, random.nextInt(1_000));
            case 1, 2, 3 -> decideOne(host, random);
            default -> publish(host, "t" + random.nextInt(6));
        }
        if (random.nextBoolean()) {
            pass(host, 0);
        }
    }

    private void publish(TransactionalVhost host, String id) {
        String body = id + " " + numbers;
        host.gather("tx", half(id, "m" + numbers++), body);
        host.flush();
        open.computeIfAbsent(id, any -> new ArrayList<>()).add(body);
        openedMs.putIfAbsent(id, host.nowMs());
    }

    private void decideOne(TransactionalVhost host, Random random) {
        List<String> ids = List.copyOf(open.keySet());
        if (ids.isEmpty()) {
            return;
        }
        String id = ids.get(random.nextInt(ids.size()));
        boolean commit = random.nextInt(3) > 0;
        host.gather("tx", decision(id, commit ? "commit" : "rollback"), "");
        host.flush();
        List<String> decided = open.remove(id);
        openedMs.remove(id);
        if (commit && decided != null) {
            expected.addAll(decided);
        }
    }

    /** What is not decided after two checks and one more interval is dead-lettered, once that is written down. */
    private void pass(TransactionalVhost host, long ms) {
        host.pass(ms);
        if (host.vhost.isDown() || host.store.hasEnded()) {
            throw new StoreFailedException("while threads worked", null);
        }
        openedMs.entrySet().removeIf(each -> {
            boolean isOver = each.getValue() + 2_100 <= host.nowMs();
            if (isOver) {
                List<String> left = open.remove(each.getKey());
                dead.addAll(left == null ? List.of() : left);
            }
            return isOver;
        });
    }
}
