package io.leveret.interop;

/** What a broker may be short of. */
public enum Resource {
    MEMORY,
    DISK
}
