package io.leveret.interop;

import io.leveret.persistence.disk.Disk;
import io.leveret.persistence.disk.DiskFile;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A disk that says that it has no room left when it should, and takes all the same what is written. */
record SqueezedDisk(Disk disk, AtomicBoolean isShort) implements Disk {

    @Override
    public long usableBytes() throws IOException {
        return isShort.get() ? 0 : disk.usableBytes();
    }

    @Override
    public Disk folder(String name) throws IOException {
        return new SqueezedDisk(disk.folder(name), isShort);
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
        return disk.create(name);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return disk.open(name);
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
    public String describe() {
        return disk.describe();
    }
}
