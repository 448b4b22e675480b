package io.leveret.persistence.disk;

import io.leveret.persistence.disk.Faults.Outcome;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk for tests, which knows what was forced and what was not, loses what was not, and goes wrong when it is told to. As on Linux,
 * what was written before a force that failed can still be read and is lost all the same: no later force brings it to the disk. Any
 * thread may use it: one lock guards the whole tree of folders.
 */
public final class MemoryDisk implements Disk {

    private final String name;
    private final Shared shared;
    private final Map<String, MemoryDisk> folders = new TreeMap<>();
    private final Map<String, Inode> files = new LinkedHashMap<>();
    private Map<String, Inode> forcedFiles = new LinkedHashMap<>();
    private final List<Rename> unforced = new ArrayList<>();

    /** A change of a folder: a file loses a name, gets one, or both. */
    private record Rename(@Nullable String from, @Nullable String to, Inode file) {

        void applyTo(Map<String, Inode> files) {
            if (from != null) {
                files.remove(from, file);
            }
            if (to != null) {
                files.put(to, file);
            }
        }
    }

    /** What all folders of a disk have in common; its monitor guards them. */
    static final class Shared {

        final Faults faults = new Faults();
        long capacity = Integer.MAX_VALUE;
        long used;
        int openFiles;

        /** Counts an operation and says how it goes wrong. */
        Outcome begin(String operation) throws IOException {
            Outcome outcome = faults.count(operation);
            if (outcome != Outcome.FILLED) {
                return outcome;
            }
            capacity = used;
            return Outcome.WHOLE;
        }
    }

    public MemoryDisk() {
        this("memory", new Shared());
    }

    private MemoryDisk(String name, Shared shared) {
        this.name = name;
        this.shared = shared;
    }

    public Faults faults() {
        return shared.faults;
    }

    /** How many bytes all files may have together; a file's holes count. */
    public void capacity(long bytes) {
        synchronized (shared) {
            shared.capacity = bytes;
        }
    }

    public long usedBytes() {
        synchronized (shared) {
            return shared.used;
        }
    }

    /** How many files are open in all folders; one that is open twice counts twice. */
    public int openFiles() {
        synchronized (shared) {
            return shared.openFiles;
        }
    }

    /** The disk after a power cut: all that was forced, and any part of the rest. */
    public MemoryDisk crash(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        return rebuilt(inode -> inode.crash(random), folder -> folder.crashedFiles(random));
    }

    /** The disk after the process was killed: nothing is lost. */
    public MemoryDisk killed() {
        return rebuilt(inode -> inode.copy(true), folder -> folder.files);
    }

    /** The disk after a power cut that took all that was not forced. */
    public MemoryDisk onlyForced() {
        return rebuilt(inode -> inode.copy(false), folder -> folder.forcedFiles);
    }

    /** Rot: turns one bit over, whether it was forced or not. Nobody watches the disk any more. */
    public void flipBit(String file, long offset, int bit) throws IOException {
        synchronized (shared) {
            shared.faults.unwatch();
            inode(file).flipBit((int) offset, bit);
        }
    }

    @Override
    public List<String> list() throws IOException {
        synchronized (shared) {
            return List.copyOf(files.keySet());
        }
    }

    @Override
    public boolean exists(String file) {
        synchronized (shared) {
            return files.containsKey(file);
        }
    }

    @Override
    public DiskFile create(String file) throws IOException {
        synchronized (shared) {
            if (files.containsKey(file)) {
                throw new FileAlreadyExistsException(name + "/" + file);
            }
            Inode inode = new Inode();
            change("create " + file, new Rename(null, file, inode));
            return new MemoryFile(file, inode, shared);
        }
    }

    @Override
    public DiskFile open(String file) throws IOException {
        synchronized (shared) {
            return new MemoryFile(file, inode(file), shared);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        synchronized (shared) {
            Inode replaced = files.get(to);
            change("rename " + from + " to " + to, new Rename(from, to, inode(from)));
            if (replaced != null) {
                shared.used -= replaced.size();
            }
        }
    }

    @Override
    public void delete(String file) throws IOException {
        synchronized (shared) {
            Inode inode = inode(file);
            change("delete " + file, new Rename(file, null, inode));
            shared.used -= inode.size();
        }
    }

    @Override
    public void forceFolder() throws IOException {
        synchronized (shared) {
            Outcome outcome = shared.begin("force folder " + name);
            if (outcome == Outcome.WHOLE) {
                forcedFiles = new LinkedHashMap<>(files);
                unforced.clear();
            }
            outcome.end("force folder " + name);
        }
    }

    @Override
    public long usableBytes() {
        synchronized (shared) {
            return Math.max(0, shared.capacity - shared.used);
        }
    }

    @Override
    public MemoryDisk folder(String folder) {
        synchronized (shared) {
            return folders.computeIfAbsent(folder, key -> new MemoryDisk(name + "/" + key, shared));
        }
    }

    @Override
    public String describe() {
        return name;
    }

    private void change(String operation, Rename rename) throws IOException {
        Outcome outcome = shared.begin(operation);
        rename.applyTo(files);
        unforced.add(rename);
        outcome.end(operation);
    }

    private Inode inode(String file) throws IOException {
        Inode inode = files.get(file);
        if (inode == null) {
            throw new NoSuchFileException(name + "/" + file);
        }
        return inode;
    }

    private Map<String, Inode> crashedFiles(RandomGenerator random) {
        Map<String, Inode> left = new LinkedHashMap<>(forcedFiles);
        for (Rename rename : unforced) {
            if (random.nextBoolean()) {
                rename.applyTo(left);
            }
        }
        return left;
    }

    private MemoryDisk rebuilt(Function<Inode, Inode> bytes, Function<MemoryDisk, Map<String, Inode>> names) {
        synchronized (shared) {
            MemoryDisk disk = new MemoryDisk(name, new Shared());
            disk.shared.capacity = shared.capacity;
            fill(disk, bytes, names);
            return disk;
        }
    }

    private void fill(MemoryDisk disk, Function<Inode, Inode> bytes, Function<MemoryDisk, Map<String, Inode>> names) {
        names.apply(this).forEach((file, inode) -> {
            Inode left = bytes.apply(inode);
            disk.files.put(file, left);
            disk.shared.used += left.size();
        });
        disk.forcedFiles = new LinkedHashMap<>(disk.files);
        folders.forEach((key, folder) -> folder.fill(disk.folder(key), bytes, names));
    }
}
