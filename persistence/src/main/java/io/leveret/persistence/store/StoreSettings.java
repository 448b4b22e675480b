package io.leveret.persistence.store;

import io.leveret.persistence.log.LogSettings;

/**
 * How a store works.
 *
 * @param checkpointBytes how much log may come until the next checkpoint
 * @param checkpointMs how long until the next checkpoint, if anything was appended
 */
public record StoreSettings(LogSettings log, long checkpointBytes, long checkpointMs) {

    private static final long MIB = 1024 * 1024;

    public static final StoreSettings DEFAULT = new StoreSettings(LogSettings.DEFAULT, 256 * MIB, 60_000);
}
