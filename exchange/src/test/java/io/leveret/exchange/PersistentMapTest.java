package io.leveret.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class PersistentMapTest {

    /** A key whose hash code the test chooses. */
    private record Key(int id, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    @RepeatedTest(100)
    void agreesWithHashMapEvenWhenHashesCollide(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        int hashes = 1 << random.nextInt(12);
        Map<Key, Integer> model = new HashMap<>();
        PersistentMap<Key, Integer> map = PersistentMap.empty();

        for (int step = 0; step < 1_000; step++) {
            int id = random.nextInt(200);
            // Neighbouring hash codes for some seeds, hash codes that differ in their upper bits alone for others.
            Key key = new Key(id, seed % 2 == 0 ? id % hashes : (id % hashes) << 20);
            if (random.nextInt(5) < 3) {
                model.put(key, step);
                map = map.with(key, step);
            } else {
                model.remove(key);
                map = map.without(key);
            }
            assertThat(map.get(key)).as("seed " + seed + ", step " + step).isEqualTo(model.get(key));
        }

        assertThat(entries(map)).as("seed %d", seed).isEqualTo(model);
        assertThat(map.isEmpty()).isEqualTo(model.isEmpty());
    }

    @Test
    void isEmptyAgainOnceEveryKeyIsGone() {
        PersistentMap<Key, Integer> map = PersistentMap.empty();
        for (int id = 0; id < 1_000; id++) {
            map = map.with(new Key(id, id / 10), id);
        }
        for (int id = 0; id < 1_000; id++) {
            assertThat(map.isEmpty()).isFalse();
            map = map.without(new Key(id, id / 10));
        }

        assertThat(map.isEmpty()).isTrue();
    }

    @Test
    void leavesOlderVersionsAsTheyWere() {
        List<PersistentMap<Integer, Integer>> versions = new ArrayList<>();
        PersistentMap<Integer, Integer> map = PersistentMap.empty();
        for (int key = 0; key < 300; key++) {
            versions.add(map);
            map = map.with(key, key);
        }
        for (int key = 0; key < 300; key++) {
            map = map.without(key);
        }

        for (int size = 0; size < versions.size(); size++) {
            assertThat(entries(versions.get(size))).hasSize(size);
        }
    }

    @Test
    void isTheSameMapWithoutAKeyThatItDoesNotHold() {
        PersistentMap<Key, Integer> map = PersistentMap.<Key, Integer>empty()
                .with(new Key(1, 7), 1)
                .with(new Key(2, 7), 2)
                .with(new Key(3, 8), 3);

        assertThat(map.without(new Key(4, 7))).isSameAs(map);
        assertThat(map.without(new Key(4, 8))).isSameAs(map);
        assertThat(map.without(new Key(4, 9))).isSameAs(map);
    }

    @Test
    void walksInTheSameOrderHoweverItCameAbout() {
        PersistentMap<String, Integer> up = PersistentMap.empty();
        PersistentMap<String, Integer> down = PersistentMap.empty();
        for (int i = 0; i < 500; i++) {
            up = up.with("key" + i, 0);
            down = down.with("key" + (499 - i), 0);
        }
        for (int i = 400; i < 500; i++) {
            up = up.without("key" + i);
            down = down.without("key" + i);
        }

        assertThat(keys(up)).hasSize(400).isEqualTo(keys(down));
    }

    @Test
    void allocatesForAPathAndNotForTheWhole() {
        long small = bytesToFill(1_000);
        long large = bytesToFill(1_000_000);

        // A thousand times the entries on paths of four nodes instead of two; copies of the whole would make it a
        // million.
        assertThat(large / small)
                .as("bytes for 1,000 entries: %d, for 1,000,000: %d", small, large)
                .isLessThan(4_000);
    }

    /** Anybody can make keys whose hash codes are the same as Java has it: of n words Aa or BB. */
    @Test
    void costsNoMoreForKeysThatWereMadeToCollide() {
        List<String> ordinary = new ArrayList<>();
        List<String> colliding = new ArrayList<>();
        for (int i = 0; i < 4_096; i++) {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 12; bit++) {
                key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            colliding.add(key.toString());
            ordinary.add("key" + i);
        }
        assertThat(colliding.stream().map(String::hashCode).distinct()).hasSize(1);

        assertThat(bytesToFill(colliding)).isLessThan(2 * bytesToFill(ordinary));
    }

    private static long bytesToFill(List<String> keys) {
        return Allocation.of(() -> {
            PersistentMap<String, Integer> map = PersistentMap.empty();
            for (String key : keys) {
                map = map.with(key, 0);
            }
            assertThat(map.get(keys.get(0))).isNotNull();
        });
    }

    private static long bytesToFill(int size) {
        return Allocation.of(() -> {
            PersistentMap<Integer, Integer> map = PersistentMap.empty();
            for (int key = 0; key < size; key++) {
                map = map.with(key, 0);
            }
            assertThat(map.get(size - 1)).isNotNull();
        });
    }

    private static <K, V> Map<K, V> entries(PersistentMap<K, V> map) {
        Map<K, V> entries = new HashMap<>();
        map.forEach((key, value) -> assertThat(entries.put(key, value)).isNull());
        return entries;
    }

    private static <K> List<K> keys(PersistentMap<K, ?> map) {
        List<K> keys = new ArrayList<>();
        map.forEach((key, value) -> keys.add(key));
        return keys;
    }
}
