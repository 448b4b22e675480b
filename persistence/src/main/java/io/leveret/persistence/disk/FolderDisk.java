package io.leveret.persistence.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of the operating system's file system. It keeps no state, so any thread may use it. The threads that use its files must
 * not be interrupted: Java closes a file whose reader is.
 */
public final class FolderDisk implements Disk {

    private final Path path;

    private FolderDisk(Path path) {
        this.path = path;
    }

    /** Opens a folder, made if it is missing. */
    public static FolderDisk open(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Access.createFolders(path);
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                force(parent);
            }
        }
        return new FolderDisk(path);
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path.resolve(name));
    }

    @Override
    public DiskFile create(String name) throws IOException {
        Path file = path.resolve(name);
        try {
            return new FolderFile(
                    file,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            throw NoRoom.tell(e, "create", file, 1);
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        Path file = path.resolve(name);
        return new FolderFile(file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                path.resolve(from),
                path.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(path.resolve(name));
    }

    @Override
    public void forceFolder() throws IOException {
        force(path);
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public Disk folder(String name) throws IOException {
        return open(path.resolve(name));
    }

    @Override
    public String describe() {
        return path.toString();
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
