package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.message.Message;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of three queues, each with three messages that expire and that only its store has. */
class DepartedMessagesTest {

    private static final int EACH = 3;

    private final List<Departure> departed =
            IntStream.range(0, 3).boxed().flatMap(queue -> expired(queue)).toList();

    private static Stream<Departure> expired(int number) {
        FakeBacklog store = new FakeBacklog();
        MemoryBudget budget = new MemoryBudget(1L << 40, store::execute, () -> 0);
        Queue queue = new Queue(Queues.queue().declaration(), () -> {}, Queues.context(budget, null), store);
        List<Message> messages = IntStream.range(0, EACH)
                .mapToObj(id -> Queues.message(number * EACH + id))
                .toList();
        long first = store.append(messages);
        store.allReadable();
        return IntStream.range(0, EACH)
                .mapToObj(id -> Departure.ofUnread(queue, new StoredDeadline(1, 0, first + id), 2));
    }

    @Test
    void areReadEachInItsPlace() {
        assertThat(ids(DepartedMessages.read(departed, any -> true, Long.MAX_VALUE)))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void areBoundedOverAllQueues() {
        assertThat(ids(DepartedMessages.read(departed, any -> true, 1))).containsExactly(0);
    }

    @Test
    void areReadOnlyWhereTheyAreWanted() {
        Queue wanted = departed.get(EACH).queue();
        assertThat(ids(DepartedMessages.read(departed, queue -> queue == wanted, Long.MAX_VALUE)))
                .containsExactly(3, 4, 5);
    }

    private static List<Integer> ids(List<Departure> read) {
        assertThat(read).hasSize(3 * EACH);
        return read.stream()
                .map(Departure::message)
                .filter(message -> message != null)
                .map(Queues::idOf)
                .toList();
    }
}
