package io.leveret.server.config;

import static io.leveret.server.config.HonouredKey.key;
import static io.leveret.server.config.ValueTypes.amount;
import static io.leveret.server.config.ValueTypes.byteSize;
import static io.leveret.server.config.ValueTypes.integer;
import static io.leveret.server.config.ValueTypes.largeByteSize;
import static io.leveret.server.config.ValueTypes.oneOf;
import static io.leveret.server.config.ValueTypes.share;
import static io.leveret.server.config.ValueTypes.zeroOrByteSize;

import io.leveret.broker.settings.StorageSettings;
import java.util.List;

/** The keys of what is on the disk: the message log, its checkpoints, and how much of the disk it leaves. */
final class StorageKeys {

    private static final int MAX = Integer.MAX_VALUE;
    private static final int MIN_SEGMENT_BYTES = 65_536;
    private static final int MAX_SEGMENT_MESSAGES = 1 << 24;
    private static final long MAX_CHECKPOINT_BYTES = 1L << 40;
    private static final int MIN_PREALLOCATED_BYTES = 4096;
    private static final int MAX_RESERVE_BYTES = 1 << 30;
    private static final int MAX_DISK_PER_RAM = 100;
    private static final long MAX_LIMIT_BYTES = 1L << 50;

    static final List<HonouredKey<?>> ALL = List.of(
            key(
                    "leveret.store.sync",
                    oneOf("fsync", "os"),
                    "fsync",
                    "when a persistent message is confirmed: forced to the disk, or given to the operating system",
                    (draft, word, mode) -> draft.fsync = mode.equals("fsync")),
            key(
                    "leveret.store.segment_bytes",
                    byteSize(MIN_SEGMENT_BYTES, MAX),
                    "67108864",
                    "bytes of one file of the message log",
                    (draft, word, bytes) -> draft.segmentBytes = bytes),
            key(
                    "leveret.store.segment_messages",
                    integer(1, MAX_SEGMENT_MESSAGES),
                    "250000",
                    "messages in one file of the message log",
                    (draft, word, messages) -> draft.segmentMessages = messages),
            key(
                    "leveret.store.checkpoint_bytes",
                    largeByteSize(MAX_CHECKPOINT_BYTES),
                    "268435456",
                    "bytes of message log that a start may have to read: after so many a checkpoint is written",
                    (draft, word, bytes) -> draft.checkpointBytes = bytes),
            key(
                    "leveret.store.checkpoint_interval",
                    integer(1, MAX),
                    "60000",
                    "milliseconds after which a checkpoint is written, if there is anything new",
                    (draft, word, ms) -> draft.checkpointIntervalMs = ms),
            key(
                    "leveret.store.preallocate_bytes",
                    zeroOrByteSize(MIN_PREALLOCATED_BYTES, MAX_RESERVE_BYTES),
                    "1048576",
                    "bytes by which a file of the message log grows ahead of what is written, since a file that keeps its length is forced faster; 0 for none",
                    (draft, word, bytes) -> draft.preallocateBytes = bytes),
            key(
                    "leveret.store.reserve_bytes",
                    zeroOrByteSize(MIN_SEGMENT_BYTES, MAX_RESERVE_BYTES),
                    "8388608",
                    "bytes of disk that each virtual host holds back, so that acknowledgements and a checkpoint can be written on a full disk; 0 for none",
                    (draft, word, bytes) -> draft.reserveBytes = bytes),
            key(
                    "disk_free_limit.relative",
                    share(MAX_DISK_PER_RAM, "1.5"),
                    "",
                    "bytes of free disk, as a multiple of the machine's memory (or the container's), below which connections that publish are blocked",
                    (draft, word, share) -> draft.freeDiskMinBytes = StorageSettings.ramShare(share)),
            // Behind the relative form, as the one that counts if both are set.
            key(
                    "disk_free_limit.absolute",
                    amount(MAX_LIMIT_BYTES),
                    "three files of the message log, at least 64 MiB",
                    "the same in bytes; less than 64 MiB is raised to that, with a warning in the log",
                    (draft, word, bytes) -> draft.freeDiskMinBytes = bytes),
            key(
                    "vm_memory_high_watermark.relative",
                    share(1, "0.4"),
                    "0.6",
                    "messages in memory that could not be left on the disk only, as a part of the largest heap, beyond which connections that publish are blocked",
                    (draft, word, share) -> draft.messageMemoryMaxBytes = StorageSettings.heapShare(share)),
            key(
                    "vm_memory_high_watermark.absolute",
                    amount(MAX_LIMIT_BYTES),
                    "",
                    "the same in bytes",
                    (draft, word, bytes) -> draft.messageMemoryMaxBytes = bytes),
            key(
                    "leveret.message_memory_bytes",
                    largeByteSize(MAX_CHECKPOINT_BYTES),
                    "30 % of the heap",
                    "bytes of messages that all queues together keep in memory; beyond it, or three quarters of vm_memory_high_watermark together with what connections and the log hold, queues leave theirs on the disk",
                    (draft, word, bytes) -> draft.messageMemoryBytes = bytes));

    private StorageKeys() {}
}
