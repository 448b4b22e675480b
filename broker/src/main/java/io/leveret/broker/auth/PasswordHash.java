package io.leveret.broker.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/** A password as it is kept: a salt of four bytes, then the SHA-256 of salt and password, as RabbitMQ keeps it. */
final class PasswordHash {

    private static final int SALT_BYTES = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] saltAndHash;

    private PasswordHash(byte[] saltAndHash) {
        this.saltAndHash = saltAndHash;
    }

    static PasswordHash of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new PasswordHash(saltAndHash(salt, password.getBytes(StandardCharsets.UTF_8)));
    }

    boolean matches(byte[] password) {
        byte[] salt = Arrays.copyOf(saltAndHash, SALT_BYTES);
        return MessageDigest.isEqual(saltAndHash, saltAndHash(salt, password));
    }

    private static byte[] saltAndHash(byte[] salt, byte[] password) {
        MessageDigest digest = sha256();
        digest.update(salt);
        byte[] hash = digest.digest(password);
        byte[] result = Arrays.copyOf(salt, SALT_BYTES + hash.length);
        System.arraycopy(hash, 0, result, SALT_BYTES, hash.length);
        return result;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
