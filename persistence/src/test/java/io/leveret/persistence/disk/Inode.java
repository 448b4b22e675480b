package io.leveret.persistence.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A file's bytes, whatever its name: as they are read, and as they were forced with what was done since. Guarded by the disk. */
final class Inode {

    static final int SECTOR_BYTES = 512;

    private byte[] bytes = new byte[0];
    private int size;
    private byte[] forced = new byte[0];
    private final List<Change> unforced = new ArrayList<>();

    /** A force failed, so that what is read and what the next force brings to the disk are two things. */
    private boolean differs;

    private interface Change {
        void applyTo(Inode inode);

        void tearInto(Inode inode, RandomGenerator random);
    }

    private record Write(int offset, byte[] data) implements Change {

        @Override
        public void applyTo(Inode inode) {
            inode.put(offset, data, 0, data.length);
        }

        /** Sectors are written whole or not at all, and in no order. */
        @Override
        public void tearInto(Inode inode, RandomGenerator random) {
            int from = 0;
            while (from < data.length) {
                int to = Math.min(data.length, from + SECTOR_BYTES - (offset + from) % SECTOR_BYTES);
                if (random.nextBoolean()) {
                    inode.put(offset + from, data, from, to);
                }
                from = to;
            }
        }
    }

    private record Truncate(int newSize) implements Change {

        @Override
        public void applyTo(Inode inode) {
            inode.resize(newSize);
        }

        @Override
        public void tearInto(Inode inode, RandomGenerator random) {}
    }

    int size() {
        return size;
    }

    void read(int offset, byte[] into, int at, int length) {
        System.arraycopy(bytes, offset, into, at, length);
    }

    void write(int offset, byte[] data) {
        change(new Write(offset, data));
    }

    void truncate(int newSize) {
        if (newSize < size) {
            change(new Truncate(newSize));
        }
    }

    void force() {
        forced = differs ? withUnforced() : Arrays.copyOf(bytes, size);
        unforced.clear();
    }

    private byte[] withUnforced() {
        Inode onDisk = copy(false);
        unforced.forEach(change -> change.applyTo(onDisk));
        return Arrays.copyOf(onDisk.bytes, onDisk.size);
    }

    /** A force failed: what was written since the last one never gets to the disk. What was cut off is. */
    void loseUnforced() {
        unforced.removeIf(Write.class::isInstance);
        forced = withUnforced();
        unforced.clear();
        differs = true;
    }

    void flipBit(int offset, int bit) {
        bytes[offset] ^= (byte) (1 << bit);
        if (offset < forced.length) {
            forced[offset] ^= (byte) (1 << bit);
        }
    }

    /** What a power cut leaves of it: of what was not forced each change is there whole, in part, or not at all. */
    Inode crash(RandomGenerator random) {
        Inode left = new Inode();
        left.put(0, forced, 0, forced.length);
        for (Change change : unforced) {
            switch (random.nextInt(3)) {
                case 0 -> change.applyTo(left);
                case 1 -> change.tearInto(left, random);
                default -> {}
            }
        }
        left.force();
        return left;
    }

    /** What is on the disk if nothing is lost, or all that was not forced. */
    Inode copy(boolean withUnforced) {
        Inode copy = new Inode();
        if (withUnforced) {
            copy.put(0, bytes, 0, size);
        } else {
            copy.put(0, forced, 0, forced.length);
        }
        copy.force();
        return copy;
    }

    private void change(Change change) {
        change.applyTo(this);
        unforced.add(change);
    }

    private void put(int offset, byte[] data, int from, int to) {
        int end = offset + to - from;
        if (end > size) {
            resize(end);
        }
        System.arraycopy(data, from, bytes, offset, to - from);
    }

    private void resize(int newSize) {
        if (newSize > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(newSize, bytes.length * 2));
        } else if (newSize < size) {
            Arrays.fill(bytes, newSize, size, (byte) 0);
        }
        size = newSize;
    }
}
