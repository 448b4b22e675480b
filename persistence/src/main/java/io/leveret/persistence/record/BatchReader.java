package io.leveret.persistence.record;

import io.leveret.persistence.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the records of one batch after the other into a sink. It belongs to one thread. */
public final class BatchReader {

    /** The targets of the last message that went to one plain queue: the next one probably goes there too. */
    private List<Target> lastPlain = List.of(Target.of(0));

    private int ordinal;
    private long contentAt;
    private long contentEnd;

    /**
     * Where a batch stands and what its frame says of it.
     *
     * @param firstOrdinal of its first publish, if that has no gap before it
     * @param contentOffset where its contents begin in the segment's file
     */
    public record Frame(long segment, int firstOrdinal, int records, long contentOffset, long contentLength) {}

    /**
     * Feeds all records of a batch to a sink.
     *
     * @param meta the records, between {@code from} and {@code to}
     * @return the ordinal after that of the last publish
     * @throws CorruptRecordException if they are no batch's; the sink may have seen some of them
     */
    public int read(Frame frame, byte[] meta, int from, int to, RecordSink sink) throws CorruptRecordException {
        RecordBytes in = new RecordBytes(meta, from, to);
        ordinal = frame.firstOrdinal();
        contentAt = frame.contentOffset();
        contentEnd = contentAt + frame.contentLength();
        int records = 0;
        while (in.hasMore()) {
            readRecord(in, frame.segment(), sink);
            records++;
        }
        if (records != frame.records()) {
            throw new CorruptRecordException("batch of " + records + " records (expected: " + frame.records() + ")");
        }
        if (contentAt != contentEnd) {
            throw new CorruptRecordException("batch has " + (contentEnd - contentAt) + " bytes more than its messages");
        }
        return ordinal;
    }

    private void readRecord(RecordBytes in, long segment, RecordSink sink) throws CorruptRecordException {
        int kind = in.readByte("record kind");
        switch (kind) {
            case RecordKind.PUBLISH -> readPublish(in, segment, sink);
            case RecordKind.SETTLE -> readSettle(in, sink);
            case RecordKind.DELIVERED_THROUGH ->
                sink.deliveredThrough(in.readVarint("queue id"), in.readVarint("position"));
            case RecordKind.UPDATE ->
                sink.update(
                        in.readVarint("queue id"),
                        in.readVarint("position"),
                        (int) in.readUpTo(Integer.MAX_VALUE, "delivery count"),
                        in.readVarint("not-before time"));
            case RecordKind.PURGE -> readPurge(in, sink);
            case RecordKind.ADD_QUEUE -> sink.addQueue(in.readVarint("queue id"));
            case RecordKind.DELETE_QUEUE -> sink.deleteQueue(in.readVarint("queue id"));
            case RecordKind.CATALOG -> sink.catalog(in.readBytes("catalog key"), readValue(in));
            case RecordKind.STATE -> sink.state(in.readVarint("owner"), in.readBytes("state key"), readValue(in));
            case RecordKind.CATALOG_RANGE -> sink.removeFromCatalog(in.readBytes("catalog key prefix"));
            default -> throw new CorruptRecordException("record kind: " + kind + " (expected: 1 to 10)");
        }
    }

    private void readPublish(RecordBytes in, long segment, RecordSink sink) throws CorruptRecordException {
        int gap = (int) in.readUpTo(Position.MAX_ORDINAL - ordinal, "gap before a publish");
        long left = contentEnd - contentAt;
        int headLength = (int) in.readUpTo(Math.min(left, Integer.MAX_VALUE), "head length");
        int bodyLength = (int) in.readUpTo(Math.min(left - headLength, Integer.MAX_VALUE - headLength), "body length");
        Content content = new Content(contentAt, headLength, bodyLength, in.readInt("checksum"));
        int at = ordinal + gap;
        ordinal = at + 1;
        contentAt += content.length();
        sink.publish(Position.of(segment, at), content, readTargets(in));
    }

    private List<Target> readTargets(RecordBytes in) throws CorruptRecordException {
        long queueId = in.readVarint("target queue id");
        int flags = in.readByte("target flags");
        if (flags == RecordKind.LAST_TARGET) {
            return plain(queueId);
        }
        List<Target> targets = new ArrayList<>();
        targets.add(readTarget(in, queueId, flags));
        while ((flags & RecordKind.LAST_TARGET) == 0) {
            queueId = in.readVarint("target queue id");
            flags = in.readByte("target flags");
            targets.add(readTarget(in, queueId, flags));
        }
        return targets;
    }

    private static Target readTarget(RecordBytes in, long queueId, int flags) throws CorruptRecordException {
        if ((flags & ~RecordKind.ALL_TARGET_FLAGS) != 0) {
            throw new CorruptRecordException("target flags: " + flags + " (expected: 0 to 15)");
        }
        return new Target(
                queueId,
                (flags & RecordKind.HAS_DEADLINE) != 0 ? in.readVarint("deadline") : 0,
                (flags & RecordKind.HAS_LEVEL) != 0 ? in.readByte("level") : 0,
                (flags & RecordKind.HAS_HASH) != 0 ? in.readLong("hash") : 0);
    }

    private List<Target> plain(long queueId) {
        if (lastPlain.get(0).queueId() != queueId) {
            lastPlain = List.of(Target.of(queueId));
        }
        return lastPlain;
    }

    private static void readSettle(RecordBytes in, RecordSink sink) throws CorruptRecordException {
        long queueId = in.readVarint("queue id");
        int count = in.readCount("settled count");
        if (count == 0) {
            throw new CorruptRecordException("settled count: 0 (expected: 1 or more)");
        }
        long[] positions = new long[count];
        positions[0] = in.readVarint("settled position");
        for (int i = 1; i < count; i++) {
            positions[i] = positions[i - 1] + in.readZigzag("settled position");
        }
        sink.settle(queueId, positions);
    }

    private static void readPurge(RecordBytes in, RecordSink sink) throws CorruptRecordException {
        long queueId = in.readVarint("queue id");
        long through = in.readVarint("purged position");
        long[] except = new long[in.readCount("count of exceptions")];
        long before = 0;
        for (int i = 0; i < except.length; i++) {
            except[i] = before + in.readUpTo(through - before, "exception's position");
            before = except[i];
        }
        sink.purge(queueId, through, except);
    }

    private static byte @Nullable [] readValue(RecordBytes in) throws CorruptRecordException {
        int flag = in.readByte("value flag");
        return switch (flag) {
            case RecordKind.REMOVED -> null;
            case RecordKind.SET -> in.readBytes("value");
            default -> throw new CorruptRecordException("value flag: " + flag + " (expected: 0 or 1)");
        };
    }
}
