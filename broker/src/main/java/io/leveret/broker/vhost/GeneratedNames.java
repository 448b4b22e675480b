package io.leveret.broker.vhost;

import java.security.SecureRandom;
import java.util.Base64;

/** Names that the broker makes up: a prefix and 22 characters of 128 random bits, as RabbitMQ's look. */
public final class GeneratedNames {

    static final int RANDOM_CHARACTERS = 22;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final int RANDOM_BYTES = 16;

    private GeneratedNames() {}

    public static String next(String prefix) {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return prefix + ENCODER.encodeToString(bytes);
    }
}
