package io.leveret.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.hold.Delivery.Outcome;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.hold.Leaving;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.QueueContext.Cancellable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One transaction can't be gathered, each time that it is tried: others go their way, whatever batch they were in with it. */
class FailingTransactionTest {

    private static final int OTHERS = 300;

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final List<Timed> timed = new ArrayList<>();
    private long nowMs = 1_000_000;
    private final Gathering delivery = new Gathering();
    private final Transactions all = new Transactions(
            "/",
            null,
            MemoryBudget.unlimited(),
            () -> Instant.ofEpochMilli(nowMs),
            TransactionBounds.of(10_000, 1_000_000));
    private final TransactionalMessages room;

    private record Timed(long atMs, Runnable task) {}

    FailingTransactionTest() {
        FieldTable arguments = FieldTable.builder()
                .put("x-tx-check", "checks")
                .put("x-tx-timeout", 100)
                .put("x-tx-check-interval", 1_000_000)
                .build();
        room = all.open("tx", arguments, 0);
        all.start(delivery, new Gathering(), pool::add, this::after);
    }

    private Cancellable after(long delayMs, Runnable task) {
        Timed added = new Timed(nowMs + delayMs, task);
        timed.add(added);
        return () -> timed.remove(added);
    }

    private void pass(long ms) {
        work();
        long end = nowMs + ms;
        for (Timed next = first(); next != null && next.atMs() <= end; next = first()) {
            timed.remove(next);
            nowMs = Math.max(nowMs, next.atMs());
            next.task().run();
            work();
        }
        nowMs = end;
    }

    private void work() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    private @Nullable Timed first() {
        return timed.stream().min(Comparator.comparingLong(Timed::atMs)).orElse(null);
    }

    private void prepare(String id) {
        bring(id, null);
    }

    private void commit(String id) {
        bring(id, "commit");
    }

    private void bring(String id, @Nullable String state) {
        FieldTable.Builder headers = FieldTable.builder().put("x-tx-id", id);
        if (state != null) {
            headers.put("x-tx-state", state);
        }
        Message message = new Message(
                new Address("tx", ""),
                BasicProperties.builder().headers(headers.build()).build(),
                (state == null ? id : "").getBytes(StandardCharsets.UTF_8));
        assertThat(room.reserve(message)).isNull();
        HalfBurst burst = new HalfBurst();
        burst.add(room, message, room.dueMs(message), -1);
        burst.flush(0);
    }

    @Test
    void othersAreCarriedOut() {
        prepare("a");
        prepare("failing");
        commit("a");
        commit("failing");
        for (int i = 0; i < OTHERS; i++) {
            prepare("t" + i);
            commit("t" + i);
        }

        pass(20_000);

        assertThat(delivery.came).hasSize(OTHERS + 1).doesNotHaveDuplicates().doesNotContain("failing");
        assertThat(room.counts().committed()).isEqualTo(OTHERS + 1);
        delivery.isHealed = true;
        pass(11_000);
        assertThat(delivery.came).hasSize(OTHERS + 2).contains("failing").doesNotHaveDuplicates();
    }

    @Test
    void placesOfWhatWasNotGatheredAreGivenUp() {
        for (int i = 0; i < 3; i++) {
            prepare("failing");
        }
        commit("failing");

        pass(20_000);

        assertThat(delivery.came).isEmpty();
        assertThat(delivery.places).isZero();
        delivery.isHealed = true;
        pass(11_000);
        assertThat(delivery.came).hasSize(3);
        assertThat(delivery.places).isZero();
    }

    @Test
    void othersAreCheckedOnce() {
        prepare("a");
        prepare("failing");
        for (int i = 0; i < OTHERS; i++) {
            prepare("t" + i);
        }

        pass(30_000);

        assertThat(delivery.came).hasSize(OTHERS + 1).doesNotHaveDuplicates().doesNotContain("failing");
        delivery.isHealed = true;
        pass(11_000);
        assertThat(delivery.came).hasSize(OTHERS + 2).contains("failing").doesNotHaveDuplicates();
        assertThat(room.counts().checks()).isEqualTo(OTHERS + 2);
    }

    /** Brings all to one list, but for what fails. */
    private static final class Gathering implements TransactionDelivery {

        private final List<String> gathered = new ArrayList<>();
        private final List<String> came = new ArrayList<>();
        private boolean isHealed;

        /** What was admitted, and is neither gathered nor given up. */
        private int places;

        private void gather(Message message) {
            String body = new String(message.body(), StandardCharsets.UTF_8);
            gathered.add(body);
            if (body.equals("failing") && !isHealed) {
                throw new IllegalStateException("on purpose");
            }
        }

        @Override
        public List<Leaving> find(TransactionalMessages from, List<Message> messages, Decision decision) {
            return messages.stream().<Leaving>map(Way::new).toList();
        }

        private final class Way implements Leaving {

            private final Message message;

            Way(Message message) {
                this.message = message;
            }

            @Override
            public boolean admit() {
                places++;
                return true;
            }

            @Override
            public void giveUp() {
                places--;
            }

            @Override
            public Outcome gather() {
                // Whatever becomes of it: the batch knows from now on.
                places--;
                Gathering.this.gather(message);
                return Outcome.DELIVERED;
            }
        }

        @Override
        public void check(Message request) {
            gather(request);
        }

        @Override
        public long flush() {
            came.addAll(gathered);
            gathered.clear();
            return 0;
        }

        @Override
        public void drop() {
            gathered.clear();
        }

        @Override
        public boolean namesDeadLetterExchange(TransactionalMessages from) {
            return false;
        }

        @Override
        public boolean hasDeadLetterExchange(TransactionalMessages from) {
            return false;
        }

        @Override
        public void checked(TransactionalMessages of, long position, int checks, long nextMs) {
            // Nothing is stored.
        }

        @Override
        public void decide(TransactionalMessages in, Message command, long mark) {
            throw new AssertionError("nothing is unresolved");
        }

        @Override
        public void remember(TransactionalMessages of, byte[] place, byte @Nullable [] value) {
            // Likewise.
        }

        @Override
        public void settle(Hold from, long position) {
            // Likewise.
        }

        @Override
        public void end() {
            // Nobody waits.
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public long appendedBatch() {
            return 0;
        }
    }
}
