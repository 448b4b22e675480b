package io.leveret.persistence.store;

import io.leveret.persistence.disk.Disk;
import java.io.IOException;

/**
 * The file {@code salvage.incomplete}, which tells of a folder that what a salvage copies into it is not all there: it is certain before
 * anything else in the folder, and goes when all of that is. Without it a part would be a store like any other. Used by one thread.
 */
public final class UnfinishedSalvage {

    /** The file's name: what the folder has in it is a part. */
    public static final String FILE = "salvage.incomplete";

    private UnfinishedSalvage() {}

    /** Marks the folder of a copy that is begun. Blocks. */
    public static void mark(Disk folder) throws IOException {
        folder.create(FILE).close();
        folder.forceFolder();
    }

    /** The copy is whole, and all of it is forced. Blocks. */
    public static void unmark(Disk folder) throws IOException {
        folder.forceFolder();
        folder.delete(FILE);
        folder.forceFolder();
    }

    /** @throws IOException if the folder is marked */
    public static void requireNone(Disk folder) throws IOException {
        if (folder.exists(FILE)) {
            throw new IOException(folder.describe() + ": the salvage into this folder did not come to its end, as '"
                    + FILE + "' in it tells, so a part is missing; delete the folder and run the salvage again");
        }
    }
}
