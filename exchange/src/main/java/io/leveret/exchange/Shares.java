package io.leveret.exchange;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which hashes, immutable: weighted rendezvous hashing. Each destination draws a number by the hash and its own name,
 * the better the more it weighs, and the best draw owns the hash. So each owns its share of the hashes to the dot, a
 * destination that comes or goes takes or leaves its own share and moves no other, and none of that depends on who came
 * first: after a restart everybody owns what they owned before.
 *
 * <p>Finding the owner takes time for each destination, two nanoseconds if all weigh the same. RabbitMQ's jump hash is faster
 * with thousands of them, but moves about half of all keys when a binding in the middle goes.
 */
final class Shares<D> {

    private static final Shares<?> NONE = new Shares<>(PersistentMap.empty());

    /** Turns the upper 53 bits of a hash into a number between 0 and 1. */
    private static final double HASH_UNIT = 0x1p-53;

    private final PersistentMap<D, Share<D>> byDestination;

    /** A racy cache of its values: threads that make it at the same time make equal lists, and either may stay. */
    private @Nullable List<Share<D>> list;

    private Shares(PersistentMap<D, Share<D>> byDestination) {
        this.byDestination = byDestination;
    }

    /** A destination with all its bindings together. */
    private record Share<D>(D destination, long nameHash, long weight, int bindings) {

        Share<D> changed(long moreWeight, int moreBindings) {
            return new Share<>(destination, nameHash, weight + moreWeight, bindings + moreBindings);
        }

        long draw(long hash) {
            return StableHash.mixed(hash, nameHash);
        }

        /** Draws are compared as exponential variates with the weight as their rate: of these each is the least as often as it weighs. */
        boolean beats(long draw, Share<D> other, long othersDraw) {
            return weight == other.weight
                    ? Long.compareUnsigned(draw, othersDraw) > 0
                    : variate(draw) < other.variate(othersDraw);
        }

        private double variate(long draw) {
            return -Math.log(((draw >>> 11) + 0.5) * HASH_UNIT) / weight;
        }
    }

    @SuppressWarnings("unchecked") // none holds no destination of any type
    static <D> Shares<D> none() {
        return (Shares<D>) NONE;
    }

    boolean isEmpty() {
        return byDestination.isEmpty();
    }

    Shares<D> with(D destination, String name, long weight) {
        Share<D> share = byDestination.get(destination);
        Share<D> grown =
                share == null ? new Share<>(destination, StableHash.of(name), weight, 1) : share.changed(weight, 1);
        return new Shares<>(byDestination.with(destination, grown));
    }

    /** Without one binding of the destination, which must be there. */
    Shares<D> without(D destination, long weight) {
        Share<D> share = byDestination.get(destination);
        if (share == null) {
            throw Destinations.notBound(destination);
        }
        return share.bindings == 1
                ? withoutAll(destination)
                : new Shares<>(byDestination.with(destination, share.changed(-weight, -1)));
    }

    Shares<D> withoutAll(D destination) {
        return new Shares<>(byDestination.without(destination));
    }

    /** Whose the hash is; there must be somebody. */
    D owner(long hash) {
        List<Share<D>> all = list();
        Share<D> best = all.get(0);
        long bestDraw = best.draw(hash);
        for (int i = 1; i < all.size(); i++) {
            Share<D> share = all.get(i);
            long draw = share.draw(hash);
            if (share.beats(draw, best, bestDraw)) {
                best = share;
                bestDraw = draw;
            }
        }
        return best.destination;
    }

    private List<Share<D>> list() {
        List<Share<D>> known = list;
        if (known == null) {
            List<Share<D>> made = new ArrayList<>();
            byDestination.forEach((destination, share) -> made.add(share));
            known = made;
            list = known;
        }
        return known;
    }
}
