package io.leveret.persistence.store;

import java.util.List;

/**
 * Entries that have a deadline, the earliest first.
 *
 * @param complete false if something could not be read, which the log tells of, so that some may be missing
 */
public record DueEntries(List<DueEntry> entries, boolean complete) {}
