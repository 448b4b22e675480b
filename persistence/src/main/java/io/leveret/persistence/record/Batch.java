package io.leveret.persistence.record;

import io.leveret.persistence.Position;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records gathered to be appended together: after a crash all of them are there or none. It belongs to one thread at a time, commonly
 * an event loop that uses one batch for good; appending empties it. It never copies a message: the arrays that are given to it must
 * not change until the batch is durable.
 */
public final class Batch {

    private static final int SMALL_BYTES = 256;
    private static final byte[] NO_BYTES = {};

    private final CRC32C crc = new CRC32C();
    private final RecordWriter meta = new RecordWriter(SMALL_BYTES);
    private byte[][] contents = new byte[16][];
    private int contentCount;
    private long contentLength;
    private int ordinals;
    private int publishes;
    private int records;
    private int lastTargetFlagsAt = -1;
    private boolean inPublish;

    private long[] settled = new long[64];
    private int settledCount;
    private long settledQueue;

    private long firstPosition = Position.NONE;

    /** Nothing was gathered since the last append. */
    public boolean isEmpty() {
        return records == 0 && settledCount == 0;
    }

    /** About how much it takes in memory and in the log. */
    public long length() {
        return meta.length() + contentLength + settledCount;
    }

    /**
     * A message. At least one {@link #target} must follow before anything else.
     *
     * @param headA first part of what stands before the body
     * @param headB second part; head and body are stored one after the other
     * @return the index of this publish in the batch: after the append its position is {@link #firstPosition} plus this
     */
    public int publish(byte[] headA, byte[] headB, byte[] body) {
        return publishAfterGap(0, headA, headB, body);
    }

    /** As {@link #publish}, when the message before it did not stand directly before: for compaction, which keeps positions. */
    public int publishAfterGap(int gap, byte[] headA, byte[] headB, byte[] body) {
        begin(RecordKind.PUBLISH);
        int headLength = Math.addExact(headA.length, headB.length);
        crc.reset();
        crc.update(headA, 0, headA.length);
        crc.update(headB, 0, headB.length);
        crc.update(body, 0, body.length);
        meta.writeVarint(gap);
        meta.writeVarint(headLength);
        meta.writeVarint(body.length);
        meta.writeInt((int) crc.getValue());
        addContent(headA);
        addContent(headB);
        addContent(body);
        ordinals = Math.addExact(ordinals, gap + 1);
        inPublish = true;
        publishes++;
        return ordinals - 1;
    }

    /** A queue that took the last published message, without deadline, level and hash. */
    public void target(long queueId) {
        target(queueId, 0, 0, 0);
    }

    /** A queue that took the last published message. */
    public void target(Target target) {
        target(target.queueId(), target.deadlineMs(), target.level(), target.hash());
    }

    /** A queue that took the last published message; the arguments are {@link Target}'s. */
    public void target(long queueId, long deadlineMs, int level, long hash) {
        if (!inPublish) {
            throw new IllegalStateException("target: " + queueId + " (expected: after a publish)");
        }
        meta.writeVarint(queueId);
        lastTargetFlagsAt = meta.length();
        meta.writeByte((deadlineMs != 0 ? RecordKind.HAS_DEADLINE : 0)
                | (level != 0 ? RecordKind.HAS_LEVEL : 0)
                | (hash != 0 ? RecordKind.HAS_HASH : 0));
        if (deadlineMs != 0) {
            meta.writeVarint(deadlineMs);
        }
        if (level != 0) {
            meta.writeByte(level);
        }
        if (hash != 0) {
            meta.writeLong(hash);
        }
    }

    /** An entry leaves its queue for good. Those of one queue that come one after the other are one record. */
    public void settle(long queueId, long position) {
        if (settledCount > 0 && queueId != settledQueue) {
            endSettle();
        }
        endPublish();
        settledQueue = queueId;
        if (settledCount == settled.length) {
            settled = Arrays.copyOf(settled, settledCount * 2);
        }
        settled[settledCount++] = position;
    }

    /** @see RecordSink#deliveredThrough */
    public void deliveredThrough(long queueId, long position) {
        begin(RecordKind.DELIVERED_THROUGH);
        meta.writeVarint(queueId);
        meta.writeVarint(position);
    }

