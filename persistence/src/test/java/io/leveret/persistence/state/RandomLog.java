package io.leveret.persistence.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.PlainMemoryDisk;
import io.leveret.persistence.Position;
import io.leveret.persistence.index.SegmentEntries;
import io.leveret.persistence.index.SegmentIndex;
import io.leveret.persistence.log.LogPlace;
import io.leveret.persistence.record.Content;
import io.leveret.persistence.record.RecordSink;
import io.leveret.persistence.record.Target;
import io.leveret.persistence.state.PlainState.Entry;
import io.leveret.persistence.state.PlainState.PlainQueue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A seeded random log, told to a state and to its model, with indexing, compaction and checkpoints at random moments. */
final class RandomLog {

    private final int seed;
    private final Random random;
    private final PlainMemoryDisk disk = new PlainMemoryDisk();
    private final PlainState model = new PlainState();
    private final Set<Long> indexed = new HashSet<>();
    private final Map<Long, Long> generations = new HashMap<>();
    private final List<Long> positions = new ArrayList<>();
    private final boolean oneSize;

    private StoreState state = new StoreState(this::above);
    private long segment = 1;
    private int nextOrdinal;
    private long offset = 64;
    private long nextQueue = 1;

    RandomLog(int seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.oneSize = random.nextBoolean();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            addQueue();
        }
    }

    void step() throws IOException {
        int dice = random.nextInt(200);
        if (dice < 90) {
            publish();
        } else if (dice < 120) {
            settleInOrder();
        } else if (dice < 150) {
            settleAnywhere();
        } else if (dice < 160) {
            update();
        } else if (dice < 166) {
            long queueId = anyQueue();
            long through = somePosition();
            tell(sink -> sink.deliveredThrough(queueId, through));
        } else if (dice < 172) {
            purge();
        } else if (dice < 176) {
            catalogAndState();
        } else if (dice < 178) {
            addQueue();
        } else if (dice < 179) {
            long queueId = anyQueue();
            tell(sink -> sink.deleteQueue(queueId));
        } else if (dice < 187) {
            segment++;
            nextOrdinal = 0;
        } else if (dice < 192) {
            indexSome();
        } else if (dice < 196) {
            compactSome();
        } else {
            roundTrip();
        }
    }

    void compare() {
        assertThat(state.queueIds()).as("seed %d", seed).containsExactly(ids());
        model.queues.forEach(this::compare);
        long live = model.queues.values().stream().mapToLong(PlainQueue::live).sum();
        assertThat(state.segments().values().stream()
                        .mapToLong(SegmentUse::liveEntries)
                        .sum())
                .as("seed %d", seed)
                .isEqualTo(live);
        Map<String, String> catalog = new HashMap<>();
        state.catalog().forEach((key, value) -> catalog.put(Arrays.toString(key), Arrays.toString(value)));
        assertThat(catalog).as("seed %d", seed).isEqualTo(model.catalog);
        Map<String, String> states = new HashMap<>();
        for (long owner : state.owners()) {
            state.stateOf(owner)
                    .forEach((key, value) -> states.put(owner + "/" + Arrays.toString(key), Arrays.toString(value)));
        }
        assertThat(states).as("seed %d", seed).isEqualTo(model.states);
    }

    private void compare(long queueId, PlainQueue plain) {
        String about = "seed " + seed + " queue " + queueId;
        QueueState queue = requireNonNull(state.queue(queueId), about);
        assertThat(queue.live()).as(about).isEqualTo(plain.live());
        assertThat(queue.deliveredThrough()).as(about).isEqualTo(plain.deliveredThrough);
        plain.entries.forEach((position, entry) -> assertThat(state.isLive(queueId, position))
                .as("%s at %s", about, Position.describe(position))
                .isEqualTo(entry.live));
        for (Backlog backlog : queue.backlogs()) {
            compare(about, backlog, model.live(plain, backlog.segment()));
        }
        TreeMap<Long, List<Long>> updates = new TreeMap<>();
        queue.forEachUpdate((position, count, notBefore) -> updates.put(position, List.of((long) count, notBefore)));
        assertThat(updates).as(about).isEqualTo(plain.updates);
    }

    private void compare(String about, Backlog backlog, List<Entry> live) {
        assertThat(backlog.live()).as(about).isEqualTo(live.size());
        if (oneSize || !indexed.contains(backlog.segment())) {
            assertThat(backlog.bytes())
                    .as(about)
                    .isEqualTo(live.stream().mapToLong(entry -> entry.length).sum());
        }
        if (!indexed.contains(backlog.segment())) {
            assertThat(backlog.sharedBytes())
                    .as(about)
                    .isEqualTo(live.stream().mapToLong(entry -> entry.share).sum());
        }
        assertThat(backlog.bytes() > 0).as(about).isEqualTo(!live.isEmpty());
    }

    private void publish() {
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            nextOrdinal += random.nextInt(8) == 0 ? 3 : 0;
            long position = Position.of(segment, nextOrdinal++);
            int length = oneSize ? 840 : random.nextInt(100, 100_000);
            Content content = new Content(offset, length / 10, length - length / 10, random.nextInt());
            offset += length;
            List<Target> targets = new ArrayList<>();
            for (long queueId : ids()) {
                if (random.nextInt(3) == 0) {
                    targets.add(new Target(queueId, random.nextInt(2) * 1000L, random.nextInt(3), random.nextInt(2)));
                }
            }
            targets.add(Target.of(1000));
            positions.add(position);
            tell(sink -> sink.publish(position, content, targets));
        }
    }

    private void settleInOrder() {
        long queueId = anyQueue();
        PlainQueue queue = model.queues.get(queueId);
        if (queue != null) {
            long[] first = queue.entries.entrySet().stream()
                    .filter(entry -> entry.getValue().live)
                    .limit(random.nextInt(1, 8))
                    .mapToLong(Map.Entry::getKey)
                    .toArray();
            tell(sink -> sink.settle(queueId, first));
        }
    }

    /** Of no order, and some that were settled before. */
    private void settleAnywhere() {
        long queueId = anyQueue();
        long[] some = entriesOf(queueId, random.nextInt(1, 6));
        tell(sink -> sink.settle(queueId, some));
    }

    private void update() {
        long queueId = anyQueue();
        int count = random.nextInt(1, 5);
        long notBefore = random.nextInt(3) == 0 ? random.nextLong(1L << 40) : 0;
        for (long position : entriesOf(queueId, 3)) {
            tell(sink -> sink.update(queueId, position, count, notBefore));
        }
    }

    private void purge() {
        long queueId = anyQueue();
        long through = random.nextInt(4) == 0 ? Position.of(segment, nextOrdinal + 2) : somePosition();
        long[] except = random.nextBoolean() ? new long[0] : entriesOf(queueId, 5);
        tell(sink -> sink.purge(queueId, through, except));
    }

    private void catalogAndState() {
        byte[] key = {(byte) random.nextInt(256), (byte) random.nextInt(2)};
        byte[] value = random.nextInt(3) == 0 ? null : new byte[random.nextInt(20) == 0 ? 9000 : random.nextInt(20)];
        if (random.nextInt(5) == 0) {
            byte[] prefix = Arrays.copyOf(key, random.nextInt(8) == 0 ? 0 : random.nextInt(1, 3));
            tell(sink -> sink.removeFromCatalog(prefix));
        } else if (random.nextBoolean()) {
            tell(sink -> sink.catalog(key, value));
        } else {
            long owner = random.nextInt(6);
            tell(sink -> sink.state(owner, key, value));
        }
    }

    private void addQueue() {
        long queueId = nextQueue++;
        tell(sink -> sink.addQueue(queueId));
    }

    private void indexSome() throws IOException {
        for (SegmentEntries entries : List.copyOf(state.unindexed())) {
            if (entries.segment() < segment && random.nextBoolean()) {
                SegmentIndex.write(disk, entries, 0);
                state.indexed(entries.segment());
                indexed.add(entries.segment());
                generations.put(entries.segment(), 0L);
            }
        }
    }

    /** Writes anew what is live of an indexed segment, or rather more of it. */
    private void compactSome() throws IOException {
        for (long some : indexed) {
            if (random.nextInt(4) == 0) {
                compact(some, requireNonNull(generations.get(some)) + 1);
            }
        }
    }

    private void compact(long some, long generation) throws IOException {
        SegmentEntries rest = new SegmentEntries(some);
        for (long position : positions) {
            List<Long> queues = model.queues.keySet().stream()
                    .filter(id -> Position.segment(position) == some && model.isLive(id, position))
                    .toList();
            if (!queues.isEmpty()) {
                int length = requireNonNull(entryOf(queues.get(0), position)).length;
                rest.publish(Position.ordinal(position), new Content(64, 0, length, 0));
                queues.forEach(id -> rest.target(id, 0, 0, 0));
            }
        }
        SegmentIndex.write(disk, rest, generation);
        generations.put(some, generation);
        try (SegmentIndex index = SegmentIndex.open(disk, some, generation)) {
            state.compacted(some, index.counts());
        }
    }

    private void roundTrip() throws IOException {
        LogPlace place = new LogPlace(segment, offset, nextOrdinal);
        new Checkpoint(positions.size(), place, new TreeMap<>(generations), state).write(disk);
        Checkpoint read = Checkpoint.read(disk, positions.size(), this::above);
        assertThat(read.place()).isEqualTo(place);
        assertThat(read.generations()).isEqualTo(new TreeMap<>(generations));
        state = read.state();
    }

    private int[] above(long someSegment, long queueId, int ordinal) throws IOException {
        assertThat(indexed).contains(someSegment);
        try (SegmentIndex index = SegmentIndex.open(disk, someSegment, requireNonNull(generations.get(someSegment)))) {
            return index.ordinalsAbove(queueId, ordinal);
        }
    }

    private void tell(Consumer<RecordSink> record) {
        record.accept(state);
        record.accept(model);
    }

    private long[] entriesOf(long queueId, int count) {
        PlainQueue queue = model.queues.get(queueId);
        if (queue == null || queue.entries.isEmpty()) {
            return new long[0];
        }
        List<Long> all = List.copyOf(queue.entries.keySet());
        return random.ints(count, 0, all.size())
                .mapToLong(all::get)
                .distinct()
                .sorted()
                .toArray();
    }

    private @Nullable Entry entryOf(long queueId, long position) {
        PlainQueue queue = model.queues.get(queueId);
        return queue == null ? null : queue.entries.get(position);
    }

    private long somePosition() {
        return positions.isEmpty() ? Position.of(1, 0) : positions.get(random.nextInt(positions.size()));
    }

    private long anyQueue() {
        return random.nextLong(1, nextQueue + 1);
    }

    private long[] ids() {
        return model.queues.keySet().stream().mapToLong(id -> id).toArray();
    }
}
