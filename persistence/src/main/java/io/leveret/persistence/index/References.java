package io.leveret.persistence.index;

import io.leveret.persistence.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * One kind of value in a segment's index: references to entries in the order of a property, those without it left out. Chunks have
 * the last property in them as their key, so that the first chunk at or above a property is where it begins.
 */
final class References {

    private final int kind;

    References(int kind) {
        this.kind = kind;
    }

    /** @param property 0 for none */
    void write(TableWriter table, SegmentEntries entries, IntToLongFunction property) throws IOException {
        int[] rows = IntStream.range(0, entries.entries())
                .filter(row -> property.applyAsLong(row) != 0)
                .toArray();
        RowOrder.sort(rows, property);
        PackedOutput chunk = new PackedOutput();
        long before = 0;
        for (int i = 0; i < rows.length; i++) {
            long key = property.applyAsLong(rows[i]);
            write(chunk, key - before, entries, rows[i]);
            before = key;
            if (i + 1 == rows.length || chunk.size() > EntryChunk.FULL_BYTES) {
                table.put(kind, key, i, chunk);
                chunk.clear();
                before = 0;
            }
        }
    }

    /** At most {@code limit} references that are wanted, with properties in a range, both ends included. */
    List<EntryReference> read(
            Table table, long segment, long from, long to, int limit, Predicate<EntryReference> wanted)
            throws IOException {
        List<EntryReference> found = new ArrayList<>();
        table.forEach(kind, from, 0, -1, -1, (last, i, chunk) -> {
            long key = 0;
            while (chunk.hasMore() && found.size() < limit) {
                key += chunk.unsigned();
                EntryReference reference = next(chunk, segment, key);
                if (Long.compareUnsigned(key, to) > 0) {
                    return false;
                }
                if (Long.compareUnsigned(key, from) >= 0 && wanted.test(reference)) {
                    found.add(reference);
                }
            }
            return found.size() < limit;
        });
        return found;
    }

    /**
     * The references that are wanted with one of some properties, at most {@code limit} of each, in the order of these. A chunk is read once,
     * however many of them it has.
     *
     * @param properties growing, as unsigned numbers
     */
    List<EntryReference> read(Table table, long segment, long[] properties, int limit, Predicate<EntryReference> wanted)
            throws IOException {
        Search search = new Search(segment, properties, limit, wanted);
        while (search.goesOn()) {
            table.forEach(kind, search.next(), 0, -1, -1, search);
        }
        return search.found;
    }

    /** From one property to the next that is in another chunk. */
    private static final class Search implements Table.Visitor {

        private final List<EntryReference> found = new ArrayList<>();
        private final long segment;
        private final long[] properties;
        private final int limit;
        private final Predicate<EntryReference> wanted;
        private int at;
        private int foundOfThis;

        /** Whether it ended before the last chunk. */
        private boolean stopped = true;

        Search(long segment, long[] properties, int limit, Predicate<EntryReference> wanted) {
            this.segment = segment;
            this.properties = properties;
            this.limit = limit;
            this.wanted = wanted;
        }

        boolean goesOn() {
            return stopped && at < properties.length;
        }

        long next() {
            stopped = false;
            return properties[at];
        }

        @Override
        public boolean visit(long last, long ignored, PackedInput chunk) throws IOException {
            long key = 0;
            while (chunk.hasMore()) {
                key += chunk.unsigned();
                take(References.next(chunk, segment, key));
            }
            skipTo(last);
            // What has the last one's property may go on in the next chunk.
            stopped = at == properties.length || properties[at] != last;
            return !stopped;
        }

        private void take(EntryReference reference) {
            skipTo(reference.key());
            if (at < properties.length
                    && properties[at] == reference.key()
                    && foundOfThis < limit
                    && wanted.test(reference)) {
                found.add(reference);
                foundOfThis++;
            }
        }

        private void skipTo(long key) {
            while (at < properties.length && Long.compareUnsigned(properties[at], key) < 0) {
                at++;
                foundOfThis = 0;
            }
        }
    }

    private static EntryReference next(PackedInput chunk, long segment, long key) throws IOException {
        return new EntryReference(key, chunk.unsigned(), chunk.u8(), Position.of(segment, chunk.unsignedInt()));
    }

    private static void write(PackedOutput chunk, long difference, SegmentEntries entries, int row) {
        chunk.unsigned(difference);
        chunk.unsigned(entries.queueId(row));
        chunk.u8(entries.level(row));
        chunk.unsigned(entries.ordinalOf(row));
    }
}
