package io.leveret.broker.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.JournalWriter;
import io.leveret.broker.storage.StoredMessages;
import io.leveret.persistence.log.Background;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is listed of messages of which only some are in the store, while memory is short. */
class DelayListingTest {

    private static final int SPILLED = 20;
    private static final int BODY = 1_000;
    private static final long SOON_MS = 100_000;
    private static final long FAR_MS = 1_000_000_000;

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final SpillInMap files = new SpillInMap();
    private final FakeStore store = new FakeStore();
    private final Journal journal = new Journal(store, new AtOnce());
    private final DelayBounds small = new DelayBounds(20, 8, 5, 2 * BODY, 4 * BODY, 3, 10, 1_000_000);
    private final Delays delays = new Delays(
            "/", journal, new MemoryBudget(5_000, Runnable::run, () -> 0), () -> Instant.ofEpochMilli(1_000), small);
    private final DelayedMessages room = delays.open("later", 7, 0);

    private static final class AtOnce implements Background {

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            // Nothing here is due that late.
        }
    }

    private void work() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    private static Message message(byte[] body) {
        return new Message(new Address("later", "k"), BasicProperties.EMPTY, body);
    }

    private void publishUnstored() {
        DelayBurst burst = new DelayBurst();
        for (int i = 0; i < SPILLED; i++) {
            burst.add(room, message(new byte[BODY]), SOON_MS);
        }
        burst.flush(0);
        work();
    }

    private void publishStored(String body) {
        Message message = message(body.getBytes(StandardCharsets.UTF_8));
        JournalWriter writer = journal.newWriter();
        int index = StoredMessages.write(message, writer.batch());
        writer.batch().target(room.queueId(), FAR_MS, 0, room.hash(message, FAR_MS));
        DelayBurst burst = new DelayBurst();
        burst.add(room, message, FAR_MS, index);
        burst.flush(writer.append());
        writer.brought();
        work();
    }

    /** What only memory has stands where the store gives out its next position, which another message then has. */
    @Test
    void aSpilledMessageIsNotListedWithTheBodyOfTheStoredOneAtItsPlace() throws IOException {
        JournalWriter writer = journal.newWriter();
        writer.batch().addQueue(room.queueId());
        writer.append();
        writer.brought();
        UnstoredDelivery nothingIsDue = (from, due) -> {
            throw new AssertionError("nothing is due");
        };
        delays.start(nothingIsDue, new DelayThreads(pool::add, (delayMs, task) -> Cancellable.NOTHING, files));
        work();
        publishUnstored();
        publishStored("far");
        // With what comes next it is the store's alone.
        publishStored("next");
        assertThat(files.held()).isNotEmpty();

        List<DelayedMessage> listed = new DelayListing(delays, journal).waiting(room, 0, SPILLED + 1);

        assertThat(room.byPosition).hasSize(1);
        assertThat(listed).hasSize(SPILLED + 1);
        assertThat(listed.subList(0, SPILLED))
                .allSatisfy(each -> assertThat(each.dueMs()).isEqualTo(SOON_MS));
        assertThat(bodyLengths(listed.subList(0, SPILLED)))
                .allSatisfy(each -> assertThat(each).isEqualTo(BODY));
        assertThat(bodyLengths(listed.subList(SPILLED, SPILLED + 1))).containsExactly("far".length());
    }

    /** Of those that are listed with their messages. */
    private static List<Integer> bodyLengths(List<DelayedMessage> listed) {
        List<Integer> lengths = new ArrayList<>();
        for (DelayedMessage each : listed) {
            Message message = each.message();
            if (message != null) {
                lengths.add(message.body().length);
            }
        }
        return lengths;
    }
}
