package io.leveret.broker.delay;

import io.leveret.broker.hold.Retries;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Spill;
import io.leveret.broker.queue.Spill.Slot;
import java.util.ArrayList;
import java.util.List;

/** While memory is short, takes the messages out of it that no store has and that are not due soon. On threads that may block. */
final class DelaySpill {

    private static final int AT_ONCE = 1_000;
    private static final long AT_ONCE_BYTES = 4 * 1024 * 1024;

    private final Delays delays;
    private final MemoryBudget budget;
    private final Spill spill;
    private final Retries turns;
    private final Runnable relief = this::wake;

    DelaySpill(Delays delays, MemoryBudget budget, Spill spill, DelayThreads threads) {
        this.delays = delays;
        this.budget = budget;
        this.spill = spill;
        this.turns = new Retries(threads.pool(), threads.timer(), delays::nowMs, this::run);
    }

    void start() {
        budget.addRelief(relief);
    }

    void wake() {
        turns.wake();
    }

    void close() {
        budget.removeRelief(relief);
    }

    private void run() {
        if (budget.isRelieved() || delays.isClosed()) {
            return;
        }
        List<WaitingMessage> chosen = delays.spillable(AT_ONCE, AT_ONCE_BYTES);
        List<WaitingMessage> written = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        for (WaitingMessage each : chosen) {
            Message message = each.message;
            if (message != null) {
                written.add(each);
                messages.add(message);
            }
        }
        List<Slot> slots = messages.isEmpty() ? null : spill.write(messages);
        if (slots != null) {
            spill.release(delays.spilled(written, slots));
            turns.wake();
        }
    }
}
