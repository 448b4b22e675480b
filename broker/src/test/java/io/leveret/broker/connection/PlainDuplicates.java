package io.leveret.broker.connection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a queue that takes no message twice has, and an exchange before it that routes none twice: lists, looked through. */
final class PlainDuplicates {

    /** How many keys each remembers; the queue none if 0. */
    final int queueSize;

    final int exchangeSize;

    /** For how long the queue does; 0 for ever. */
    final int ttlMs;

    long nowMs = 1_000;
    final List<Sent> ready = new ArrayList<>();
    private final List<Sent> held = new ArrayList<>();
    private final Memory ofQueue;
    private final Memory ofExchange;

    /**
     * A message.
     *
     * @param key empty for none
     * @param ttlMs 0 if it does not say
     */
    record Sent(int number, boolean byExchange, String key, boolean persistent, long ttlMs) {

        String body() {
            return "m" + number;
        }
    }

    private record Key(long number, String key, long untilMs) {}

    /** The keys that came last, and those of them that a restart leaves. */
    private final class Memory {

        private final int size;
        private List<Key> keys = new ArrayList<>();
        private final List<Key> stored = new ArrayList<>();

        Memory(int size) {
            this.size = size;
        }

        boolean contains(String key) {
            return keys.stream().anyMatch(each -> each.key().equals(key) && each.untilMs() > nowMs);
        }

        void add(Sent sent, long usualTtlMs) {
            long ttl = sent.ttlMs() > 0 ? sent.ttlMs() : usualTtlMs;
            long number = last(keys) + 1;
            Key key = new Key(number, sent.key(), ttl == 0 ? Long.MAX_VALUE : nowMs + ttl);
            keys.add(key);
            keys.removeIf(each -> each.number() <= number - size);
            if (sent.persistent()) {
                stored.add(key);
            }
        }

        void restart() {
            long last = last(stored);
            keys = new ArrayList<>(
                    stored.stream().filter(each -> each.number() > last - size).toList());
        }

        private static long last(List<Key> keys) {
            return keys.stream().mapToLong(Key::number).max().orElse(0);
        }
    }

    PlainDuplicates(int queueSize, int ttlMs, int exchangeSize) {
        this.queueSize = queueSize;
        this.ttlMs = ttlMs;
        this.exchangeSize = exchangeSize;
        this.ofQueue = new Memory(queueSize);
        this.ofExchange = new Memory(exchangeSize);
    }

    void publish(Sent sent) {
        if (!sent.key().isEmpty()) {
            boolean stopped = sent.byExchange() && ofExchange.contains(sent.key());
            if (stopped || isHere(sent.key()) || ofQueue.contains(sent.key())) {
                return;
            }
            if (queueSize > 0) {
                ofQueue.add(sent, ttlMs);
            }
            if (sent.byExchange()) {
                ofExchange.add(sent, 0);
            }
        }
        ready.add(sent);
    }

    private boolean isHere(String key) {
        return ready.stream().anyMatch(each -> each.key().equals(key))
                || held.stream().anyMatch(each -> each.key().equals(key));
    }

    Sent get() {
        Sent first = ready.remove(0);
        held.add(first);
        return first;
    }

    void settle(String body) {
        held.removeIf(each -> each.body().equals(body));
    }

    void requeue() {
        ready.addAll(held);
        held.clear();
        ready.sort(Comparator.comparingInt(Sent::number));
    }

    /** What is transient is gone, and with it what is known of it. */
    void restart() {
        requeue();
        ready.removeIf(each -> !each.persistent());
        ofQueue.restart();
        ofExchange.restart();
    }
}
