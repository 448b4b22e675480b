package io.leveret.broker.transaction;

import io.leveret.broker.queue.IndexedHeap;
import io.leveret.broker.transaction.Arrival.Half;
import io.leveret.broker.transaction.Arrival.Order;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is open, what is being carried out, and what was decided in one exchange: a state machine over what its log says, which is to be
 * given to it in the order of positions. Does no I/O and takes no lock; guarded by its {@link TransactionalMessages}.
 */
final class TransactionTable {

    /** By id, in whose order they are listed. */
    private final NavigableMap<String, OpenTransaction> open = new TreeMap<>();

    /** Open ones by the time of their next check; neither those that are parked nor those that somebody is about to check. */
    private final IndexedHeap<OpenTransaction> byCheck = new IndexedHeap<>();

    /** By id, those that are decided and not carried out yet; of several with one id the first goes first. */
    private final NavigableMap<String, ArrayDeque<OpenTransaction>> deciding = new TreeMap<>();

    /** Those of them that nobody is about to carry out, and that no other with the same id is before. */
    private final IndexedHeap<OpenTransaction> toCarryOut = new IndexedHeap<>();

    /** Those of transactions that are alike are one, as far as these are so few. */
    private static final int RULES_MOST = 1_000;

    private final Map<CheckRules, CheckRules> rules = new HashMap<>();

    private Remembered remembered;

    /** What the transactions take of the heap. */
    private long openBytes;

    private int parked;
    private int decidingCount;

    /** @param remembered how many decided transactions are remembered, at least 1 */
    TransactionTable(int remembered) {
        this.remembered = new Remembered(remembered);
    }

    /** Begins with what was written down of decided ones. */
    void recovered(Remembered decided) {
        remembered = decided;
    }

    /** Takes a half message; false if it repeats one. */
    boolean add(Half half) {
        if (isRepetition(half.id(), half.messageId(), half.again())) {
            return false;
        }
        OpenTransaction transaction = open.get(half.id());
        if (transaction == null) {
            transaction = opened(half);
            open.put(half.id(), transaction);
            byCheck.add(transaction);
            openBytes += transaction.heapBytes();
        } else {
            long before = transaction.heapBytes();
            transaction.add(half);
            openBytes += transaction.heapBytes() - before;
        }
        return true;
    }

    private OpenTransaction opened(Half half) {
        CheckRules own = half.rules();
        CheckRules known = rules.get(own);
        if (known == null) {
            if (rules.size() == RULES_MOST) {
                rules.clear();
            }
            rules.put(own, own);
        }
        OpenTransaction transaction =
                known == null ? new OpenTransaction(half, own, own.heapBytes()) : new OpenTransaction(half, known, 0);
        transaction.add(half);
        return transaction;
    }

    /** What all this takes of the heap, without messages: an estimate. */
    long openBytes() {
        return openBytes;
    }

    /** What is remembered of decided ones takes so much of the heap, about. */
    long rememberedBytes() {
        return remembered.heapBytes();
    }

    /**
     * Whether a half message with such a message id is known already.
     *
     * @param again whether it repeats none that is decided
     */
    boolean isRepetition(String id, long messageId, boolean again) {
        if (messageId == 0) {
            return false;
        }
        OpenTransaction now = open.get(id);
        if (now != null && now.has(messageId)) {
            return true;
        }
        return !again && isDecided(id, messageId);
    }

    private boolean isDecided(String id, long messageId) {
        // Of decided ones the last few count, be they carried out or not: so it is the same after a restart.
        int asked = 0;
        ArrayDeque<OpenTransaction> before = deciding.get(id);
        if (before != null) {
            Iterator<OpenTransaction> newestFirst = before.descendingIterator();
            for (; asked < Remembered.OF_ONE_ID && newestFirst.hasNext(); asked++) {
                if (newestFirst.next().has(messageId)) {
                    return true;
                }
            }
        }
        return remembered.has(id, messageId, Remembered.OF_ONE_ID - asked);
    }

    /** Takes a decision; false if there is nothing that it decides. */
    boolean decide(Order order) {
        OpenTransaction transaction = open.get(order.id());
        if (transaction == null || (order.decision() == Decision.UNRESOLVED && transaction.first() != order.first())) {
            return false;
        }
        open.remove(order.id());
        byCheck.remove(transaction);
        unpark(transaction);
        transaction.decision = order.decision();
        transaction.decidedAt = order.position();
        transaction.atMs = 0;
        decidingCount++;
        ArrayDeque<OpenTransaction> before = deciding.computeIfAbsent(order.id(), any -> new ArrayDeque<>(1));
        before.add(transaction);
        if (before.size() == 1) {
            toCarryOut.add(transaction);
        }
        return true;
    }

    /** One to carry out; null if there is none now. It is to be {@link #done}, or to be put {@link #off}. */
    @Nullable
    OpenTransaction takeDecided(long nowMs, LongSupplier readable) {
        OpenTransaction first = toCarryOut.first();
        if (first == null || first.atMs > nowMs || first.decidedAt >= readable.getAsLong()) {
            return null;
        }
        toCarryOut.remove(first);
        return first;
    }

    /** One that was taken is about to be carried out: what is remembered of it then. */
    Remembered.Coming remembering(OpenTransaction transaction) {
        return remembered.next(transaction);
    }

