package io.leveret.broker.spill;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Spill;
import io.leveret.broker.spill.SpillFile.At;
import io.leveret.persistence.disk.Access;
import io.leveret.persistence.log.Background;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual host's folder of spilled messages: files that are written one after the other, never forced, and deleted when
 * nothing in them is needed, at the latest at the next start. A message that waits in several queues may stand here once for
 * each. Used from any thread; it writes for one at a time.
 */
public final class SpillFolder implements Spill {

    private static final Logger log = LoggerFactory.getLogger(SpillFolder.class);

    /** At which a file is full: small, so that a few messages which stay don't keep much of the disk. */
    private static final int FILE_BYTES = 16 * 1024 * 1024;

    private final Path folder;
    private final Background pool;
    private final int fileBytes;

    @GuardedBy("this")
    private @Nullable SpillFile current;

    @GuardedBy("this")
    private boolean failing;

    private SpillFolder(Path folder, Background pool, int fileBytes) {
        this.folder = folder;
        this.pool = pool;
        this.fileBytes = fileBytes;
    }

    /**
     * Opens a folder, and deletes what an earlier process left there.
     *
     * @param pool threads that may block
     * @throws IOException if something can't be deleted; the message names it
     */
    public static SpillFolder open(Path folder, Background pool) throws IOException {
        return open(folder, pool, FILE_BYTES);
    }

    static SpillFolder open(Path folder, Background pool, int fileBytes) throws IOException {
        Access.createFolders(folder);
        try (Stream<Path> left = Files.list(folder)) {
            for (Path each : left.toList()) {
                Files.deleteIfExists(each);
            }
        }
        return new SpillFolder(folder, pool, fileBytes);
    }

    @Override
    public synchronized @Nullable List<Slot> write(List<Message> messages) {
        List<Slot> slots = new ArrayList<>(messages.size());
        try {
            int from = 0;
            while (from < messages.size()) {
                from = writeToOneFile(messages, from, slots);
            }
            if (failing) {
                failing = false;
                log.info("messages are spilled again folder={}", folder);
            }
            return slots;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                log.warn("spilling messages failed, so they stay in memory folder={}", folder, e);
            }
            release(slots);
            return null;
        }
    }

    /** Returns the index of the first message that no longer fitted. */
    @GuardedBy("this")
    private int writeToOneFile(List<Message> messages, int from, List<Slot> slots) throws IOException {
        SpillFile file = current;
        if (file == null) {
            file = SpillFile.create(folder);
            current = file;
        }
        SpillWriter writer = new SpillWriter(file);
        List<Slot> written = new ArrayList<>();
        int next = from;
        while (next < messages.size() && writer.position() < fileBytes) {
            written.add(writer.write(messages.get(next++)));
        }
        writer.flush();
        file.kept(writer.position(), written.size());
        slots.addAll(written);
        if (file.end() >= fileBytes) {
            current = null;
            file.full();
        }
        return next;
    }

    @Override
    public List<@Nullable Message> read(List<Slot> slots) throws IOException {
        return new SpillReader().read(slots.stream().map(At.class::cast).toList());
    }

    @Override
    public void release(List<Slot> slots) {
        Map<SpillFile, Integer> counts = new IdentityHashMap<>();
        slots.forEach(slot -> counts.merge(((At) slot).file(), 1, Integer::sum));
        counts.forEach((file, count) -> {
            try {
                file.release(count);
            } catch (IOException e) {
                // The next start deletes it.
                log.warn("deleting a file of spilled messages failed folder={}", folder, e);
            }
        });
    }

    @Override
    public void execute(Runnable action) {
        pool.execute(action);
    }

    @Override
    public void executeLater(Runnable action, long delayMs) {
        pool.schedule(action, delayMs);
    }
}
