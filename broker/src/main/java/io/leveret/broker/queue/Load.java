package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Backlog.ListedEntry;
import io.leveret.broker.queue.Backlog.LoadedEntry;
import io.leveret.broker.queue.Spill.Slot;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Something to read for a queue, and for which of its states it was wanted. */
sealed interface Load {

    /** Whose it is: what was read for other entries than the queue's present ones is of no use. */
    ReadyEntries owner();

    /**
     * What comes first of that which is paged out.
     *
     * @param stretch null if nothing that the store has comes first
     * @param spilled entries in memory without their messages, in order
     */
    record OfPaged(ReadyEntries owner, @Nullable Stretch stretch, List<QueueEntry> spilled) implements Load {}

    /**
     * What comes first of that which only the store has, and leaves since it is too much: its messages are of use to nobody.
     *
     * @param otherwise to be read in its place if something has to be known of its first entry
     */
    record OfExcess(Stretch stretch, OfPaged otherwise) implements Load {

        @Override
        public ReadyEntries owner() {
            return otherwise.owner();
        }
    }

    /** The messages of entries that returned and are in memory without them. */
    record OfMessages(ReadyEntries owner, List<QueueEntry> entries) implements OfBare {}

    /** The messages of entries that were set aside and are in memory without them. */
    record OfSetAside(ReadyEntries owner, List<QueueEntry> entries) implements OfBare {}

    /** The messages of entries that are in memory without them. */
    sealed interface OfBare extends Load {

        List<QueueEntry> entries();

        /**
         * Shows what was read of entries that have not left meanwhile.
         *
         * @param freed takes the slots that are not needed any more
         * @param removed takes the entries that turned out to be nowhere
         * @param lost hears of them then
         * @return how many these are
         */
        default long takeIn(
                List<@Nullable Message> read,
                List<Slot> freed,
                BiConsumer<QueueEntry, Message> restored,
                Consumer<QueueEntry> removed,
                LostEntries lost) {
            int missing = 0;
            for (int i = 0; i < read.size(); i++) {
                QueueEntry entry = entries().get(i);
                if (entry.isGone()) {
                    continue;
                }
                Slot slot = entry.slot();
                if (slot != null) {
                    freed.add(slot);
                }
                Message message = read.get(i);
                if (message != null) {
                    restored.accept(entry, message);
                } else {
                    removed.accept(entry);
                    lost.lost(entry);
                    missing++;
                }
            }
            return missing;
        }
    }

    /** A part of what only the store has, of which the first entries are wanted. */
    record Stretch(int version, long from, long through, Window size) {}

    /**
     * What was read.
     *
     * @param messages for each of the load's entries, in order, null where there is none; those behind what was read of the
     *     stretch, or behind one that can't be read, are left out
     * @param listed of {@link OfExcess}, unless that was read otherwise
     */
    record Read(List<LoadedEntry> stretch, List<@Nullable Message> messages, List<ListedEntry> listed) {

        Read(List<LoadedEntry> stretch, List<@Nullable Message> messages) {
            this(stretch, messages, List.of());
        }
    }
}
