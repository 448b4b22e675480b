package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.Allocation;
import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UnackedDeliveriesTest {

    private final UnackedDeliveries unacked = new UnackedDeliveries();
    private final QueueEntry entry = Entries.of(1).get(0);

    /** Against one sorted map; a failure prints the seed. Some histories are dense, some leave single tags far behind. */
    @Test
    void agreesWithASortedMap() {
        for (int seed = 0; seed < 200; seed++) {
            compareHistory(seed);
        }
    }

    private static void compareHistory(int seed) {
        Random random = new Random(seed);
        UnackedDeliveries unacked = new UnackedDeliveries();
        NavigableMap<Long, QueueEntry> model = new TreeMap<>();
        List<Map.Entry<Long, QueueEntry>> settled = new ArrayList<>();
        List<QueueEntry> entries = Entries.of(64);
        int maxGap = random.nextBoolean() ? 1 : 1 + random.nextInt(3_000);
        int addOdds = 30 + random.nextInt(40);
        long tag = 0;
        for (int step = 0; step < 2_000; step++) {
            int action = random.nextInt(100);
            String story = "seed " + seed + " step " + step;
            if (action < addOdds) {
                tag += 1 + random.nextInt(maxGap);
                QueueEntry added = entries.get(random.nextInt(entries.size()));
                unacked.add(tag, added);
                model.put(tag, added);
            } else if (action < 90) {
                long asked = someTag(random, model, tag);
                QueueEntry expected = model.remove(asked);
                QueueEntry removed = unacked.remove(asked);
                if (removed != expected) {
                    assertThat(removed).as(story).isSameAs(expected);
                }
                if (expected != null) {
                    settled.add(Map.entry(asked, expected));
                }
            } else if (action < 92) {
                removeThrough(unacked, model, someTag(random, model, tag), story);
                settled.clear();
            } else if (!settled.isEmpty()) {
                Map.Entry<Long, QueueEntry> back = settled.remove(random.nextInt(settled.size()));
                unacked.restore(back.getKey(), back.getValue());
                model.put(back.getKey(), back.getValue());
            }
            compare(unacked, model, someTag(random, model, tag), story);
        }
        removeThrough(unacked, model, unacked.newest(), "seed " + seed + " at the end");
        assertThat(unacked.size()).as("seed %d at the end", seed).isZero();
    }

    private static long someTag(Random random, NavigableMap<Long, QueueEntry> model, long newest) {
        if (model.isEmpty() || random.nextInt(4) == 0) {
            return random.nextLong(newest + 3) - 1;
        }
        if (random.nextInt(3) == 0) {
            return model.firstKey();
        }
        Long tag = model.ceilingKey(random.nextLong(newest + 1));
        return tag == null ? model.lastKey() : tag;
    }

    private static void removeThrough(
            UnackedDeliveries unacked, NavigableMap<Long, QueueEntry> model, long tag, String story) {
        NavigableMap<Long, QueueEntry> expected = model.headMap(tag, true);
        List<Long> tags = new ArrayList<>();
        unacked.removeThrough(tag, (each, entry) -> {
            assertThat(entry).as(story).isSameAs(expected.get(each));
            tags.add(each);
        });
        assertThat(tags).as(story).isEqualTo(List.copyOf(expected.keySet()));
        expected.clear();
    }

    private static void compare(
            UnackedDeliveries unacked, NavigableMap<Long, QueueEntry> model, long tag, String story) {
        if (unacked.size() != model.size() || unacked.contains(tag) != model.containsKey(tag)) {
            assertThat(unacked.size()).as(story).isEqualTo(model.size());
            assertThat(unacked.contains(tag)).as(story + " tag " + tag).isEqualTo(model.containsKey(tag));
        }
    }

    @Test
    void knowsNoTagThatWasNeverGiven() {
        unacked.add(1, entry);

        assertThat(unacked.contains(0)).isFalse();
        assertThat(unacked.contains(2)).isFalse();
        assertThat(unacked.contains(-1)).isFalse();
        assertThat(unacked.contains(Long.MIN_VALUE)).isFalse();
        assertThat(unacked.remove(1L + (1L << 32))).isNull();
        assertThat(unacked.newest()).isEqualTo(1);
    }

    @Test
    void aTagIsSettledOnce() {
        unacked.add(1, entry);

        assertThat(unacked.remove(1)).isSameAs(entry);
        assertThat(unacked.remove(1)).isNull();
    }

    /** A consumer with a stuck message goes on for days; the memory is that of what is outstanding, not of the tags between. */
    @Test
    void oneOldDeliveryDoesNotStretchTheRing() {
        unacked.add(1, entry);
        long allocated = Allocation.of(() -> {
            for (long tag = 2; tag < 3_000_000; tag++) {
                unacked.add(tag, entry);
                unacked.remove(tag);
            }
        });

        assertThat(allocated).isLessThan(1 << 20);
        assertThat(unacked.contains(1)).isTrue();
        assertThat(unacked.size()).isEqualTo(1);
    }

    @Test
    void aLeapOverTagsThatNeededNoAcknowledgementCostsNoMemory() {
        unacked.add(1, entry);
        long allocated = Allocation.of(() -> unacked.add(1L << 40, entry));

        assertThat(allocated).isLessThan(1 << 16);
        assertThat(unacked.contains(1)).isTrue();
        assertThat(unacked.contains(1L << 40)).isTrue();
    }
}
