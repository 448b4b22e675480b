package io.leveret.persistence.disk;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a full disk from other failures of a write. */
final class NoRoom {

    /** A file system may refuse a write while a little room seems to be left. */
    private static final long SLACK_BYTES = 256 << 10;

    private NoRoom() {}

    /** The error as a {@link DiskFullException} if that is what it is, else itself with the file's name. */
    static IOException tell(IOException error, String doing, Path file, long wantedBytes) {
        String message = doing + " " + file + ": " + error.getMessage();
        return isFull(error, file, wantedBytes)
                ? new DiskFullException(message, error)
                : new IOException(message, error);
    }

    private static boolean isFull(IOException error, Path file, long wantedBytes) {
        String message = String.valueOf(error.getMessage());
        if (message.contains("No space left") || message.contains("quota exceeded")) {
            return true;
        }
        // The operating system's message comes in the language of the locale; what it says is seen in the room that is
        // left.
        try {
            return !(error instanceof ClosedChannelException)
                    && Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace()
                            < wantedBytes + SLACK_BYTES;
        } catch (IOException unknown) {
            error.addSuppressed(unknown);
            return false;
        }
    }
}
