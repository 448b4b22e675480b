package io.leveret.broker.storage;

import io.leveret.persistence.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** Where stores are kept: the folders of the machine's disk, or in a test of one that fails when it should. */
@FunctionalInterface
public interface Disks {

    /** The disk whose root is that folder, which is made if it is missing. */
    Disk open(Path folder) throws IOException;
}
