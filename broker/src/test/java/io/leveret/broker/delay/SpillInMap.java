package io.leveret.broker.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Spill;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place to spill to in memory, for one thread: what takes time is done at once. */
final class SpillInMap implements Spill {

    private final Map<Slot, Message> held = new LinkedHashMap<>();
    private int written;

    private record Numbered(int number) implements Slot {}

    /** What was spilled, and not released. */
    Map<Slot, Message> held() {
        return held;
    }

    @Override
    public List<Slot> write(List<Message> messages) {
        List<Slot> slots = new ArrayList<>();
        for (Message each : messages) {
            Slot slot = new Numbered(written++);
            held.put(slot, each);
            slots.add(slot);
        }
        return slots;
    }

    @Override
    public List<@Nullable Message> read(List<Slot> slots) {
        List<@Nullable Message> read = new ArrayList<>();
        slots.forEach(each -> read.add(held.get(each)));
        return read;
    }

    @Override
    public void release(List<Slot> slots) {
        slots.forEach(each -> assertThat(held.remove(each)).isNotNull());
    }

    @Override
    public void execute(Runnable action) {
        action.run();
    }

    @Override
    public void executeLater(Runnable action, long delayMs) {
        action.run();
    }
}
