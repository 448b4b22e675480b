package io.leveret.broker.storage;

import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.broker.spill.SpillFolder;
import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFullException;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.LogSettings;
import io.leveret.persistence.log.PendingTotal;
import io.leveret.persistence.log.SyncMode;
import io.leveret.persistence.log.WriteBuffers;
import io.leveret.persistence.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores of a broker, one for each virtual host, in one data folder. Used by the thread that opens and closes the broker. */
public final class Storage implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Storage.class);

    private static final String VHOSTS_FOLDER = "vhosts";
    private static final String SPILL_FOLDER = "spill";
    /** What goes to the disk in one call. */
    private static final int WRITE_BYTES = 1024 * 1024;

    private final Path folder;
    private final Disks disks;
    private final StoreSettings settings;
    private final DiskThreads threads = DiskThreads.start();
    private final LogResources resources;

    /** Of the heap, when that was last told. */
    private long countedBytes;

    private final List<Journal> journals = new CopyOnWriteArrayList<>();

    public Storage(Path folder, Disks disks, StorageSettings settings) {
        this.folder = folder;
        this.disks = disks;
        this.settings = storeSettings(settings);
        this.resources = new LogResources(
                threads.writers(),
                threads.keepers(),
                new WriteBuffers(WRITE_BYTES),
                Clock.systemUTC(),
                new PendingTotal());
    }

    private static StoreSettings storeSettings(StorageSettings settings) {
        LogSettings log = new LogSettings(
                settings.fsync() ? SyncMode.FSYNC : SyncMode.OS,
                settings.segmentBytes(),
                settings.segmentMessages(),
                settings.preallocateBytes(),
                settings.reserveBytes());
        return new StoreSettings(log, settings.checkpointBytes(), settings.checkpointIntervalMs());
    }

    /**
     * Opens a virtual host's store, or makes one.
     *
     * @param onFailure called, once and from any thread, when the store can't be relied on any more; it is to be closed then
     * @throws IOException if it can't be read, or something in it is broken; the message names it
     */
    public Journal open(String vhost, Consumer<Journal> onFailure) throws IOException {
        Path vhostFolder = folder.resolve(VHOSTS_FOLDER).resolve(VhostFolder.of(vhost));
        SpillFolder spill = SpillFolder.open(vhostFolder.resolve(SPILL_FOLDER), threads.readers());
        StorePlace place = new StorePlace(vhost, vhostFolder);
        try {
            Disk disk = disks.open(vhostFolder);
            Journal journal = Journal.open(disk, settings, resources, threads.readers(), spill, place, onFailure);
            journals.add(journal);
            return journal;
        } catch (IOException e) {
            throw place.notOpened(e);
        }
    }

    /** Whether the data folder has something of a virtual host, open or not. */
    public boolean has(String vhost) throws IOException {
        return folders().contains(VhostFolder.of(vhost));
    }

    /** The virtual hosts that the data folder has something of, but for some; a very long name is not shown whole. */
    public List<String> vhostsBeside(Collection<String> some) throws IOException {
        Set<String> others = folders();
        some.forEach(vhost -> others.remove(VhostFolder.of(vhost)));
        return others.stream().map(VhostFolder::shown).sorted().toList();
    }

    private Set<String> folders() throws IOException {
        Path vhosts = folder.resolve(VHOSTS_FOLDER);
        if (!Files.isDirectory(vhosts)) {
            return new HashSet<>();
        }
        try (Stream<Path> folders = Files.list(vhosts)) {
            return folders.filter(Files::isDirectory)
                    .map(each -> String.valueOf(each.getFileName()))
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }

    /** Makes all that was appended durable, if the store has not failed, and closes it. Nobody may use it any more. */
    public void close(Journal journal) {
        journals.remove(journal);
        journal.closing();
        try {
            journal.store().close();
        } catch (DiskFullException e) {
            // Nothing is broken: what publishers were told is on the disk.
            log.warn(
                    "A store was closed on a full disk: messages that were not confirmed, and acknowledgements since it was full, are lost: {}",
                    e.getMessage());
        } catch (IOException | RuntimeException e) {
            // What was confirmed is durable all the same; the next start reads the log.
            log.error("closing a store failed", e);
        }
    }

    /** How much may still be written. */
    public long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /** Counts anew what the stores themselves have in memory for each entry that failed. By one thread at a time. */
    public void countIn(MemoryBudget budget) {
        long now = journals.stream()
                .mapToLong(journal -> journal.store().updateBytes())
                .sum();
        budget.addFixed(now - countedBytes);
        countedBytes = now;
    }

    /**
     * How much memory is taken by what waits for the disk, beyond that with which publishers go on. What is delivered and acknowledged
     * before it is durable no queue counts any more.
     */
    public long excessBytes() {
        return Math.max(0, resources.pending().bytes() - Journal.BEHIND_BYTES);
    }

    /** Whether something could not be written for lack of room. */
    public boolean isFull() {
        return journals.stream().anyMatch(journal -> journal.store().isFull());
    }

    public DiskThreads threads() {
        return threads;
    }

    /** Makes everything durable and writes a checkpoint, so that the next start has nothing to read. */
    @Override
    public void close() {
        // What is under way must not take a store that is closed for one that is damaged.
        threads.marker().close();
        threads.readers().close();
        journals.forEach(this::close);
        threads.close();
    }
}
