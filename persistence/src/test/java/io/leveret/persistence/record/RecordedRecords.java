package io.leveret.persistence.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down, one line for each, the records that come; for tests to compare. */
public final class RecordedRecords implements RecordSink {

    private final List<String> lines = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();
    private final List<Content> contents = new ArrayList<>();

    public List<String> lines() {
        return lines;
    }

    /** Of all messages. */
    public List<Long> positions() {
        return positions;
    }

    /** Of all messages. */
    public List<Content> contents() {
        return contents;
    }

    @Override
    public void publish(long position, Content content, List<Target> targets) {
        positions.add(position);
        contents.add(content);
        lines.add("publish " + position + " " + content.headLength() + "+" + content.bodyLength() + " " + targets);
    }

    @Override
    public void settle(long queueId, long[] settled) {
        lines.add("settle " + queueId + " " + Arrays.toString(settled));
    }

    @Override
    public void deliveredThrough(long queueId, long position) {
        lines.add("delivered " + queueId + " " + position);
    }

    @Override
    public void update(long queueId, long position, int deliveryCount, long notBeforeMs) {
        lines.add("update " + queueId + " " + position + " " + deliveryCount + " " + notBeforeMs);
    }

    @Override
    public void purge(long queueId, long throughPosition, long[] except) {
        lines.add("purge " + queueId + " " + throughPosition + " " + Arrays.toString(except));
    }

    @Override
    public void addQueue(long queueId) {
        lines.add("add " + queueId);
    }

    @Override
    public void deleteQueue(long queueId) {
        lines.add("delete " + queueId);
    }

    @Override
    public void catalog(byte[] key, byte @Nullable [] value) {
        lines.add("catalog " + Arrays.toString(key) + " " + Arrays.toString(value));
    }

    @Override
    public void removeFromCatalog(byte[] keyPrefix) {
        lines.add("catalog range " + Arrays.toString(keyPrefix));
    }

    @Override
    public void state(long owner, byte[] key, byte @Nullable [] value) {
        lines.add("state " + owner + " " + Arrays.toString(key) + " " + Arrays.toString(value));
    }
}
