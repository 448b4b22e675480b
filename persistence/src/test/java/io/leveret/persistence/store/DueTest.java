package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries are found by their deadlines, whichever segment they are in and however many others have died. */
@ExtendWith(CrashVerdict.class)
class DueTest {

    private static final StoreSettings SMALL =
            new StoreSettings(new LogSettings(SyncMode.FSYNC, 6000, 60, 0, 0), 20_000, 1000);

    private final StoreUnderTest store = open();
    private final DueIndex index = store.store.dueIndex(any -> true);
    private final List<DueEntry> live = new ArrayList<>();

    private static StoreUnderTest open() {
        return open(SMALL);
    }

    private static StoreUnderTest open(StoreSettings settings) {
        try {
            return new StoreUnderTest(new MemoryDisk(), settings);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void publish(long deadlineMs) {
        store.batch.publish(new byte[1], new byte[0], new byte[20]);
        store.batch.target(1, deadlineMs, 0, 0);
        store.append();
        if (deadlineMs != 0) {
            live.add(new DueEntry(deadlineMs, 1, store.batch.firstPosition()));
        }
    }

    private List<DueEntry> expected(long fromMs, long toMs) {
        return live.stream()
                .filter(each -> each.deadlineMs() >= fromMs && each.deadlineMs() <= toMs)
                .sorted(Comparator.comparingLong(DueEntry::deadlineMs))
                .toList();
    }

    @Test
    void agreesWithAListWhateverHasBeenSettled() throws IOException {
        store.addQueue(1);
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            publish(random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(10_000));
            if (random.nextInt(3) == 0 && !live.isEmpty()) {
                store.settle(1, live.remove(random.nextInt(live.size())).position());
            }
            if (i % 50 == 0) {
                store.background.pass(200);
            }
            if (i % 100 == 0) {
                long from = random.nextInt(10_000);
                long to = from + random.nextInt(3000);
                assertThat(index.read(from, 0, to, 100_000).entries())
                        .containsExactlyInAnyOrderElementsOf(expected(from, to));
                requireFirst(from, to, 1 + random.nextInt(40));
            }
        }
        assertThat(store.files(".idx")).hasSizeGreaterThan(10);
    }

    /** More than asked for may come, but all that are due before the last one. */
    private void requireFirst(long from, long to, int limit) throws IOException {
        List<DueEntry> found = index.read(from, 0, to, limit).entries();
        List<DueEntry> all = expected(from, to);
        assertThat(found.size()).isGreaterThanOrEqualTo(Math.min(limit, all.size()));
        if (all.size() >= limit) {
            long last = found.get(limit - 1).deadlineMs();
            assertThat(found.stream().filter(each -> each.deadlineMs() < last))
                    .containsExactlyInAnyOrderElementsOf(all.stream()
                            .filter(each -> each.deadlineMs() < last)
                            .toList());
        }
    }

    @Test
    void isNotHiddenByWhatDiedBefore() throws IOException {
        store.addQueue(1);
        for (int i = 0; i < 50; i++) {
            publish(1000 + i);
        }
        for (int i = 0; i < 40; i++) {
            store.settle(1, live.remove(0).position());
        }
        for (int i = 0; i < 100; i++) {
            publish(0);
        }
        store.background.pass(5000);
        assertThat(index.read(1, 0, 5000, 10).entries()).containsExactlyElementsOf(live);
    }

    @Test
    void goesOnBehindWhereASearchEndedAlsoAmongEqualDeadlines() throws IOException {
        store.addQueue(1);
        store.addQueue(2);
        Random random = new Random(2);
        List<DueEntry> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            long deadlineMs = random.nextInt(4) + 1L;
            long queueId = random.nextInt(2) + 1L;
            store.batch.publish(new byte[1], new byte[0], new byte[20]);
            store.batch.target(queueId, deadlineMs, 0, 0);
            store.append();
            if (queueId == 2) {
                all.add(new DueEntry(deadlineMs, queueId, store.batch.firstPosition()));
            }
            store.background.pass(20);
        }
        DueIndex ofOne = store.store.dueIndex(id -> id == 2);
        all.sort(Comparator.comparingLong(DueEntry::deadlineMs).thenComparingLong(DueEntry::position));
        List<DueEntry> found = new ArrayList<>();
        List<DueEntry> next = ofOne.read(1, 0, 10, 7).entries();
        while (!next.isEmpty()) {
            found.addAll(next);
            DueEntry last = next.get(next.size() - 1);
            next = ofOne.read(last.deadlineMs(), last.position(), 10, 7).entries();
        }
        assertThat(found).isEqualTo(all);
    }

    /**
     * Piece by piece in the order of deadlines that are random, as a queue's are told before their time. To look at all for each piece would be
     * as many looks at each as there are pieces.
     */
    @ParameterizedTest
    @ValueSource(ints = {10_000, 100_000})
    void looksAtAnEntryAFewTimesHoweverManyThereAre(int size) throws IOException {
        StoreUnderTest many =
                open(new StoreSettings(new LogSettings(SyncMode.FSYNC, 1 << 20, 5_000, 0, 0), 1 << 20, 1000));
        many.addQueue(1);
        Random random = new Random(size);
        for (int i = 0; i < size; i++) {
            many.batch.publish(new byte[1], new byte[0], new byte[20]);
            many.batch.target(1, 1 + random.nextInt(60_000), 0, 0);
            if (i % 1_000 == 999) {
                many.append();
                many.background.pass(200);
            }
        }
        AtomicLong looks = new AtomicLong();
        DueIndex counted = many.store.dueIndex(id -> looks.incrementAndGet() > 0);
        int found = 0;
        DueEntry last = new DueEntry(1, 1, 0);
        for (List<DueEntry> next = piece(counted, last); !next.isEmpty(); next = piece(counted, last)) {
            found += next.size();
            assertThat(next.get(0).deadlineMs()).isGreaterThanOrEqualTo(last.deadlineMs());
            last = next.get(next.size() - 1);
        }
        assertThat(found).isEqualTo(size);
        assertThat(looks.get()).isLessThan(8L * size);
    }

    private static List<DueEntry> piece(DueIndex index, DueEntry last) throws IOException {
        return index.read(last.deadlineMs(), last.position(), 60_000, 1_000).entries();
    }
}
