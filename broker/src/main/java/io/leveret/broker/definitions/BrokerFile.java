package io.leveret.broker.definitions;

import io.leveret.persistence.disk.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Keeps what is above virtual hosts on the disk: which there are and what is said of them, users, permissions, global parameters.
 * The file is never changed: a new one takes its place, once all of it is on the disk. Nobody but its owner may read it. Used by one thread at a time.
 */
public final class BrokerFile {

    private static final String NAME = "broker.json";

    private final Path folder;

    public BrokerFile(Path folder) {
        this.folder = folder;
    }

    /**
     * What was written last; nothing if nothing was.
     *
     * @throws IOException if the file can't be read, or is not what was written; the message names it
     */
    public Definitions read() throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Definitions.NONE;
        }
        try {
            return DefinitionsReader.read(file, "/");
        } catch (DefinitionsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Writes what is above virtual hosts, and nothing else of the definitions; on the disk when it returns.
     *
     * @throws IOException if that fails, or the next start could not read it; then the file is what it was
     */
    public void write(Definitions definitions, String version) throws IOException {
        Definitions above = new Definitions(
                definitions.vhosts(),
                definitions.accounts(),
                definitions.globals(),
                Definitions.NONE.parameters(),
                Definitions.NONE.policies(),
                Definitions.NONE.queues(),
                Definitions.NONE.exchanges(),
                Definitions.NONE.bindings());
        Path fresh = folder.resolve(NAME + ".new");
        byte[] json = DefinitionsWriter.json(above, version).getBytes(StandardCharsets.UTF_8);
        requireReadable(json);
        // One that was left behind may be readable by others.
        Files.deleteIfExists(fresh);
        Set<OpenOption> anew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel file = FileChannel.open(fresh, anew, Access.ofOwner(fresh))) {
            ByteBuffer rest = ByteBuffer.wrap(json);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            file.force(true);
        }
        Files.move(fresh, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static void requireReadable(byte[] json) throws IOException {
        try {
            DefinitionsReader.read("not written", json, "/");
        } catch (DefinitionsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
