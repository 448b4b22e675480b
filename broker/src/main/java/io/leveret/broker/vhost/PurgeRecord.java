package io.leveret.broker.vhost;

/**
 * A purge that has ended.
 *
 * @param count how many entries were ready
 * @param batch once this is durable, so is the purge; 0 if nothing had to be written down
 */
public record PurgeRecord(int count, long batch) {}
