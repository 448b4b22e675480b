package io.leveret.persistence;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Files as byte arrays; nothing is ever lost or torn. */
public final class PlainMemoryDisk implements Disk {

    private final Map<String, Contents> files = new ConcurrentHashMap<>();
    private final Map<String, Disk> folders = new ConcurrentHashMap<>();

    private static final class Contents {
        private byte[] bytes = new byte[0];
        private int size;
    }

    /** The bytes of a file, for a test to look at. */
    public byte[] bytes(String name) throws IOException {
        Contents contents = contents(name);
        synchronized (contents) {
            return Arrays.copyOf(contents.bytes, contents.size);
        }
    }

    /** Changes one bit of a file. */
    public void flip(String name, long bit) throws IOException {
        Contents contents = contents(name);
        synchronized (contents) {
            contents.bytes[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        }
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public boolean exists(String name) {
        return files.containsKey(name);
    }

    @Override
    public DiskFile create(String name) throws IOException {
        Contents contents = new Contents();
        if (files.putIfAbsent(name, contents) != null) {
            throw new FileAlreadyExistsException(name);
        }
        return new MemoryFile(name, contents);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new MemoryFile(name, contents(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        files.put(to, contents(from));
        files.remove(from);
    }

    @Override
    public void delete(String name) throws IOException {
        if (files.remove(name) == null) {
            throw new NoSuchFileException(name);
        }
    }

    @Override
    public void forceFolder() {}

    @Override
    public long usableBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public Disk folder(String name) {
        return folders.computeIfAbsent(name, key -> new PlainMemoryDisk());
    }

    @Override
    public String describe() {
        return "memory";
    }

    private Contents contents(String name) throws IOException {
        Contents contents = files.get(name);
        if (contents == null) {
            throw new NoSuchFileException(name);
        }
        return contents;
    }

    private record MemoryFile(String name, Contents contents) implements DiskFile {

        @Override
        public long size() {
            synchronized (contents) {
                return contents.size;
            }
        }

        @Override
        public void write(long offset, ByteBuffer in) {
            synchronized (contents) {
                int end = Math.toIntExact(offset + in.remaining());
                if (end > contents.bytes.length) {
                    contents.bytes = Arrays.copyOf(contents.bytes, Math.max(end, contents.bytes.length * 2));
                }
                contents.size = Math.max(contents.size, end);
                in.get(contents.bytes, (int) offset, in.remaining());
            }
        }

        @Override
        public void read(long offset, ByteBuffer out) throws IOException {
            synchronized (contents) {
                if (offset + out.remaining() > contents.size) {
                    throw new EOFException(name + " ends at " + contents.size);
                }
                out.put(contents.bytes, (int) offset, out.remaining());
            }
        }

        @Override
        public void force() {}

        @Override
        public void truncate(long size) {
            synchronized (contents) {
                contents.size = (int) Math.min(contents.size, size);
            }
        }

        @Override
        public void close() {}
    }
}
