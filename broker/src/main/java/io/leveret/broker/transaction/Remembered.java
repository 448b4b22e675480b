package io.leveret.broker.transaction;

import io.leveret.amqp.OctetText;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of one exchange that were decided last, with the digests of the message ids that they had, place by place as they are
 * written down. Guarded by its {@link TransactionalMessages}.
 */
final class Remembered {

    /** Of so many with one id, the last ones, the message ids are looked through: one id may be given to all. */
    static final int OF_ONE_ID = 10;

    /** How many message ids are remembered for each transaction, if all have as many. */
    private static final int MESSAGE_IDS = 10;

    /** While memory is short, so many are remembered. */
    private static final int LEAST = 1_000;

    private static final int BARE_BYTES = Long.BYTES + 1;

    /** What one takes of the heap, here and in the store's table of what is written down: an estimate. */
    private static final int HEAP_BYTES = 300;

    private final int size;
    private final long messageIdsMost;
    private final ArrayDeque<Decided> oldestFirst = new ArrayDeque<>();
    private final Map<String, Decided> latest = new HashMap<>();

    /** The numbers of those that are forgotten, and may stand where they were written down. */
    private final List<Long> forgotten = new ArrayList<>();

    private long messageIds;
    private long heapBytes;
    private long next;

    private static final class Decided {

        private final long number;
        private final String id;
        private final long[] messageIds;

        /** The one of the same id that was decided before it; null if that is none, or is not looked through any more. */
        private @Nullable Decided before;

        Decided(long number, String id, long[] messageIds) {
            this.number = number;
            this.id = id;
            this.messageIds = messageIds;
        }

        long heapBytes() {
            return HEAP_BYTES + 2L * (id.length() + (long) Long.BYTES * messageIds.length);
        }
    }

    /**
     * What is to be written down.
     *
     * @param value null if nothing stands there any more
     */
    record Written(byte[] place, byte @Nullable [] value) {}

    /** A transaction that is to be remembered once it is carried out, and what is to be written down with that. */
    record Coming(Decided decided, Written written) {}

    /** @param size how many transactions at most, at least 1 */
    Remembered(int size) {
        this.size = size;
        this.messageIdsMost = (long) size * MESSAGE_IDS;
    }

    int size() {
        return oldestFirst.size();
    }

    /**
     * Whether one of the last transactions with that id had a message with that id.
     *
     * @param most how many of them are asked
     */
    boolean has(String id, long messageId, int most) {
        Decided decided = latest.get(id);
        for (int i = 0; i < most && decided != null; i++) {
            if (Arrays.binarySearch(decided.messageIds, messageId) >= 0) {
                return true;
            }
            decided = decided.before;
        }
        return false;
    }

    /** What they take of the heap: an estimate. */
    long heapBytes() {
        return heapBytes;
    }

    /** A transaction is about to be carried out. If that comes to nothing its place keeps what it had, which does no harm. */
    Coming next(OpenTransaction transaction) {
        long[] ids = transaction.messageIds();
        Arrays.sort(ids);
        Decided decided = new Decided(next++, transaction.id(), ids);
        return new Coming(decided, new Written(place(decided.number), value(decided)));
    }

    /**
     * It is carried out, and written down; the oldest ones are forgotten for it.
     *
     * @param isShort whether memory is short, so that there are to be less, step by step
     */
    void add(Coming coming, boolean isShort) {
        put(coming.decided());
        for (int i = 0; isShort && i < 2 && oldestFirst.size() > LEAST; i++) {
            forgetOldest();
        }
    }

    /** What is to be written down of those that are forgotten. If it is not, they may be remembered again after a restart. */
    List<Written> takeForgotten() {
        List<Written> written = new ArrayList<>(0);
        for (long number : forgotten) {
            // Else another one was given the place, and stands there.
            if (number + size >= next) {
                written.add(new Written(place(number), null));
            }
        }
        forgotten.clear();
        return written;
    }

    private void put(Decided decided) {
        oldestFirst.add(decided);
        decided.before = latest.put(decided.id, decided);
        cut(decided);
        messageIds += decided.messageIds.length;
        heapBytes += decided.heapBytes();
        while (oldestFirst.size() > size || (messageIds > messageIdsMost && oldestFirst.size() > 1)) {
            forgetOldest();
        }
    }

    /** The oldest ones are forgotten: as many as have so many octets, and no more than {@code max}. */
    void forget(long bytes, int max) {
        long least = heapBytes - bytes;
        for (int i = 0; i < max && heapBytes > least && !oldestFirst.isEmpty(); i++) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        Decided oldest = oldestFirst.remove();
        messageIds -= oldest.messageIds.length;
        heapBytes -= oldest.heapBytes();
        forget(oldest);
        forgotten.add(oldest.number);
    }

    private static void cut(Decided newest) {
        Decided last = newest;
        for (int i = 1; i < OF_ONE_ID && last != null; i++) {
            last = last.before;
        }
        if (last != null) {
            last.before = null;
        }
    }

    private void forget(Decided oldest) {
        if (latest.remove(oldest.id, oldest)) {
            return;
        }
        Decided each = latest.get(oldest.id);
        while (each != null && each.before != oldest) {
            each = each.before;
        }
        if (each != null) {
            each.before = null;
        }
    }

    private byte[] place(long number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt((int) (number % size)).array();
    }

    private static byte[] value(Decided decided) {
        byte[] id = OctetText.encode(decided.id);
        ByteBuffer value = ByteBuffer.allocate(BARE_BYTES + id.length + Long.BYTES * decided.messageIds.length)
                .putLong(decided.number)
                .put((byte) id.length)
                .put(id);
        for (long messageId : decided.messageIds) {
            value.putLong(messageId);
        }
        return value.array();
    }

    /**
     * What was written down, which may be much: to be called before anybody waits for it.
     *
     * @param size as for a new one
     * @param values in any order
     * @throws IllegalArgumentException if one is none that this wrote
     */
    static Remembered of(int size, List<byte[]> values) {
        Remembered remembered = new Remembered(size);
        remembered.recover(values);
        return remembered;
    }

    private void recover(List<byte[]> values) {
        List<Decided> found = values.stream()
                .map(Remembered::read)
                .sorted(Comparator.comparingLong(each -> each.number))
                .toList();
        for (Decided each : found) {
            put(each);
            next = each.number + 1;
        }
        forgotten.clear();
    }

    private static Decided read(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        try {
            long number = in.getLong();
            byte[] id = new byte[Byte.toUnsignedInt(in.get())];
            in.get(id);
            long[] messageIds = new long[in.remaining() / Long.BYTES];
            in.asLongBuffer().get(messageIds);
            if (in.remaining() % Long.BYTES == 0) {
                return new Decided(number, OctetText.decode(id), messageIds);
            }
        } catch (BufferUnderflowException cut) {
            // Told below.
        }
        throw new IllegalArgumentException("a decided transaction of " + value.length + " octets");
    }
}
