package io.leveret.broker.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A password as it is kept: a salt of four bytes, then the hash of salt and password, as RabbitMQ keeps it. Immutable. */
public final class PasswordHash {

    private static final int SALT_BYTES = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Algorithm algorithm;
    private final byte[] saltAndHash;

    private PasswordHash(Algorithm algorithm, byte[] saltAndHash) {
        this.algorithm = algorithm;
        this.saltAndHash = saltAndHash;
    }

    /** How a hash is made. */
    public enum Algorithm {
        SHA256("rabbit_password_hashing_sha256", "SHA-256", 32),
        SHA512("rabbit_password_hashing_sha512", "SHA-512", 64),
        MD5("rabbit_password_hashing_md5", "MD5", 16);

        private final String wireName;
        private final String javaName;
        private final int hashBytes;

        Algorithm(String wireName, String javaName, int hashBytes) {
            this.wireName = wireName;
            this.javaName = javaName;
            this.hashBytes = hashBytes;
        }

        /** The one with RabbitMQ's name for it; null if there is none. */
        public static @Nullable Algorithm byName(String wireName) {
            for (Algorithm each : values()) {
                if (each.wireName.equals(wireName)) {
                    return each;
                }
            }
            return null;
        }

        public String wireName() {
            return wireName;
        }

        private MessageDigest digest() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has " + javaName, e);
            }
        }
    }

    public static PasswordHash of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        byte[] octets = password.getBytes(StandardCharsets.UTF_8);
        return new PasswordHash(Algorithm.SHA256, saltAndHash(Algorithm.SHA256, salt, octets));
    }

    /** The hash that a text of Base64 is; null if it is none by that algorithm. */
    public static @Nullable PasswordHash decode(Algorithm algorithm, String base64) {
        try {
            byte[] decoded = Base64.getDecoder().decode(base64);
            return decoded.length == SALT_BYTES + algorithm.hashBytes ? new PasswordHash(algorithm, decoded) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    public String encoded() {
        return Base64.getEncoder().encodeToString(saltAndHash);
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    boolean matches(byte[] password) {
        byte[] salt = Arrays.copyOf(saltAndHash, SALT_BYTES);
        return MessageDigest.isEqual(saltAndHash, saltAndHash(algorithm, salt, password));
    }

    private static byte[] saltAndHash(Algorithm algorithm, byte[] salt, byte[] password) {
        MessageDigest digest = algorithm.digest();
        digest.update(salt);
        byte[] hash = digest.digest(password);
        byte[] result = Arrays.copyOf(salt, SALT_BYTES + hash.length);
        System.arraycopy(hash, 0, result, SALT_BYTES, hash.length);
        return result;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordHash that
                && algorithm == that.algorithm
                && MessageDigest.isEqual(saltAndHash, that.saltAndHash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(saltAndHash);
    }

    /** Nothing that a log should not have. */
    @Override
    public String toString() {
        return algorithm.wireName();
    }
}
