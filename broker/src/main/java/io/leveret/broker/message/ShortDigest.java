package io.leveret.broker.message;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * 64 bits of SHA-256, by which something is known again: 8 octets in the log and in memory, whatever its length. Two of a million have the
 * same once in 37 million times, and nobody makes up one that has another's. A pure function.
 */
public final class ShortDigest {

    /** Of nothing. */
    public static final long NONE = 0;

    private ShortDigest() {}

    /** Never {@link #NONE}. */
    public static long of(byte[] octets) {
        long digest = ByteBuffer.wrap(sha256().digest(octets)).getLong();
        return digest == NONE ? 1 : digest;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