    /** @see RecordSink#update */
    public void update(long queueId, long position, int deliveryCount, long notBeforeMs) {
        begin(RecordKind.UPDATE);
        meta.writeVarint(queueId);
        meta.writeVarint(position);
        meta.writeVarint(deliveryCount);
        meta.writeVarint(notBeforeMs);
    }

    /**
     * @param except must grow, and not pass {@code throughPosition}
     * @see RecordSink#purge
     */
    public void purge(long queueId, long throughPosition, long[] except) {
        begin(RecordKind.PURGE);
        meta.writeVarint(queueId);
        meta.writeVarint(throughPosition);
        meta.writeVarint(except.length);
        long before = 0;
        for (long position : except) {
            meta.writeVarint(position - before);
            before = position;
        }
    }

    /** @see RecordSink#addQueue */
    public void addQueue(long queueId) {
        begin(RecordKind.ADD_QUEUE);
        meta.writeVarint(queueId);
    }

    /** @see RecordSink#deleteQueue */
    public void deleteQueue(long queueId) {
        begin(RecordKind.DELETE_QUEUE);
        meta.writeVarint(queueId);
    }

    /** @see RecordSink#catalog */
    public void catalog(byte[] key, byte @Nullable [] value) {
        begin(RecordKind.CATALOG);
        writeEntry(key, value);
    }

    /** @see RecordSink#removeFromCatalog */
    public void removeFromCatalog(byte[] keyPrefix) {
        begin(RecordKind.CATALOG_RANGE);
        meta.writeBytes(keyPrefix);
    }

    /** @see RecordSink#state */
    public void state(long owner, byte[] key, byte @Nullable [] value) {
        begin(RecordKind.STATE);
        meta.writeVarint(owner);
        writeEntry(key, value);
    }

    /** The position of the publish with index 0 in the batch that was appended last; none if it published nothing. */
    public long firstPosition() {
        return firstPosition;
    }

    /** Takes back all that was gathered. */
    public void clear() {
        meta.clear();
        Arrays.fill(contents, 0, contentCount, NO_BYTES);
        settledCount = 0;
        forget();
    }

    /** Hands over all that was gathered, and is empty then. For the log, as is {@link #appended}. */
    public SealedBatch seal() {
        endPublish();
        endSettle();
        int metaLength = meta.length();
        byte[] metaBytes = meta.take();
        crc.reset();
        crc.update(metaBytes, 0, metaLength);
        SealedBatch sealed = new SealedBatch(
                metaBytes, metaLength, (int) crc.getValue(), contents, contentCount, contentLength, ordinals, records);
        contents = new byte[Math.max(16, Math.min(contents.length, contentCount))][];
        forget();
        return sealed;
    }

    /** Tells where the batch that was sealed last went. */
    public void appended(long first) {
        firstPosition = first;
    }

    private void forget() {
        contentCount = 0;
        contentLength = 0;
        ordinals = 0;
        publishes = 0;
        records = 0;
        inPublish = false;
        lastTargetFlagsAt = -1;
    }

    private void begin(int kind) {
        endPublish();
        endSettle();
        meta.writeByte(kind);
        records++;
    }

    private void endPublish() {
        if (!inPublish) {
            return;
        }
        if (lastTargetFlagsAt < 0) {
            throw new IllegalStateException(
                    "publish " + (publishes - 1) + " of the batch has no target (expected: one or more)");
        }
        meta.setBits(lastTargetFlagsAt, RecordKind.LAST_TARGET);
        lastTargetFlagsAt = -1;
        inPublish = false;
    }

    private void endSettle() {
        if (settledCount == 0) {
            return;
        }
        int count = settledCount;
        settledCount = 0;
        meta.writeByte(RecordKind.SETTLE);
        records++;
        meta.writeVarint(settledQueue);
        meta.writeVarint(count);
        meta.writeVarint(settled[0]);
        for (int i = 1; i < count; i++) {
            meta.writeZigzag(settled[i] - settled[i - 1]);
        }
    }

    private void addContent(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        if (contentCount == contents.length) {
            contents = Arrays.copyOf(contents, contentCount * 2);
        }
        contents[contentCount++] = bytes;
        contentLength += bytes.length;
    }

    private void writeEntry(byte[] key, byte @Nullable [] value) {
        meta.writeBytes(key);
        if (value == null) {
            meta.writeByte(RecordKind.REMOVED);
            return;
        }
        meta.writeByte(RecordKind.SET);
        meta.writeBytes(value);
    }
}
