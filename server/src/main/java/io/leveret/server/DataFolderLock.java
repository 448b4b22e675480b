package io.leveret.server;

import io.leveret.persistence.disk.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one server on a data folder: a lock on the file {@code leveret.lock} there, which holds the server's
 * process id. Owned by that server; the file stays when it ends, the lock doesn't.
 */
final class DataFolderLock implements AutoCloseable {

    private static final String FILE = "leveret.lock";

    private final FileChannel channel;

    private DataFolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Makes the folder if it is missing, and claims it.
     *
     * @throws StartupException if another server has it, or it can't be written to
     */
    static DataFolderLock take(Path folder) throws StartupException {
        Path file = folder.resolve(FILE);
        try {
            Access.createFolders(folder);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new StartupException(
                        "data folder " + folder + " is in use by " + owner(file) + "; stop it first");
            }
            writeProcessId(channel);
            return new DataFolderLock(channel);
        } catch (IOException e) {
            String problem = StartupException.describe(e);
            throw new StartupException(
                    "can't use data folder " + (problem.startsWith(folder + ":") ? "" : folder + ": ") + problem);
        }
    }

    /** Whether the folder was ever a server's data folder. */
    static boolean isUsed(Path folder) {
        return Files.exists(folder.resolve(FILE));
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String owner(Path file) throws IOException {
        String processId = Files.readString(file).strip();
        return processId.isEmpty() ? "another process" : "process " + processId;
    }

    private static void writeProcessId(FileChannel channel) throws IOException {
        channel.truncate(0);
        String line = ProcessHandle.current().pid() + "\n";
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
