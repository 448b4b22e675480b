package io.leveret.persistence;

import java.io.IOException;

/**
 * A file is whole, but in a format that this version of Leveret does not know: another one wrote it. It is no damage, so nothing that is
 * the only one of its kind may be cut, deleted or passed over for it.
 */
public final class FormatVersionException extends IOException {

    private static final long serialVersionUID = 1;

    /** @param expected the one version that can be read */
    public FormatVersionException(String file, long version, long expected) {
        super(file + ": format version: " + version + " (expected: " + expected
                + ", the one that this version of Leveret reads and writes)");
    }
}
