package io.leveret.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.store.Store;
import io.leveret.persistence.store.StoredEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {

    private static final long TIMEOUT_SECONDS = 20;
    private static final long QUEUE = 1;

    @Test
    void aReadThatIsUnderWayEndsBeforeTheStoresAreClosed(@TempDir Path folder) throws Exception {
        Storage storage = new Storage(folder, FolderDisk::open, StorageSettings.defaults());
        Store store = storage.open("/", failed -> {}).store();
        long position = publish(store);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<List<StoredEntry>> read = new CompletableFuture<>();
        Thread closing = new Thread(storage::close, "closing");

        storage.threads().readers().execute(() -> {
            begun.countDown();
            awaitWaiting(closing);
            try {
                read.complete(store.entries(QUEUE, new long[] {position}, 1));
            } catch (IOException e) {
                read.completeExceptionally(e);
            }
        });
        assertThat(begun.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        closing.start();

        assertThat(read.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).hasSize(1);
        closing.join();
    }

    @Test
    void marksGoOnWhileEveryOtherThreadIsBusy(@TempDir Path folder) throws Exception {
        CompletableFuture<Void> over = new CompletableFuture<>();
        CountDownLatch marked = new CountDownLatch(2);
        try (Storage storage = new Storage(folder, FolderDisk::open, StorageSettings.defaults())) {
            DiskThreads threads = storage.threads();
            Stream.of(threads.readers(), threads.keepers(), threads.writers()).forEach(pool -> occupy(pool, over));

            threads.marker().repeat(marked::countDown, 1);
            boolean inTime = marked.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            over.complete(null);
            assertThat(inTime).isTrue();
        }
    }

    @Test
    void countsInTheBudgetWhatFailedEntriesTakeOfTheHeapUntilTheirStoreIsClosed(@TempDir Path folder) throws Exception {
        MemoryBudget budget = MemoryBudget.unlimited();
        try (Storage storage = new Storage(folder, FolderDisk::open, StorageSettings.defaults())) {
            Journal journal = storage.open("/", failed -> {});
            Store store = journal.store();
            long position = publish(store);
            Batch batch = new Batch();
            batch.update(QUEUE, position, 1, 0);
            store.append(batch);
            store.force();
            store.checkpoint();

            storage.countIn(budget);
            storage.countIn(budget);
            assertThat(store.updateBytes()).isPositive();
            assertThat(budget.fixedBytes()).isEqualTo(store.updateBytes());
            assertThat(budget.usedBytes()).isEqualTo(store.updateBytes());

            storage.close(journal);
            storage.countIn(budget);
            assertThat(budget.usedBytes()).isZero();
        }
    }

    private static void occupy(WorkerPool pool, CompletableFuture<Void> over) {
        for (int i = 0; i < 10; i++) {
            pool.execute(over::join);
        }
    }

    private static long publish(Store store) throws IOException {
        Batch batch = new Batch();
        batch.addQueue(QUEUE);
        batch.publish(new byte[1], new byte[1], new byte[10]);
        batch.target(QUEUE);
        store.append(batch);
        store.force();
        return batch.firstPosition();
    }

    /** It has done all it could without the read. */
    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }
}
