package io.leveret.broker.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a {@link KeyWindow} by their places, and until when each counts. In pieces that are made when the first key comes to them,
 * so that nobody waits until all of it is copied. Not safe for threads.
 */
final class KeyPlaces {

    private static final int PIECE = 4_096;

    /** Of the first piece, which may be all that there ever is. */
    private static final int FIRST = 16;

    /** Each with two numbers for a place. */
    private long[] @Nullable [] pieces = new long[1][];

    private long numbers;

    /** What it takes, in octets. */
    long memoryBytes() {
        return numbers * Long.BYTES;
    }

    /** 0 if none was put there. */
    long key(int place) {
        return number(place, 0);
    }

    /** In milliseconds since 1970; 0 if no key was put there. */
    long untilMs(int place) {
        return number(place, 1);
    }

    private long number(int place, int which) {
        int index = place / PIECE;
        long[] piece = index < pieces.length ? pieces[index] : null;
        int at = 2 * (place % PIECE) + which;
        return piece == null || at >= piece.length ? 0 : piece[at];
    }

    void put(int place, long key, long untilMs) {
        long[] piece = piece(place);
        int at = 2 * (place % PIECE);
        piece[at] = key;
        piece[at + 1] = untilMs;
    }

    /** One that has room for the place. */
    private long[] piece(int place) {
        int index = place / PIECE;
        if (index >= pieces.length) {
            pieces = Arrays.copyOf(pieces, index + 1);
        }
        long[] known = pieces[index];
        int before = known == null ? 0 : known.length;
        int least = 2 * (place % PIECE + 1);
        if (known != null && before >= least) {
            return known;
        }
        int places = index > 0 ? PIECE : Math.min(PIECE, Math.max(FIRST, Math.max(least, before)));
        long[] longer = known == null ? new long[2 * places] : Arrays.copyOf(known, 2 * places);
        numbers += longer.length - before;
        pieces[index] = longer;
        return longer;
    }
}
