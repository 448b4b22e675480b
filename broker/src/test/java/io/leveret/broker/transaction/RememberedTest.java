package io.leveret.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.transaction.Arrival.Half;
import io.leveret.broker.transaction.Remembered.Coming;
import io.leveret.broker.transaction.Remembered.Written;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much is remembered of decided transactions, in memory and on the disk. */
class RememberedTest {

    private static final int SIZE = 3_000;

    private final Remembered remembered = new Remembered(SIZE);
    private final Map<ByteBuffer, byte[]> disk = new HashMap<>();

    private void decide(String id, long messageId, boolean isShort) {
        Coming coming = coming(id, messageId, 1);
        write(coming.written());
        remembered.add(coming, isShort);
        remembered.takeForgotten().forEach(this::write);
    }

    /** @param firstMessageId of so many as there are halves */
    private Coming coming(String id, long firstMessageId, int halves) {
        Half first = half(id, firstMessageId);
        OpenTransaction transaction = new OpenTransaction(first, CheckRules.USUAL, 0);
        for (int i = 0; i < halves; i++) {
            transaction.add(half(id, firstMessageId + i));
        }
        return remembered.next(transaction);
    }

    private static Half half(String id, long messageId) {
        return new Half(1, id, messageId, false, 10, CheckRules.USUAL, 0, 0, 0, null);
    }

    private void write(Written written) {
        ByteBuffer place = ByteBuffer.wrap(written.place());
        byte[] value = written.value();
        if (value == null) {
            disk.remove(place);
        } else {
            disk.put(place, value);
        }
    }

    private void decideMany(int count, boolean isShort) {
        for (int i = 0; i < count; i++) {
            decide("t" + i, 1 + i, isShort);
        }
    }

    private Remembered recovered() {
        return Remembered.of(SIZE, List.copyOf(disk.values()));
    }

    @Test
    void forgetsTheOldestStepByStepWhileMemoryIsShort() {
        decideMany(2_500, false);
        long all = remembered.heapBytes();
        decideMany(100, true);
        assertThat(remembered.size()).isEqualTo(2_400);
        assertThat(remembered.heapBytes()).isLessThan(all);

        decideMany(5_000, true);

        assertThat(remembered.size()).isEqualTo(1_000);
        assertThat(disk).hasSize(1_000);
        assertThat(recovered().size()).isEqualTo(1_000);
        assertThat(recovered().heapBytes()).isEqualTo(remembered.heapBytes());
    }

    /** In one batch: the first one has so many message ids that all are forgotten, also the one whose place the last one takes. */
    @Test
    void whatIsForgottenTakesNoPlaceFromWhatWasWrittenWithIt() {
        decideMany(SIZE, false);
        Coming large = coming("large", 1, 10 * SIZE);
        Coming last = coming("last", 7, 1);
        for (Coming each : List.of(large, last)) {
            write(each.written());
        }
        remembered.add(large, false);
        remembered.add(last, false);
        remembered.takeForgotten().forEach(this::write);

        assertThat(remembered.size()).isOne();
        assertThat(recovered().has("last", 7, 1)).isTrue();
        assertThat(disk).hasSize(1);
    }

    /** Its batch could not be written: what stands in its place does no harm, and the next one has another. */
    @Test
    void whatCameToNothingIsNotRemembered() {
        decide("a", 1, false);
        Coming failed = coming("b", 2, 1);
        Coming again = coming("b", 2, 1);
        write(again.written());
        remembered.add(again, false);

        assertThat(failed.written().place()).isNotEqualTo(again.written().place());
        assertThat(remembered.size()).isEqualTo(2);
        assertThat(recovered().has("b", 2, 1)).isTrue();
        assertThat(recovered().size()).isEqualTo(2);
    }

    @Test
    void knowsTheMessagesOfTheLastTenOfOneId() {
        for (int i = 1; i <= 20; i++) {
            decide("same", i, false);
        }

        for (Remembered each : List.of(remembered, recovered())) {
            assertThat(each.has("same", 10, Remembered.OF_ONE_ID)).isFalse();
            assertThat(each.has("same", 11, Remembered.OF_ONE_ID)).isTrue();
            assertThat(each.has("same", 20, Remembered.OF_ONE_ID)).isTrue();
            assertThat(each.has("same", 11, 9)).isFalse();
        }
    }

    /** Also the one in the middle of those of its id. */
    @Test
    void forgetsAlsoWhatIsNotTheLastOfItsId() {
        decide("same", 1, false);
        decideMany(SIZE - 1, false);
        decide("same", 2, false);

        assertThat(remembered.size()).isEqualTo(SIZE);
        assertThat(remembered.has("same", 1, Remembered.OF_ONE_ID)).isFalse();
        assertThat(remembered.has("same", 2, Remembered.OF_ONE_ID)).isTrue();
        assertThat(recovered().has("same", 1, Remembered.OF_ONE_ID)).isFalse();
    }

    @Test
    void transactionsWithTheSameRulesShareThem() {
        TransactionTable table = new TransactionTable(1);
        for (int i = 0; i < 2; i++) {
            CheckRules rules = new CheckRules(i / 2, "checks".repeat(10), 1, 1);
            table.add(new Half(i, "t" + i, 0, false, 10, rules, 0, 0, 0, null));
        }
        OpenTransaction first = table.after("", 2).get(0);
        OpenTransaction second = table.after("", 2).get(1);

        assertThat(second.rules()).isSameAs(first.rules());
        assertThat(second.heapBytes()).isLessThan(first.heapBytes());
        assertThat(table.openBytes()).isEqualTo(first.heapBytes() + second.heapBytes());
    }
}