    /** Of those that are remembered the oldest are forgotten. */
    void forget(long bytes, int max) {
        remembered.forget(bytes, max);
    }

    /** What is to be written down of those that are not remembered any more. */
    List<Remembered.Written> takeForgotten() {
        return remembered.takeForgotten();
    }

    /**
     * One is carried out, which stands in the log.
     *
     * @param isShort whether memory is short, so that less is remembered
     */
    void done(OpenTransaction transaction, Remembered.Coming coming, boolean isShort) {
        openBytes -= transaction.heapBytes();
        decidingCount--;
        ArrayDeque<OpenTransaction> same = deciding.getOrDefault(transaction.id(), new ArrayDeque<>());
        same.remove();
        OpenTransaction following = same.peek();
        if (following == null) {
            deciding.remove(transaction.id());
        } else {
            toCarryOut.add(following);
        }
        remembered.add(coming, isShort);
    }

    /** One that was taken can't be carried out, or checked, before some time. */
    void off(OpenTransaction transaction, long untilMs) {
        if (transaction.isDecided()) {
            if (transaction.index() == IndexedHeap.NOWHERE && isNext(transaction)) {
                transaction.atMs = untilMs;
                toCarryOut.add(transaction);
            }
        } else if (!transaction.isClosing) {
            transaction.atMs = untilMs;
            byCheck.add(transaction);
        }
    }

    /** A decided one that was taken, and those with its id that wait for it; none if it is carried out. */
    Collection<OpenTransaction> waiting(OpenTransaction transaction) {
        return isNext(transaction) ? deciding.getOrDefault(transaction.id(), new ArrayDeque<>()) : List.of();
    }

    /** What is to be carried out need not wait for times that an hour was taken back from. */
    void clockSetBack(long nowMs) {
        List<OpenTransaction> all = new ArrayList<>();
        for (OpenTransaction each = toCarryOut.first(); each != null; each = toCarryOut.first()) {
            toCarryOut.remove(each);
            all.add(each);
        }
        for (OpenTransaction each : all) {
            each.atMs = Math.min(each.atMs, nowMs);
            toCarryOut.add(each);
        }
    }

    private boolean isNext(OpenTransaction transaction) {
        ArrayDeque<OpenTransaction> same = deciding.get(transaction.id());
        return same != null && same.peek() == transaction;
    }

    /** One whose next check is due; null if there is none. It is to be {@link #checked}, put {@link #off}, {@link #close}d or parked. */
    @Nullable
    OpenTransaction takeDue(long nowMs) {
        OpenTransaction first = byCheck.first();
        if (first == null || first.atMs > nowMs) {
            return null;
        }
        byCheck.remove(first);
        return first;
    }

    /** Whether one that was taken is undecided still. */
    boolean isOpen(OpenTransaction transaction) {
        return !transaction.isDecided();
    }

    /** One was asked for once more. */
    void checked(OpenTransaction transaction, int checks, long nextMs) {
        transaction.checks = checks;
        if (isOpen(transaction)) {
            off(transaction, nextMs);
        }
    }

    /** The broker is about to say that one is unresolved: nothing more is to be done until that comes. */
    void close(OpenTransaction transaction) {
        transaction.isClosing = true;
        unpark(transaction);
    }

    /** Nobody is asked any more about one. */
    void park(OpenTransaction transaction) {
        if (isOpen(transaction) && !transaction.parked) {
            transaction.parked = true;
            parked++;
        }
    }

    private void unpark(OpenTransaction transaction) {
        if (transaction.parked) {
            transaction.parked = false;
            parked--;
        }
    }

    /** When something is to be done, in milliseconds since 1970; the largest number if nothing is. */
    long firstMs() {
        OpenTransaction decided = toCarryOut.first();
        OpenTransaction due = byCheck.first();
        return Math.min(decided == null ? Long.MAX_VALUE : decided.atMs, due == null ? Long.MAX_VALUE : due.atMs);
    }

    /** The first one to carry out; null if there is none. */
    @Nullable
    OpenTransaction firstDecided() {
        return toCarryOut.first();
    }

    @Nullable
    OpenTransaction open(String id) {
        return open.get(id);
    }

    /** How many are undecided, with those that are parked. */
    int openCount() {
        return open.size();
    }

    int parkedCount() {
        return parked;
    }

    int decidingCount() {
        return decidingCount;
    }

    /** Some that are not carried out, by their ids. */
    List<OpenTransaction> after(String id, int limit) {
        NavigableMap<String, List<OpenTransaction>> found = new TreeMap<>();
        for (OpenTransaction each : open.tailMap(id, false).values()) {
            if (found.size() == limit) {
                break;
            }
            found.computeIfAbsent(each.id(), any -> new ArrayList<>()).add(each);
        }
        int more = limit;
        for (ArrayDeque<OpenTransaction> each : deciding.tailMap(id, false).values()) {
            if (more-- == 0) {
                break;
            }
            found.computeIfAbsent(each.getFirst().id(), any -> new ArrayList<>())
                    .addAll(each);
        }
        return found.values().stream().flatMap(List::stream).limit(limit).toList();
    }

    /** Visits all that is undecided, or not carried out. */
    void forEach(Consumer<OpenTransaction> visitor) {
        open.values().forEach(visitor);
        deciding.values().forEach(all -> all.forEach(visitor));
    }
}
