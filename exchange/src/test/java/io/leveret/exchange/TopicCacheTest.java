package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TopicCacheTest {

    private final TopicCache<String> cache = new TopicCache<>();

    @Test
    void remembersAKeyFromItsSecondMissOn() {
        assertThat(cache.isMissedAgain("key")).isFalse();
        assertThat(cache.isMissedAgain("key")).isTrue();
        assertThat(cache.isMissedAgain("another")).isFalse();

        remember("key", "one", "two");

        assertThat(routes("key")).containsExactly("one", "two");
        assertThat(routes("another")).isNull();
    }

    @Test
    void remembersThatAKeyGoesNowhere() {
        remember("key");

        assertThat(routes("key")).isEmpty();
    }

    @Test
    void passesOnManyDestinationsAndDoesNotRememberThem() {
        String[] many = IntStream.range(0, 9).mapToObj(i -> "queue" + i).toArray(String[]::new);

        assertThat(remember("key", many)).containsExactly(many);
        assertThat(routes("key")).isNull();
    }

    @Test
    void keepsNearlyAllOfAThousandKeys() {
        assertThat(kept(1_000)).isGreaterThan(980);
    }

    @Test
    void keepsNoMoreThanItsPlaces() {
        assertThat(kept(100_000)).isBetween(8_000L, 8_192L);
    }

    private long kept(int keys) {
        IntStream.range(0, keys).forEach(i -> remember("sensor." + i, "queue"));
        return IntStream.range(0, keys)
                .filter(i -> routes("sensor." + i) != null)
                .count();
    }

    /** What went on to the sink. */
    private List<String> remember(String key, String... destinations) {
        List<String> passed = new ArrayList<>();
        TopicCache<String>.Recorder recorder = cache.new Recorder(passed::add);
        for (String destination : destinations) {
            recorder.accept(destination);
        }
        recorder.end(key);
        return passed;
    }

    /** Where the key goes; null if that is not remembered. */
    private @Nullable List<String> routes(String key) {
        List<String> destinations = new ArrayList<>();
        return cache.route(key, destinations::add) ? destinations : null;
    }
}
