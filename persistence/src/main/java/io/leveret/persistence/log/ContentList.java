package io.leveret.persistence.log;

import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordSink;
import io.leveret.persistence.record.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes down where the messages of a batch lie, and ignores all else. */
final class ContentList implements RecordSink {

    private final List<Content> contents = new ArrayList<>();

    List<Content> contents() {
        return contents;
    }

    @Override
    public void publish(long position, Content content, List<Target> targets) {
        contents.add(content);
    }

    @Override
    public void settle(long queueId, long[] positions) {}

    @Override
    public void deliveredThrough(long queueId, long position) {}

    @Override
    public void update(long queueId, long position, int deliveryCount, long notBeforeMs) {}

    @Override
    public void purge(long queueId, long throughPosition, long[] except) {}

    @Override
    public void addQueue(long queueId) {}

    @Override
    public void deleteQueue(long queueId) {}

    @Override
    public void catalog(byte[] key, byte @Nullable [] value) {}

    @Override
    public void removeFromCatalog(byte[] keyPrefix) {}

    @Override
    public void state(long owner, byte[] key, byte @Nullable [] value) {}
}
