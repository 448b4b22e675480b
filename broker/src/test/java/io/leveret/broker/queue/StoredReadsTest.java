package io.leveret.broker.queue;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.broker.message.Message;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoredReadsTest {

    private static final int MESSAGES = 20;

    private final FakeBacklog store = new FakeBacklog();
    private final List<Message> messages =
            IntStream.range(0, MESSAGES).mapToObj(Queues::message).toList();
    private final StoredReads reads = new StoredReads(store);

    @BeforeEach
    void fill() {
        store.append(messages);
        store.allReadable();
    }

    @Test
    void readsInAnyOrderAndFindsNoneThatIsSettled() throws IOException {
        store.settle(position(7));

        reads.together(0, positions(9, 2, 7, 4), Long.MAX_VALUE);

        assertThat(known(0, 10)).containsExactly(2, 4, 9);
        assertThat(reads.entry(0, position(7))).isNull();
    }

    @Test
    void stopsBehindTheBound() throws IOException {
        long bytes = (long) messages.get(0).bytes() + messages.get(1).bytes();

        reads.together(0, positions(0, 1, 2, 3), bytes);

        assertThat(reads.bytes()).isEqualTo(bytes);
        assertThat(known(0, MESSAGES)).containsExactly(0, 1);
        assertThat(message(3)).isSameAs(messages.get(3));
    }

    @Test
    void damageHidesOnlyWhatIsDamaged() throws IOException {
        store.damage(position(5));

        reads.together(0, positions(4, 5, 6), Long.MAX_VALUE);

        assertThat(known(0, MESSAGES)).containsExactly(4);
        assertThat(message(6)).isSameAs(messages.get(6));
        assertThatThrownBy(() -> reads.entry(0, position(5)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void whatCanNotBeDecodedHidesOnlyItself() {
        store.meanwhile(() -> {
            throw new IllegalStateException("on purpose");
        });

        reads.together(0, positions(1, 2), Long.MAX_VALUE);

        assertThat(known(0, MESSAGES)).isEmpty();
        assertThatThrownBy(() -> reads.entry(0, position(1))).hasMessage("on purpose");
    }

    private Message message(int id) throws IOException {
        return requireNonNull(reads.entry(0, position(id))).message();
    }

    private List<Integer> known(int from, int to) {
        return IntStream.range(from, to)
                .filter(id -> reads.known(position(id)) != null)
                .boxed()
                .toList();
    }

    private static long position(int id) {
        return FakeBacklog.FIRST_POSITION + id;
    }

    private static long[] positions(int... ids) {
        return IntStream.of(ids).mapToLong(StoredReadsTest::position).toArray();
    }
}
