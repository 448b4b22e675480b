package io.leveret.broker.transaction;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.IndexedHeap;
import io.leveret.broker.transaction.Arrival.Half;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction that is undecided, or decided and not carried out yet. Guarded by its {@link TransactionalMessages}. */
final class OpenTransaction implements IndexedHeap.Member<OpenTransaction> {

    /** What a message in memory takes of the heap besides its octets: an estimate. */
    static final int MESSAGE_BYTES = 200;

    /** What a transaction takes of it, with its places in tables, without what grows: likewise. */
    private static final int BARE_BYTES = 300;

    private static final long[] NOTHING = {};

    private final String id;
    private final CheckRules rules;
    private final int rulesBytes;
    private final long sinceMs;
    private long[] positions = new long[1];
    private int halves;

    /** Without those that have none. */
    private long[] messageIds = NOTHING;

    private int messageIdCount;
    private long bytes;

    /** Null where only the log has them. */
    private @Nullable List<Message> messages;

    /** When something is to be done, in milliseconds since 1970. Only changed while it stands in no heap. */
    long atMs;

    int checks;

    /** It waits for a decision, and nobody is asked any more. */
    boolean parked;

    /** The broker has said that it is unresolved, which is on its way. */
    boolean isClosing;

    /** It is decided, and no publisher waits until it is carried out. */
    boolean isPutOff;

    @Nullable
    Decision decision;

    /** Where the decision stands. */
    long decidedAt;

    private int index = IndexedHeap.NOWHERE;

    /**
     * @param first which is to be added next
     * @param rules its rules, or others that are the same
     * @param rulesBytes how much of the heap these take, if nobody else has them
     */
    OpenTransaction(Half first, CheckRules rules, int rulesBytes) {
        this.id = first.id();
        this.rules = rules;
        this.rulesBytes = rulesBytes;
        this.sinceMs = first.sinceMs();
        this.atMs = first.nextMs();
        this.checks = first.checks();
    }

    void add(Half half) {
        if (halves == positions.length) {
            positions = Arrays.copyOf(positions, 2 * halves);
        }
        positions[halves++] = half.position();
        bytes += half.bytes();
        if (half.messageId() != 0) {
            if (messageIdCount == messageIds.length) {
                messageIds = Arrays.copyOf(messageIds, Math.max(1, 2 * messageIdCount));
            }
            messageIds[messageIdCount++] = half.messageId();
        }
        Message message = half.message();
        if (message != null) {
            List<Message> kept = messages;
            if (kept == null) {
                kept = new ArrayList<>(1);
                messages = kept;
            }
            kept.add(message);
        }
    }

    /** What it takes of the heap without its messages: an estimate. */
    long heapBytes() {
        return BARE_BYTES + rulesBytes + id.length() + (long) Long.BYTES * (positions.length + messageIds.length);
    }

    boolean has(long messageId) {
        for (int i = 0; i < messageIdCount; i++) {
            if (messageIds[i] == messageId) {
                return true;
            }
        }
        return false;
    }

    String id() {
        return id;
    }

    CheckRules rules() {
        return rules;
    }

    long sinceMs() {
        return sinceMs;
    }

    int halves() {
        return halves;
    }

    long bytes() {
        return bytes;
    }

    /** Where it begins. */
    long first() {
        return positions[0];
    }

    /** Where its messages stand, growing. */
    long[] positions() {
        return Arrays.copyOf(positions, halves);
    }

    long[] messageIds() {
        return Arrays.copyOf(messageIds, messageIdCount);
    }

    /** Null where only the log has them. */
    @Nullable
    List<Message> messages() {
        return messages;
    }

    boolean isDecided() {
        return decision != null;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public void index(int at) {
        index = at;
    }

    @Override
    public boolean isBefore(OpenTransaction other) {
        return atMs != other.atMs ? atMs < other.atMs : turn() < other.turn();
    }

    private long turn() {
        return isDecided() ? decidedAt : positions[0];
    }
}
