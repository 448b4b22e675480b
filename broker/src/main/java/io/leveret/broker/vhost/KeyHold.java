package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Deduplication;
import io.leveret.broker.queue.KeyWindow;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.Uniqueness;
import io.leveret.broker.storage.JournalWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a virtual host's keys as one {@link Bursts} holds it: from the first question whether a key is free until the message that takes it
 * stands in the log. So who finds a key taken finds it for good, and need only wait until what was appended by then is durable. It is
 * taken before any other lock, held without waiting for anything, and belongs to the thread that has the bursts.
 */
final class KeyHold implements KeyGate {

    private final KeyLock keys;
    private final @Nullable JournalWriter writer;
    private final InstantSource clock;
    /** By message: a transaction may have many. */
    private final Map<Message, List<Reserved>> reserved = new IdentityHashMap<>(2);

    /** What is remembered of that which is gathered and stands in no log yet. */
    private final List<Reserved> remembered = new ArrayList<>(0);

    private boolean held;

    /** What was appended, by anybody, when a duplicate was found last. */
    private long awaitedBatch;

    /** What {@link #keyOf} was asked for last, until the keys are let go of. */
    private @Nullable Message known;

    private String knownHeader = "";
    private long knownKey;

    /** A key at an exchange that a message has come through. */
    private record Reserved(ExchangeKeys keys, long key, long untilMs) {}

    /**
     * @param keys of the virtual host
     * @param writer null if nothing is to survive
     */
    KeyHold(KeyLock keys, @Nullable JournalWriter writer, InstantSource clock) {
        this.keys = keys;
        this.writer = writer;
        this.clock = clock;
    }

    boolean isHeld() {
        return held;
    }

    void take() {
        if (!held) {
            keys.lock.lock();
            held = true;
        }
    }

    /** The key of a message; 0 if it has none. Exchanges and queues on its way nearly always ask for the same header, one after the other. */
    long keyOf(Message message, Deduplication how) {
        if (known != message || !knownHeader.equals(how.header())) {
            knownKey = how.keyOf(message);
            knownHeader = how.header();
            known = message;
        }
        return knownKey;
    }

    /** Lets go of the lock, if it is held, and of what was reserved and did not come. */
    void end() {
        known = null;
        if (held) {
            if (!reserved.isEmpty()) {
                reserved.values().forEach(KeyHold::forget);
                reserved.clear();
            }
            held = false;
            keys.lock.unlock();
        }
    }

    /** What is gathered can't be written down, and will never be. */
    void lose() {
        if (held) {
            keys.lose();
        }
    }

    /** What was gathered stands in the log. */
    void appended() {
        if (!remembered.isEmpty()) {
            remembered.clear();
        }
    }

    /** What was gathered does not come, and may come again. Until {@link #end}. */
    void giveUpGathered() {
        if (!remembered.isEmpty()) {
            take();
            remembered.forEach(each -> each.keys().giveUp(each.key()));
            remembered.clear();
        }
    }

    /** The batch with which all is durable of which duplicates were found; 0 if there were none. */
    long awaitedBatch() {
        return awaitedBatch;
    }

    /** A message is a duplicate of one that was appended by now. */
    void duplicate() {
        if (writer != null) {
            awaitedBatch = keys.isLost() ? Long.MAX_VALUE : writer.lastBatchOfAll();
        }
    }

    @Override
    public boolean opens(ExchangeKeys exchange, Message message) {
        exchange.check(message);
        return passes(exchange, message);
    }

    /** As {@link #opens}, of a message that was published before to another exchange: what is wrong with it counts as not there. */
    boolean passes(ExchangeKeys exchange, Message message) {
        long key = keyOf(message, exchange.how());
        if (key == 0) {
            return true;
        }
        long now = clock.millis();
        long untilMs = exchange.how().rememberedUntilMs(message, now);
        take();
        if (!exchange.reserve(key, now)) {
            duplicate();
            return false;
        }
        reserved.computeIfAbsent(message, any -> new ArrayList<>(1)).add(new Reserved(exchange, key, untilMs));
        return true;
    }

    /** A message goes nowhere, or not to all of its queues: it may come again. */
    void forget(Message message) {
        List<Reserved> taken = reserved.remove(message);
        if (taken != null) {
            forget(taken);
        }
    }

    private static void forget(List<Reserved> taken) {
        taken.forEach(each -> each.keys().forget(each.key()));
    }

    /**
     * A message was gathered for its queues: its keys are remembered, in the batch with it as far as it is stored.
     *
     * @param comes whether it goes to any of them, or waits in an exchange
     * @param isStored whether any of those stores it
     */
    void gathered(Message message, QueueBurst[] queues, boolean comes, boolean isStored) {
        for (QueueBurst burst : queues) {
            Uniqueness uniqueness = burst.queue().uniqueness();
            long key = burst.takeKey();
            if (uniqueness != null && key != 0) {
                remember(message, burst, uniqueness.remember(key, message));
            }
        }
        if (comes) {
            rememberAtExchanges(message, isStored);
        }
        forget(message);
    }

    private void remember(Message message, QueueBurst burst, KeyWindow.@Nullable Written written) {
        boolean persistent = message.properties().persistent();
        if (written != null && writer != null && burst.queue().stores(persistent)) {
            // The one level that every queue has from its beginning.
            long owner = burst.queue().id(burst.queue().priorities().usual());
            writer.batch().state(owner, written.place(), written.value());
        }
    }

    private void rememberAtExchanges(Message message, boolean isStored) {
        // Not taken out yet: if one fails, those behind it are to be free.
        List<Reserved> taken = reserved.get(message);
        if (taken == null) {
            return;
        }
        for (Reserved key : taken) {
            remembered.add(key);
            KeyWindow.Written written = key.keys().remember(key.key(), key.untilMs());
            // What a restart loses takes its key along, so that it may come again.
            if (isStored && writer != null && key.keys().owner() != ExchangeKeys.NOBODY) {
                writer.batch().state(key.keys().owner(), written.place(), written.value());
            }
        }
    }
}
