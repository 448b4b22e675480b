package io.leveret.broker.storage;

import io.leveret.persistence.FormatVersionException;
import io.leveret.persistence.index.TableCorruptException;
import io.leveret.persistence.log.StoreCorruptException;
import java.io.IOException;
import java.nio.file.Path;

/** Where a virtual host's store is, as the log and an operator need to know it when something is wrong there. Immutable. */
record StorePlace(String vhost, Path folder) {

    /** What can be done about damage. */
    private String commands() {
        return "'leveret ctl store verify " + folder + "' tells what is damaged, 'leveret ctl store salvage " + folder
                + "' copies all that is not";
    }

    /** What can be done while the broker runs, as a part of a sentence. */
    String remedy() {
        return "once the broker is stopped, " + commands() + "; ";
    }

    /** Tells of a store that can't be opened which one it is, and if it is damaged or of another version, what to do. */
    IOException notOpened(IOException cause) {
        if (cause instanceof StoreCorruptException || cause instanceof TableCorruptException) {
            return new IOException(
                    "virtual host '" + vhost + "' is damaged: " + cause.getMessage() + " in " + folder + "; "
                            + commands(),
                    cause);
        }
        if (cause instanceof FormatVersionException) {
            return new IOException(
                    "virtual host '" + vhost + "' was written by another version of Leveret and is left as it is: "
                            + cause.getMessage() + " in " + folder,
                    cause);
        }
        return cause;
    }
}
