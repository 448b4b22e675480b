package io.leveret.broker.queue;

import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A place to spill to in memory, for one thread: what takes time is done when the test lets it happen. */
final class FakeSpill implements Spill {

    private final Map<Slot, @Nullable Message> live = new IdentityHashMap<>();
    private final Consumer<Runnable> pool;
    private boolean failing;

    /** Done within each read and write, as if other threads had been busy meanwhile. */
    private Runnable meanwhile = () -> {};

    private static final class FakeSlot implements Slot {}

    FakeSpill(Consumer<Runnable> pool) {
        this.pool = pool;
    }

    void meanwhile(Runnable action) {
        meanwhile = action;
    }

    void failing(boolean now) {
        failing = now;
    }

    /** Nothing is left of what was written, though its places are taken. */
    void loseAll() {
        live.replaceAll((slot, message) -> null);
    }

    int live() {
        return live.size();
    }

    /** What was written there; takes no time. */
    @Nullable
    Message message(Slot slot) {
        return live.get(slot);
    }

    @Override
    public @Nullable List<Slot> write(List<Message> messages) {
        meanwhile.run();
        if (failing) {
            return null;
        }
        List<Slot> slots = new ArrayList<>();
        for (Message message : messages) {
            FakeSlot slot = new FakeSlot();
            live.put(slot, message);
            slots.add(slot);
        }
        meanwhile.run();
        return slots;
    }

    @Override
    public List<@Nullable Message> read(List<Slot> slots) {
        meanwhile.run();
        List<@Nullable Message> messages = new ArrayList<>();
        slots.forEach(slot -> messages.add(live.get(slot)));
        meanwhile.run();
        return messages;
    }

    @Override
    public void release(List<Slot> slots) {
        for (Slot slot : slots) {
            if (!live.containsKey(slot)) {
                throw new AssertionError("a slot was released twice");
            }
            live.remove(slot);
        }
    }

    @Override
    public void execute(Runnable action) {
        pool.accept(action);
    }

    @Override
    public void executeLater(Runnable action, long delayMs) {
        pool.accept(action);
    }
}
