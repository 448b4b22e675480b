package io.leveret.persistence.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file of a {@link FolderDisk}. */
final class FolderFile implements DiskFile {

    /**
     * What goes through one call from or to an array. Java keeps a direct buffer of the largest such size for each thread, for good.
     */
    private static final int PIECE_BYTES = 128 << 10;

    private final Path path;
    private final FileChannel channel;

    FolderFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public String name() {
        return String.valueOf(path.getFileName());
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        int limit = bytes.limit();
        long at = offset;
        try {
            while (bytes.hasRemaining()) {
                limitToPiece(bytes, limit);
                at += channel.write(bytes, at);
                bytes.limit(limit);
            }
        } catch (IOException e) {
            throw NoRoom.tell(e, "write at " + offset + " of", path, limit - bytes.position());
        } finally {
            bytes.limit(limit);
        }
    }

    @Override
    public void read(long offset, ByteBuffer bytes) throws IOException {
        int limit = bytes.limit();
        long at = offset;
        try {
            while (bytes.hasRemaining()) {
                limitToPiece(bytes, limit);
                int count = channel.read(bytes, at);
                bytes.limit(limit);
                if (count < 0) {
                    throw new EOFException("read at %d of %s: it has %d bytes (expected: at least %d)"
                            .formatted(offset, path, channel.size(), at + bytes.remaining()));
                }
                at += count;
            }
        } finally {
            bytes.limit(limit);
        }
    }

    private static void limitToPiece(ByteBuffer bytes, int limit) {
        if (!bytes.isDirect() && limit - bytes.position() > PIECE_BYTES) {
            bytes.limit(bytes.position() + PIECE_BYTES);
        }
    }

    /** A full disk that shows only here is a failure as any other: what was written may be gone, and nobody knows which. */
    @Override
    public void force() throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new IOException("force " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
