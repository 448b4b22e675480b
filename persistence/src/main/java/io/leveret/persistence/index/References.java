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
                EntryReference reference = new EntryReference(
                        key, chunk.unsigned(), chunk.u8(), Position.of(segment, chunk.unsignedInt()));
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

    private static void write(PackedOutput chunk, long difference, SegmentEntries entries, int row) {
        chunk.unsigned(difference);
        chunk.unsigned(entries.queueId(row));
        chunk.u8(entries.level(row));
        chunk.unsigned(entries.ordinalOf(row));
    }
}
