package io.leveret.broker.spill;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.broker.queue.Spill.Slot;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One file of spilled messages: it grows until it is full, and is deleted when it is full and nothing in it is needed any more.
 * Written by one thread at a time, read and released by any. It is open while it grows and while it is read, so that many files
 * take few descriptors.
 */
final class SpillFile {

    /** Java keeps a buffer of this size outside of the heap for each thread that reads. */
    private static final int CALL_BYTES = 128 * 1024;

    private final Path path;
    private final FileChannel writing;

    /** Where the next message goes. The writer's own. */
    private int end;

    @GuardedBy("this")
    private int live;

    @GuardedBy("this")
    private boolean full;

    @GuardedBy("this")
    private boolean deleted;

    /** Where one message is. */
    record At(SpillFile file, int offset, int length) implements Slot {

        boolean isRightBehind(At other) {
            return file == other.file && offset == other.offset + other.length;
        }
    }

    private SpillFile(Path path, FileChannel writing) {
        this.path = path;
        this.writing = writing;
    }

    /** Makes a file with a name of its own. */
    static SpillFile create(Path folder) throws IOException {
        Path path = Files.createTempFile(folder, "", ".spill");
        return new SpillFile(path, FileChannel.open(path, StandardOpenOption.WRITE));
    }

    int end() {
        return end;
    }

    /** Writes at a place from {@link #end} on. What is written counts only once it is {@link #kept}. */
    void write(ByteBuffer bytes, int offset) throws IOException {
        int at = offset;
        while (bytes.hasRemaining()) {
            at += writing.write(bytes, at);
        }
    }

    /** Everything up to a new end was written, and so many messages in it are needed. */
    void kept(int newEnd, int messages) {
        end = newEnd;
        synchronized (this) {
            live += messages;
        }
    }

    /** Nothing more is written to it. */
    void full() throws IOException {
        writing.close();
        synchronized (this) {
            full = true;
        }
        deleteIfDead();
    }

    void release(int messages) throws IOException {
        synchronized (this) {
            live -= messages;
            if (live < 0) {
                throw new AssertionError(path + ": more released than written: " + -live);
            }
        }
        deleteIfDead();
    }

    private void deleteIfDead() throws IOException {
        synchronized (this) {
            if (deleted || !full || live > 0) {
                return;
            }
            deleted = true;
        }
        Files.deleteIfExists(path);
    }

    /** Fills a buffer from a place on; false if the file is gone, so that nobody can need it. */
    boolean read(ByteBuffer into, int offset) throws IOException {
        try (FileChannel reading = FileChannel.open(path, StandardOpenOption.READ)) {
            read(reading, into, offset);
            return true;
        } catch (NoSuchFileException e) {
            synchronized (this) {
                if (deleted) {
                    return false;
                }
            }
            throw e;
        }
    }

    private void read(FileChannel reading, ByteBuffer into, int offset) throws IOException {
        int at = offset;
        int end = into.limit();
        while (at - offset < end) {
            into.limit(Math.min(end, into.position() + CALL_BYTES));
            int read = reading.read(into, at);
            if (read < 0) {
                throw new EOFException(path + ": ends at " + at + ", where a spilled message was written");
            }
            at += read;
        }
    }
}
