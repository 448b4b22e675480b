package io.leveret.persistence.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leveret.persistence.record.Batch;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.store.PlainStore.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A batch that remembers what it changes in a plain store. */
final class RecordedBatch {

    private final Batch batch = new Batch();
    private List<Change> changes = new ArrayList<>();
    private List<Target> targets = new ArrayList<>();

    /** Where its messages stand is known once it is appended. */
    private interface Change {
        void apply(PlainStore plain, long firstPosition);
    }

    /** Appends it, and empties it; returns what it changes. */
    List<Consumer<PlainStore>> appendTo(Store store) {
        List<Change> appended = changes;
        changes = new ArrayList<>();
        store.append(batch);
        long first = batch.firstPosition();
        List<Consumer<PlainStore>> placed = new ArrayList<>();
        appended.forEach(change -> placed.add(plain -> change.apply(plain, first)));
        return placed;
    }

    int publish(byte[] headA, byte[] headB, byte[] body) {
        int index = batch.publish(headA, headB, body);
        byte[] head = Arrays.copyOf(headA, headA.length + headB.length);
        System.arraycopy(headB, 0, head, headA.length, headB.length);
        Message message = new Message(head, body);
        List<Target> taking = new ArrayList<>();
        targets = taking;
        changes.add((plain, first) -> plain.publish(first + index, message, taking));
        return index;
    }

    void target(long queueId) {
        target(Target.of(queueId));
    }

    void target(long queueId, long deadlineMs, int level, long hash) {
        target(new Target(queueId, deadlineMs, level, hash));
    }

    void target(Target target) {
        batch.target(target);
        targets.add(target);
    }

    void settle(long queueId, long position) {
        batch.settle(queueId, position);
        changes.add((plain, first) -> plain.settle(queueId, position));
    }

    void deliveredThrough(long queueId, long position) {
        batch.deliveredThrough(queueId, position);
        changes.add((plain, first) -> plain.deliveredThrough(queueId, position));
    }

    void update(long queueId, long position, int deliveryCount, long notBeforeMs) {
        batch.update(queueId, position, deliveryCount, notBeforeMs);
        changes.add((plain, first) -> plain.update(queueId, position, deliveryCount, notBeforeMs));
    }

    void purge(long queueId, long through, long[] except) {
        batch.purge(queueId, through, except);
        List<Long> kept = Arrays.stream(except).boxed().toList();
        changes.add((plain, first) -> plain.purge(queueId, through, kept));
    }

    void addQueue(long queueId) {
        batch.addQueue(queueId);
        changes.add((plain, first) -> plain.addQueue(queueId));
    }

    void deleteQueue(long queueId) {
        batch.deleteQueue(queueId);
        changes.add((plain, first) -> plain.deleteQueue(queueId));
    }

    void catalog(byte[] key, byte @Nullable [] value) {
        batch.catalog(key, value);
        changes.add((plain, first) -> PlainStore.set(plain.catalog, text(key), value(value)));
    }

    void removeFromCatalog(byte[] keyPrefix) {
        batch.removeFromCatalog(keyPrefix);
        changes.add((plain, first) -> plain.removeFromCatalog(text(keyPrefix)));
    }

    void state(long owner, byte[] key, byte @Nullable [] value) {
        batch.state(owner, key, value);
        changes.add((plain, first) -> plain.state(owner, text(key), value(value)));
    }

    /** Of the batch that was appended last. */
    long firstPosition() {
        return batch.firstPosition();
    }

    /** A plain store takes an empty value for none. */
    private static String value(byte @Nullable [] bytes) {
        if (bytes != null && bytes.length == 0) {
            throw new IllegalArgumentException("an empty value (expected: null, or an octet or more)");
        }
        return bytes == null ? "" : text(bytes);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
