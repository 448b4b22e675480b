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
 * The transactions of one exchange that were decided last, with the hashes of the message ids that they had, place by place as they are
 * written down. Guarded by its {@link TransactionalMessages}.
 */
final class Remembered {

    /** How many message ids are remembered for each transaction, if all have as many. */
    private static final int MESSAGE_IDS = 10;

    private static final int BARE_BYTES = Long.BYTES + 1;

    private final int size;
    private final long messageIdsMost;
    private final ArrayDeque<Decided> oldestFirst = new ArrayDeque<>();
    private final Map<String, Decided> latest = new HashMap<>();
    private long messageIds;
    private long next;

    private record Decided(long number, String id, long[] messageIds) {}

    /**
     * What is to be written down.
     *
     * @param value null if nothing stands there any more
     */
    record Written(byte[] place, byte @Nullable [] value) {}

    /** @param size how many transactions at most, at least 1 */
    Remembered(int size) {
        this.size = size;
        this.messageIdsMost = (long) size * MESSAGE_IDS;
    }

    int size() {
        return oldestFirst.size();
    }

    /** Whether a transaction with that id was decided, and had a message with that id. */
    boolean has(String id, long messageId) {
        Decided decided = latest.get(id);
        return decided != null && Arrays.binarySearch(decided.messageIds(), messageId) >= 0;
    }

    /** A transaction is decided; the oldest ones are forgotten for it. */
    List<Written> add(OpenTransaction transaction) {
        long[] ids = transaction.messageIds();
        Arrays.sort(ids);
        Decided decided = new Decided(next++, transaction.id(), ids);
        List<Written> written = new ArrayList<>(1);
        put(decided, written);
        written.add(new Written(place(decided.number()), value(decided)));
        return written;
    }

    private void put(Decided decided, List<Written> forgotten) {
        oldestFirst.add(decided);
        latest.put(decided.id(), decided);
        messageIds += decided.messageIds().length;
        while (oldestFirst.size() > size || (messageIds > messageIdsMost && oldestFirst.size() > 1)) {
            Decided oldest = oldestFirst.remove();
            messageIds -= oldest.messageIds().length;
            latest.remove(oldest.id(), oldest);
            if (oldest.number() != decided.number() - size) {
                // The place of the others is not written anew with it.
                forgotten.add(new Written(place(oldest.number()), null));
            }
        }
    }

    private byte[] place(long number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt((int) (number % size)).array();
    }

    private static byte[] value(Decided decided) {
        byte[] id = OctetText.encode(decided.id());
        ByteBuffer value = ByteBuffer.allocate(BARE_BYTES + id.length + Long.BYTES * decided.messageIds().length)
                .putLong(decided.number())
                .put((byte) id.length)
                .put(id);
        for (long messageId : decided.messageIds()) {
            value.putLong(messageId);
        }
        return value.array();
    }

    /**
     * Begins with what was written down.
     *
     * @param values in any order
     * @throws IllegalArgumentException if one is none that this wrote
     */
    void recovered(List<byte[]> values) {
        List<Decided> found = values.stream()
                .map(Remembered::read)
                .sorted(Comparator.comparingLong(Decided::number))
                .toList();
        List<Written> nothing = new ArrayList<>();
        for (Decided each : found) {
            put(each, nothing);
            next = each.number() + 1;
        }
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
