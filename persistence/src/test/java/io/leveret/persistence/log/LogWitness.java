package io.leveret.persistence.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.CrashWitness;
import io.leveret.persistence.disk.MemoryDisk;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordedRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of a log: what a power cut leaves must be whole batches, from the first on, with all that were certain. In the mode OS those are certain
 * that were forced. While a log is opened a power cut may leave any of what was written and not forced before.
 */
final class LogWitness extends CrashWitness {

    private final LogSettings settings;

    /** As what all batches are to be read. */
    private final RecordedRecords all;

    /** How many records there are through the end of each batch since the log was opened, and before the first. */
    private final List<Integer> ends = new ArrayList<>();

    private int certainRecords;
    private @Nullable MessageLog log;

    private LogWitness(MemoryDisk disk, LogSettings settings, RecordedRecords there, int certainRecords) {
        super(disk);
        this.settings = settings;
        this.all = there;
        this.certainRecords = certainRecords;
    }

    /** Watches the disk of a log that is about to be opened, in place of who did; nobody, if it is damaged. */
    static @Nullable LogWitness watch(MemoryDisk disk, LogSettings settings) throws IOException {
        endAll(disk);
        RecordedRecords there;
        try {
            there = open(disk.killed(), settings).replayed;
        } catch (IOException e) {
            return null;
        }
        int forced = open(disk.onlyForced(), settings).replayed.lines().size();
        LogWitness witness = new LogWitness(disk, settings, there, forced);
        witness.watch();
        return witness;
    }

    private static LogUnderTest open(MemoryDisk left, LogSettings settings) throws IOException {
        left.capacity(Integer.MAX_VALUE);
        return LogUnderTest.unwatched(left, settings);
    }

    void opened(MessageLog opened) {
        certainRecords = all.lines().size();
        ends.add(certainRecords);
        log = opened;
    }

    void appended(ToldBatch batch) {
        int before = all.lines().size();
        batch.tell(all);
        if (all.lines().size() > before) {
            ends.add(all.lines().size());
        }
    }

    int certainRecords() {
        return certainRecords;
    }

    @Override
    protected void noteCertain() {
        if (log != null
                && (settings.mode() == SyncMode.FSYNC || log.forcedPlace().equals(log.durablePlace()))) {
            certainRecords = ends.get((int) log.durableBatch());
        }
    }

    @Override
    protected long comparisons() {
        return all.lines().size();
    }

    @Override
    protected String expected() {
        return certainRecords + " of " + all.lines().size() + " records are certain";
    }

    @Override
    protected void look(MemoryDisk disk) throws IOException {
        LogUnderTest left = open(disk, settings);
        RecordedRecords read = left.replayed;
        int records = read.lines().size();
        assertThat(records).as("records").isBetween(certainRecords, all.lines().size());
        if (log != null) {
            assertThat(ends).as("where batches end").contains(records);
        }
        assertThat(read.lines()).isEqualTo(all.lines().subList(0, records));
        assertThat(checksums(read))
                .as("checksums of the messages")
                .isEqualTo(checksums(all).subList(0, read.contents().size()));
        // Each is compared with its checksum when it is read.
        assertThat(left.replayedMessages())
                .allSatisfy(message -> assertThat(message).isNotEmpty());
    }

    private static List<Integer> checksums(RecordedRecords of) {
        return of.contents().stream().map(Content::crc32c).toList();
    }
}
