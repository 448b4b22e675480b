package io.leveret.persistence.disk;

import io.leveret.persistence.disk.Faults.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** An open file of a {@link MemoryDisk}, guarded by the disk. */
final class MemoryFile implements DiskFile {

    private final String name;
    private final Inode inode;
    private final MemoryDisk.Shared shared;
    private boolean closed;

    MemoryFile(String name, Inode inode, MemoryDisk.Shared shared) {
        this.name = name;
        this.inode = inode;
        this.shared = shared;
        shared.openFiles++;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() throws IOException {
        synchronized (shared) {
            requireOpen();
            return inode.size();
        }
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        synchronized (shared) {
            requireOpen();
            Outcome outcome = shared.begin("write " + name);
            if (outcome == Outcome.TORN) {
                bytes.limit(bytes.position() + bytes.remaining() / 2);
            }
            boolean fits = limitToRoom(offset, bytes);
            byte[] data = new byte[bytes.remaining()];
            bytes.get(data);
            long before = inode.size();
            inode.write(Math.toIntExact(offset), data);
            shared.used += inode.size() - before;
            outcome.end("write " + name);
            if (!fits) {
                throw new DiskFullException("write " + name + " at " + offset + ": the disk in memory is full");
            }
        }
    }

    private boolean limitToRoom(long offset, ByteBuffer bytes) {
        long room = inode.size() + Math.max(0, shared.capacity - shared.used) - offset;
        if (room >= bytes.remaining()) {
            return true;
        }
        bytes.limit(bytes.position() + (int) Math.max(0, room));
        return false;
    }

    @Override
    public void read(long offset, ByteBuffer bytes) throws IOException {
        synchronized (shared) {
            requireOpen();
            if (offset + bytes.remaining() > inode.size()) {
                throw new EOFException("read at %d of %s: it has %d bytes (expected: at least %d)"
                        .formatted(offset, name, inode.size(), offset + bytes.remaining()));
            }
            byte[] data = new byte[bytes.remaining()];
            inode.read((int) offset, data, 0, data.length);
            bytes.put(data);
        }
    }

    @Override
    public void force() throws IOException {
        synchronized (shared) {
            requireOpen();
            try {
                shared.begin("force " + name).end("force " + name);
            } catch (IOException e) {
                if (!shared.faults.powerIsOff()) {
                    inode.loseUnforced();
                }
                throw e;
            }
            inode.force();
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        synchronized (shared) {
            requireOpen();
            Outcome outcome = shared.begin("truncate " + name);
            long before = inode.size();
            inode.truncate(Math.toIntExact(size));
            shared.used += inode.size() - before;
            outcome.end("truncate " + name);
        }
    }

    @Override
    public void close() {
        synchronized (shared) {
            shared.openFiles -= closed ? 0 : 1;
            closed = true;
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }
}
