package io.leveret.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys that RabbitMQ or Leveret knows, whether they have an effect here or not. Immutable. */
final class KnownKeys {

    private static final int MAX_KEY_CHARACTERS = 200;

    private final List<KeyPattern> patterns;

    private KnownKeys(List<KeyPattern> patterns) {
        this.patterns = patterns;
    }

    static KnownKeys load() {
        Stream<KeyPattern> ours = HonouredKeys.ALL.stream().flatMap(key -> key.patterns().stream());
        return new KnownKeys(Stream.concat(ours, rabbitKeys()).distinct().toList());
    }

    private static Stream<KeyPattern> rabbitKeys() {
        try (InputStream in = Objects.requireNonNull(KnownKeys.class.getResourceAsStream("rabbitmq-keys.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(KeyPattern::of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isRabbits(KeyName key) {
        return rabbitKeys().anyMatch(pattern -> pattern.matches(key));
    }

    boolean contains(KeyName key) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(key));
    }

    /** The known key that was probably meant; empty if none is near. */
    Optional<String> nearest(KeyName key) {
        String written = key.toString();
        if (written.length() > MAX_KEY_CHARACTERS) {
            return Optional.empty();
        }
        String nearest = "";
        int least = 1 + Math.max(2, written.length() / 4);
        for (KeyPattern pattern : patterns) {
            String candidate = pattern.nearestTo(key);
            int distance = EditDistance.between(written, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }
}
