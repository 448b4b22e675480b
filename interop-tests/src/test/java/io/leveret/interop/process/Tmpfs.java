package io.leveret.interop.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** A file system in memory with little room, mounted on a folder until it is closed. */
public final class Tmpfs implements AutoCloseable {

    private static final int PIECE_BYTES = 256 << 10;
    private static final int MOST_FAILURES = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Path folder;

    private Tmpfs(Path folder) {
        this.folder = folder;
    }

    /** Mounts it; the test is skipped where that is not permitted. */
    public static Tmpfs mount(Path folder, int mib) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try {
            Command.of(TIMEOUT, "mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", folder.toString())
                    .run();
        } catch (IOException e) {
            throw Tool.missing("no small disk to fill: mounting a tmpfs needs root (" + e.getMessage() + ")");
        }
        return new Tmpfs(folder);
    }

    public long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /** Takes all the room that there is with a file, which is to be deleted to have it back. Others may write meanwhile. */
    public Path fill() throws IOException {
        Path filler = folder.resolve("filler");
        ByteBuffer zeros = ByteBuffer.allocate(PIECE_BYTES);
        int failures = 0;
        try (FileChannel file = FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (freeBytes() > 0) {
                try {
                    file.write(zeros.clear());
                } catch (IOException full) {
                    // Somebody else took what was left.
                    if (++failures > MOST_FAILURES) {
                        throw full;
                    }
                }
            }
        }
        return filler;
    }

    /** Nobody may use it any more. */
    @Override
    public void close() throws IOException {
        try {
            Command.of(TIMEOUT, "umount", folder.toString()).run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
