package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What message groups cost where there are many. */
class GroupsTest {

    private static final int MANY = 100_000;

    private final Groups groups = new Groups();
    private final Queue queue = Queues.queue();

    private QueueEntry returned(int id) {
        QueueEntry entry = QueueEntry.unstored(queue, Queues.message(id), id, id);
        groups.cameBack(entry, key(id));
        return entry;
    }

    private static GroupKey key(int id) {
        return GroupKey.of("user-" + id);
    }

    /** Several times as long as it needs, and a small part of what it would with a walk over all groups for each read. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void aMassOfGroupsIsReadStepByStep() {
        for (int id = 0; id < MANY; id++) {
            returned(id).dropMessage();
        }
        List<Integer> given = new ArrayList<>();
        while (groups.size() > 0) {
            groups.beginSlice();
            assertThat(groups.first(true)).isNull();
            List<QueueEntry> wanted = groups.toRead(Window.SMALL);
            assertThat(wanted).hasSizeBetween(1, Window.SMALL.entries);
            for (QueueEntry entry : wanted) {
                entry.restore(Queues.message((int) entry.position()));
                groups.restored(entry);
                given.add((int) entry.position());
                groups.left(Objects.requireNonNull(groups.first(true)));
            }
        }
        assertThat(given).hasSize(MANY).isSorted();
    }

    @Test
    void noMoreAreToldToBeReadInOneHoldOfTheLockThanASliceHas() {
        for (int id = 0; id < 2 * Groups.SLICE; id++) {
            returned(id).dropMessage();
        }
        QueueEntry last = returned(2 * Groups.SLICE);

        assertThat(groups.first(true)).isNull();
        groups.beginSlice();
        assertThat(groups.first(true)).as("all others are told").isSameAs(last);
    }

    @Test
    void aPurgeLooksAtNoGroup() {
        QueueEntry entry = QueueEntry.unstored(queue, Queues.message(0), 0, 0);
        groups.given(entry, key(0), null);
        QueueEntry behind = QueueEntry.unstored(queue, Queues.message(1), 1, 1);
        groups.setAside(behind, key(0));
        returned(2);
        Group held = Objects.requireNonNull(groups.find(key(0)));

        groups.clear();

        assertThat(held.asideCount()).as("nobody looked at it yet").isEqualTo(1);
        assertThat(groups.size()).isEqualTo(1);
        assertThat(Objects.requireNonNull(groups.find(key(0))).asideCount()).isZero();
        assertThat(groups.find(key(2))).isNull();
        groups.settled(entry);
        assertThat(groups.size()).isZero();
        assertThat(groups.memoryBytes()).isZero();
    }

    @Test
    void aLongKeyCountsForMemory() {
        groups.given(QueueEntry.unstored(queue, Queues.message(0), 0, 0), GroupKey.of("k".repeat(200)), null);

        assertThat(groups.memoryBytes()).isGreaterThanOrEqualTo(Groups.BYTES + 400);
    }
}
