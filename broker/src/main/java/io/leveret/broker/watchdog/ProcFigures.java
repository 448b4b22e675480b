package io.leveret.broker.watchdog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of figures that Linux makes anew for each reading. It stays open and is read without garbage: what is watched must not feel the
 * watchdog. Where there is no such file, nothing is ever read. Used by one thread.
 */
final class ProcFigures implements Closeable {

    private final @Nullable FileChannel file;
    private final ByteBuffer text;
    private int line;
    private int next;

    /**
     * @param path null if there is none
     * @param bytes what stands behind so many is never needed
     */
    ProcFigures(@Nullable Path path, int bytes) {
        file = path == null ? null : open(path);
        text = ByteBuffer.allocate(bytes);
    }

    private static @Nullable FileChannel open(Path path) {
        try {
            return FileChannel.open(path);
        } catch (IOException e) {
            // Not every system shows it, and what it would tell is only an addition.
            return null;
        }
    }

    /** Reads the file and goes before its first line. */
    void read() {
        text.clear();
        line = 0;
        next = 0;
        try {
            if (file != null) {
                file.read(text, 0);
            }
        } catch (IOException e) {
            // As when the thread that it tells of has ended.
            text.clear();
        }
        text.flip();
    }

    /** Goes to the next whole line; false if there is none. */
    boolean nextLine() {
        line = next;
        for (int at = line; at < text.limit(); at++) {
            if (text.get(at) == '\n') {
                next = at + 1;
                return true;
            }
        }
        return false;
    }

    /** Whether the line begins with this and a digit. */
    boolean isNumbered(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (character(line + i) != name.charAt(i)) {
                return false;
            }
        }
        return isDigit(character(line + name.length()));
    }

    /** The number behind so many spaces of the line; 0 if none stands there. */
    long figure(int spaces) {
        int at = line;
        for (int left = spaces; left > 0 && at < next; at++) {
            left -= text.get(at) == ' ' ? 1 : 0;
        }
        long figure = 0;
        for (; isDigit(character(at)); at++) {
            figure = 10 * figure + character(at) - '0';
        }
        return figure;
    }

    /** A line's end behind the last one. */
    private int character(int at) {
        return at < next ? text.get(at) : '\n';
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // It was only read.
        }
    }
}
