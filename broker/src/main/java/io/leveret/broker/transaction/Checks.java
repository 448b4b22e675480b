package io.leveret.broker.transaction;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Message;
import io.leveret.broker.transaction.HalfReads.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks about transactions that nobody decided in time, each request in one batch with the record that it was sent, and ends what was
 * asked for too often. Used by one thread at a time, which may block.
 */
final class Checks {

    private static final int MOST = 100;
    private static final long BYTES_MOST = 4 * 1024 * 1024;

    private final TransactionDelivery delivery;
    private final HalfReads reads;
    private final Gathered gathered;
    private final Ways ways;
    private final Portion portion = new Portion(MOST);

    Checks(TransactionDelivery delivery, HalfReads reads, Gathered gathered, Ways ways) {
        this.delivery = delivery;
        this.reads = reads;
        this.gathered = gathered;
        this.ways = ways;
    }

    /** @param below the position below which everything has come to its exchange */
    void due(TransactionalMessages room, long nowMs, long readable, long below) {
        int max = portion.take();
        List<OpenTransaction> taken = room.takeDue(nowMs, max, below);
        if (!taken.isEmpty()) {
            // One that fails again, and alone, is the one that always does.
            long againMs = max == 1 ? room.againMs(nowMs) : nowMs + TransactionTasks.FULL_MS;
            due(room, taken, nowMs, readable, againMs);
        }
        portion.wentWell(max);
    }

    private void due(TransactionalMessages room, List<OpenTransaction> taken, long nowMs, long readable, long againMs) {
        boolean isDone = false;
        try {
            goOn(room, taken, nowMs, readable);
            isDone = true;
        } finally {
            if (!isDone) {
                // After an error; those that were put off are left alone.
                taken.forEach(each -> room.again(each, againMs));
            }
        }
        gathered.flush();
    }

    private void goOn(TransactionalMessages room, List<OpenTransaction> taken, long nowMs, long readable) {
        List<OpenTransaction> asked = new ArrayList<>();
        List<OpenTransaction> ended = new ArrayList<>();
        for (OpenTransaction each : taken) {
            if (each.first() >= readable) {
                room.off(each, nowMs + TransactionTasks.SOON_MS);
            } else if (each.checks >= each.rules().max()) {
                ended.add(each);
            } else if (each.rules().check() == null) {
                check(room, each, nowMs);
            } else {
                asked.add(each);
            }
        }
        if (!ended.isEmpty()) {
            endAll(room, ended, nowMs);
        }
        if (!asked.isEmpty()) {
            ask(room, asked, nowMs);
        }
    }

    private void ask(TransactionalMessages room, List<OpenTransaction> asked, long nowMs) {
        HalfReads.Result read = reads.read(room, asked, each -> new long[] {each.first()}, BYTES_MOST);
        for (OpenTransaction each : asked) {
            List<Read> first = read.whole().get(each);
            if (first == null) {
                room.off(each, each == read.unreadable() ? room.againMs(nowMs) : nowMs);
            } else if (room.isOpen(each)) {
                send(room, each, first.get(0).message());
                check(room, each, nowMs);
            }
        }
    }

    /** What there is no trace of can't be asked about, and time goes on. */
    private void send(TransactionalMessages room, OpenTransaction transaction, @Nullable Message half) {
        String check = transaction.rules().check();
        if (half != null && check != null) {
            delivery.check(CheckRequest.of(half, room.exchange(), check, transaction.checks + 1));
        }
    }

    private void check(TransactionalMessages room, OpenTransaction transaction, long nowMs) {
        int count = transaction.checks + 1;
        long nextMs = nowMs + transaction.rules().intervalMs();
        if (room.hasStore()) {
            delivery.checked(room, transaction.first(), count, nextMs);
        }
        gathered.add(room, transaction, () -> room.checked(transaction, count, nextMs));
    }

    /** What would be lost as a dead letter can still be decided. */
    private void endAll(TransactionalMessages room, List<OpenTransaction> ended, long nowMs) {
        if (!delivery.hasDeadLetterExchange(room)) {
            boolean mayCome = delivery.namesDeadLetterExchange(room);
            ended.forEach(each -> room.park(each, mayCome ? room.againMs(nowMs) : Agenda.NEVER));
            return;
        }
        Map<OpenTransaction, long[]> positions = HalfReads.positions(room, ended);
        HalfReads.Result read = reads.read(room, ended, each -> positions.getOrDefault(each, new long[0]), BYTES_MOST);
        List<Leaving> leaving = new ArrayList<>();
        try {
            for (OpenTransaction each : ended) {
                List<Read> halves = read.whole().get(each);
                if (halves == null) {
                    room.off(each, each == read.unreadable() ? room.againMs(nowMs) : nowMs);
                } else {
                    end(room, each, HalfReads.messages(halves), leaving, nowMs);
                }
            }
        } finally {
            // They leave when the verdicts are in the log.
            ways.giveUp(leaving);
        }
    }

    /** @param leaving what else is to leave, and has its places; takes these */
    private void end(
            TransactionalMessages room,
            OpenTransaction transaction,
            List<Message> messages,
            List<Leaving> leaving,
            long nowMs) {
        List<Leaving> found = ways.find(room, messages, Decision.UNRESOLVED, nowMs);
        if (found == null) {
            room.park(transaction, room.againMs(nowMs));
        } else {
            leaving.addAll(found);
            end(room, transaction);
        }
    }

    /** The broker's own verdict stands in the log with the publishers' decisions, so that only one of them counts. */
    private void end(TransactionalMessages room, OpenTransaction transaction) {
        FieldTable headers = FieldTable.builder()
                .putAll(TransactionHeaders.command(transaction.id(), Decision.UNRESOLVED))
                .put(TransactionHeaders.FIRST, transaction.first())
                .build();
        delivery.decide(room, Transactions.command(room, headers), Decision.UNRESOLVED.mark());
        gathered.add(room, transaction, () -> room.close(transaction));
    }
}
