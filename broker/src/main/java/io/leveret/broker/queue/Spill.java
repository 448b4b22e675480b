package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where messages go that no store has, while memory is short: to files that nobody reads after a restart. May be used from any
 * thread, but what reads, writes or releases may block; only {@link #execute} and {@link #executeLater} are quick.
 */
public interface Spill {

    /** Where one message is, until it is released. */
    interface Slot {}

    /**
     * Writes messages, each to a slot of its own. Blocks.
     *
     * @return null if it can't be done, and nothing was; the log is told, once until it can be done again
     */
    @Nullable
    List<Slot> write(List<Message> messages);

    /** Reads messages back, null for each whose slot was released meanwhile. Blocks; best in the order of writing. */
    List<@Nullable Message> read(List<Slot> slots) throws IOException;

    /** Gives slots back, each once. Blocks, since what is not needed any more is deleted. */
    void release(List<Slot> slots);

    /** Runs something that blocks, on a thread that may. */
    void execute(Runnable action);

    void executeLater(Runnable action, long delayMs);
}
