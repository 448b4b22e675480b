package io.leveret.persistence.log;

/** When a batch counts as durable. */
public enum SyncMode {
    /** When it is forced to the disk: it survives a power cut. */
    FSYNC,
    /** When the operating system has it: it survives the end of this process; a power cut may take the last second. */
    OS
}
