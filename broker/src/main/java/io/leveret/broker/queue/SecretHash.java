package io.leveret.broker.queue;

import java.security.SecureRandom;

/**
 * Hashes of numbers that nobody can guess who does not have this. Immutable.
 *
 * @param odd any odd number
 */
record SecretHash(long secret, long odd) {

    private static final SecureRandom SECRETS = new SecureRandom();

    static SecretHash random() {
        return new SecretHash(SECRETS.nextLong(), SECRETS.nextLong() | 1);
    }

    /** The high bits depend on all of the key's. */
    long of(long key) {
        long mixed = (key ^ secret) * odd;
        // Folded once more, since the multiplication carries upwards only.
        mixed ^= mixed >>> 32;
        return mixed * odd;
    }
}
