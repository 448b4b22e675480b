package io.leveret.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.CrashVerdict;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.SyncMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Entries are found by their hashes, whichever segment they are in; only those that are live, and only of their queue. */
@ExtendWith(CrashVerdict.class)
class HashSearchTest {

    private static final StoreSettings SMALL =
            new StoreSettings(new LogSettings(SyncMode.FSYNC, 6000, 60, 0, 0), 20_000, 1000);

    @Test
    void agreesWithAListWhateverHasBeenSettled() throws IOException {
        StoreUnderTest store = new StoreUnderTest(new MemoryDisk(), SMALL);
        store.addQueue(1);
        store.addQueue(2);
        Random random = new Random(1);
        List<HashedEntry> live = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            long hash = random.nextInt(20) - 10L;
            long queueId = random.nextInt(2) + 1L;
            store.batch.publish(new byte[1], new byte[0], new byte[20]);
            store.batch.target(queueId, 0, 0, hash);
            store.append();
            if (queueId == 1 && hash != 0) {
                live.add(new HashedEntry(hash, store.batch.firstPosition()));
            }
            if (random.nextInt(3) == 0 && !live.isEmpty()) {
                store.settle(1, live.remove(random.nextInt(live.size())).position());
            }
            if (i % 50 == 0) {
                store.background.pass(200);
            }
            if (i % 100 == 0) {
                long[] hashes = {-7, 3, 5};
                assertThat(all(store, hashes, 1 + random.nextInt(9))).isEqualTo(with(live, hashes));
            }
        }
        assertThat(store.files(".idx")).hasSizeGreaterThan(5);
    }

    private static List<HashedEntry> with(List<HashedEntry> live, long[] hashes) {
        return live.stream()
                .filter(each -> Arrays.binarySearch(hashes, each.hash()) >= 0)
                .toList();
    }

    private static List<HashedEntry> all(StoreUnderTest store, long[] hashes, int limit) throws IOException {
        List<HashedEntry> all = new ArrayList<>();
        List<HashedEntry> next = store.store.withHashes(1, hashes, 0, limit);
        while (!next.isEmpty()) {
            assertThat(next).hasSizeLessThanOrEqualTo(limit);
            all.addAll(next);
            next = store.store.withHashes(1, hashes, next.get(next.size() - 1).position(), limit);
        }
        return all;
    }
}
