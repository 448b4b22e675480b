package io.leveret.interop.failure;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Another disk that takes no more than so many bytes a second, whoever writes to it. */
final class SlowDisk implements Disk {

    private final Disk disk;
    private final Speed speed;

    private SlowDisk(Disk disk, Speed speed) {
        this.disk = disk;
        this.speed = speed;
    }

    static SlowDisk of(Disk disk, long bytesPerSecond) {
        return new SlowDisk(disk, new Speed(bytesPerSecond));
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public boolean exists(String name) throws IOException {
        return disk.exists(name);
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new SlowFile(disk.create(name), speed);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new SlowFile(disk.open(name), speed);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void forceFolder() throws IOException {
        disk.forceFolder();
    }

    @Override
    public long usableBytes() throws IOException {
        return disk.usableBytes();
    }

    @Override
    public Disk folder(String name) throws IOException {
        return new SlowDisk(disk.folder(name), speed);
    }

    @Override
    public String describe() {
        return disk.describe();
    }

    /** What all its files share. */
    private static final class Speed {

        private final long bytesPerSecond;
        private long freeAtNanos = System.nanoTime();

        Speed(long bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
        }

        void write(int bytes) {
            long until = queue(bytes);
            for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
        }

        /** When the disk is done with them, after all that it was given before. */
        private synchronized long queue(int bytes) {
            long now = System.nanoTime();
            long from = freeAtNanos - now > 0 ? freeAtNanos : now;
            freeAtNanos = from + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
            return freeAtNanos;
        }
    }

    private record SlowFile(DiskFile file, Speed speed) implements DiskFile {

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            speed.write(bytes.remaining());
            file.write(offset, bytes);
        }

        @Override
        public void read(long offset, ByteBuffer bytes) throws IOException {
            file.read(offset, bytes);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
