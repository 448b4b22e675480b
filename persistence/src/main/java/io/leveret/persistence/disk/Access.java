package io.leveret.persistence.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Who may read what a broker writes, as far as the file system can tell: messages and passwords' hashes are nobody else's. What is
 * there keeps what its owner has set. Pure.
 */
public final class Access {

    private static final FileAttribute<?>[] NONE = {};

    private Access() {}

    /** Makes folders that are missing, for their owner and the owner's group. */
    public static void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, attributes(folder, "rwxr-x---"));
    }

    /** With these a file is made that only its owner reads. */
    public static FileAttribute<?>[] ofOwner(Path file) {
        return attributes(file, "rw-------");
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        boolean known = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return known
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : NONE;
    }
}
