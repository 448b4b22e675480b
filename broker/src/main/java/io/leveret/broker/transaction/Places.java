package io.leveret.broker.transaction;

import io.leveret.amqp.AmqpException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The places that are kept for half messages on their way to one exchange, by their transactions. Guarded by its {@link
 * TransactionalMessages}.
 */
final class Places {

    private final Transactions all;
    private final TransactionBounds bounds;
    private final Map<String, Kept> byId = new HashMap<>();

    private record Kept(int halves, long bytes) {

        Kept plus(int moreHalves, long moreBytes) {
            return new Kept(halves + moreHalves, bytes + moreBytes);
        }
    }

    Places(Transactions all) {
        this.all = all;
        this.bounds = all.bounds();
    }

    /**
     * Keeps one.
     *
     * @param open the transaction as far as it came; null if it did not
     * @param anyway whether it may be one too many
     * @return null, or why there is none
     */
    @Nullable
    AmqpException reserve(String id, long bytes, @Nullable OpenTransaction open, boolean anyway) {
        if (!all.takePlace(anyway)) {
            return all.noPlace();
        }
        AmqpException refusal = keep(id, bytes, open, anyway);
        if (refusal != null) {
            all.freePlaces(1);
        }
        return refusal;
    }

    private @Nullable AmqpException keep(String id, long bytes, @Nullable OpenTransaction open, boolean anyway) {
        Kept kept = byId.getOrDefault(id, new Kept(0, 0)).plus(1, bytes);
        int halves = kept.halves() + (open == null ? 0 : open.halves());
        long allBytes = kept.bytes() + (open == null ? 0 : open.bytes());
        if (halves > bounds.halvesOfOne() && !anyway) {
            return AmqpException.preconditionFailed(
                    "limit of " + bounds.halvesOfOne() + " half messages in transaction '" + id + "' is reached");
        }
        // One message alone may be as large as any, or it could never be sent.
        if (halves > 1 && !anyway && allBytes > bounds.bytesOfOne()) {
            return AmqpException.preconditionFailed("transaction '" + id + "' of " + allBytes
                    + " octets is larger than configured max size " + bounds.bytesOfOne());
        }
        byId.put(id, kept);
        return null;
    }

    /** One is not needed. */
    void giveUp(String id, long bytes) {
        free(id, bytes);
        all.freePlaces(1);
    }

    /** One is taken. */
    void free(String id, long bytes) {
        byId.computeIfPresent(id, (any, kept) -> kept.halves() <= 1 ? null : kept.plus(-1, -bytes));
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }
}
