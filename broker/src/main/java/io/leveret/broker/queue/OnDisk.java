package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.ListedEntry;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.queue.Load.Stretch;
import io.leveret.broker.queue.Spill.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a queue may have on the disk: its part of the store, a place to spill to, both or neither. Used from any thread.
 *
 * @param backlog null if nothing of the queue is stored
 * @param spill null if messages that are not stored stay in memory
 */
record OnDisk(@Nullable Backlog backlog, @Nullable Spill spill) {

    boolean isNothing() {
        return backlog == null && spill == null;
    }

    /** Below this position everything that is to come to the queue has come. */
    long inOrderBelow() {
        return backlog == null ? Long.MAX_VALUE : backlog.lowestInFlight();
    }

    /** Below this position what the store has can be read. */
    long readableBelow() {
        return backlog == null ? Long.MAX_VALUE : backlog.readablePosition();
    }

    void execute(Runnable read) {
        if (backlog != null) {
            backlog.execute(read);
        } else if (spill != null) {
            spill.execute(read);
        }
    }

    void executeLater(Runnable read, long delayMs) {
        if (backlog != null) {
            backlog.executeLater(read, delayMs);
        } else if (spill != null) {
            spill.executeLater(read, delayMs);
        }
    }

    /** Gives back what was spilled of entries that are not needed any more. */
    void releaseLater(Levels removed) {
        Spill from = spill;
        if (from != null && removed.leftovers().mayHaveSlots()) {
            // There may be a million.
            from.execute(() -> from.release(removed.leftovers().slots()));
        }
    }

    /** What an operator can do about a read that fails; empty if there is nothing. */
    String remedy() {
        return backlog == null ? "" : backlog.remedy();
    }

    /** Blocks. What can't be read only hides what stands behind it; it fails when it is the first. */
    Load.Read read(Load load) throws IOException {
        if (load instanceof Load.OfPaged paged) {
            return read(paged);
        }
        if (load instanceof Load.OfExcess excess) {
            return read(excess);
        }
        return load instanceof Load.OfBare bare
                ? new Load.Read(List.of(), messages(bare.entries()))
                : new Load.Read(List.of(), List.of());
    }

    /** One that waits for its time, or had left before the last start, is none too many: it is read. */
    private Load.Read read(Load.OfExcess load) throws IOException {
        if (backlog == null) {
            return read(load.otherwise());
        }
        Stretch stretch = load.stretch();
        List<ListedEntry> found =
                backlog.level(load.owner().level()).list(stretch.from(), stretch.through(), Queue.SLICE);
        int end = 0;
        while (end < found.size() && found.get(end).retryAtMs() == 0) {
            end++;
        }
        return end == 0 ? read(load.otherwise()) : new Load.Read(List.of(), List.of(), found.subList(0, end));
    }

    private Load.Read read(Load.OfPaged load) throws IOException {
        Stretch stretch = load.stretch();
        if (stretch == null || backlog == null) {
            return new Load.Read(List.of(), messages(load.spilled()));
        }
        List<LoadedEntry> read = backlog.level(load.owner().level())
                .read(stretch.from(), stretch.through(), stretch.size().entries, stretch.size().bytes);
        List<QueueEntry> spilled = load.spilled();
        int wanted = 0;
        if (!read.isEmpty()) {
            long end = read.get(read.size() - 1).position();
            while (wanted < spilled.size() && spilled.get(wanted).position() <= end) {
                wanted++;
            }
        }
        return new Load.Read(read, messages(spilled.subList(0, wanted)));
    }

    private List<@Nullable Message> messages(List<QueueEntry> entries) throws IOException {
        List<Slot> slots = new ArrayList<>();
        List<QueueEntry> inStore = new ArrayList<>();
        for (QueueEntry entry : entries) {
            Slot slot = entry.slot();
            if (slot != null) {
                slots.add(slot);
            } else {
                inStore.add(entry);
            }
        }
        List<@Nullable Message> spilled = slots.isEmpty() || spill == null ? List.of() : spill.read(slots);
        StoredReads stored = together(inStore, QueueEntry::level, QueueEntry::position, Long.MAX_VALUE);
        List<@Nullable Message> messages = new ArrayList<>(entries.size());
        int next = 0;
        try {
            for (QueueEntry entry : entries) {
                if (entry.slot() != null) {
                    messages.add(spilled.get(next++));
                } else {
                    LoadedEntry read = stored == null ? null : stored.entry(entry.level(), entry.position());
                    messages.add(read == null ? null : read.message());
                }
            }
        } catch (IOException damaged) {
            if (messages.isEmpty()) {
                throw damaged;
            }
        }
        return messages;
    }

    /** Null if nothing is stored. */
    private <E> @Nullable StoredReads together(
            List<E> entries, ToIntFunction<E> level, ToLongFunction<E> position, long maxBytes) {
        if (backlog == null) {
            return null;
        }
        StoredReads reads = new StoredReads(backlog);
        Map<Integer, List<E>> byLevel = entries.stream().collect(Collectors.groupingBy(level::applyAsInt));
        byLevel.forEach((each, ofLevel) ->
                reads.together(each, ofLevel.stream().mapToLong(position).toArray(), maxBytes));
        return reads;
    }

    /** Reads messages that only the store has of entries that have left; null if nothing is stored. Blocks. */
    @Nullable
    StoredReads read(List<Departure> departed, long maxBytes) {
        return together(departed, Departure::level, Departure::position, maxBytes);
    }

    /** Whether its message is durable, and so can be read. */
    boolean canRead(Departure departed) {
        return backlog != null && departed.position() < backlog.readablePosition();
    }

    /** Reads an entry that has left: the same without a message if there is no trace of it. Blocks. */
    Departure read(Departure departed) throws IOException {
        Slot slot = departed.slot();
        if (slot != null && spill != null) {
            return departed.with(spill.read(List.of(slot)).get(0));
        }
        LoadedEntry read = departed.stored() && backlog != null
                ? new StoredReads(backlog).entry(departed.level(), departed.position())
                : null;
        return read == null ? departed : departed.with(read);
    }
}
