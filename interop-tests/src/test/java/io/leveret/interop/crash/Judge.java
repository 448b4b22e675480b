package io.leveret.interop.crash;

import io.leveret.interop.crash.Event.Copy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Follows a history event by event and notes every promise that it shows broken. Never talks to a broker. */
final class Judge {

    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, QueueRecord> queues = new HashMap<>();
    private final Map<MessageKey, Message> messages = new HashMap<>();
    /** Those of the run that is being followed. */
    private final Map<Integer, TxRecord> transactions = new LinkedHashMap<>();

    private boolean restarted;
    private long lostMs;

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    void published(Message message) {
        messages.put(message.sentAs(), message);
        for (String queue : message.queues()) {
            EntryState state = queue(queue).published(message);
            if (message.tx() != Message.NO_TX) {
                tx(message.tx()).published(new Entry(queue, message.key()), state);
            }
        }
    }

    void confirmed(MessageKey key) {
        Message message = messages.get(key);
        if (message == null) {
            throw new IllegalArgumentException(key + " was confirmed (expected: only what was published)");
        }
        message.queues().forEach(queue -> state(new Entry(queue, key)).promised());
    }

    void ackedInTx(Entry entry, int tx) {
        tx(tx).acked(entry, state(entry));
    }

    void committing(int tx) {
        tx(tx).committing();
    }

    void committed(int tx) {
        TxRecord transaction = transactions.remove(tx);
        if (transaction == null) {
            throw new IllegalArgumentException("tx " + tx + " was committed (expected: only what was begun)");
        }
        transaction.committed();
    }

    void consuming(String queue) {
        queue(queue).consuming();
    }

    void delivered(Entry entry, String consumer, boolean redelivered, long atMs) {
        queue(entry.queue()).delivered(entry.key(), consumer, redelivered, atMs);
    }

    void ackSent(Entry entry) {
        state(entry).ackSent();
    }

    void ackForced(Entry entry) {
        state(entry).ackForced();
    }

    void requeued(Entry entry) {
        state(entry).requeued();
    }

    void leaving(String queue) {
        queue(queue).leaving();
    }

    void left(String queue) {
        queue(queue).left();
    }

    void purging(String queue) {
        queue(queue).purging();
    }

    void purged(String queue) {
        queue(queue).purged();
    }

    void garbled(String queue, String what) {
        problems.add(new Problem(Problem.Kind.GARBLED, queue + ": " + what));
    }

    void lost(boolean restart, long atMs) {
        restarted = restart;
        lostMs = atMs;
        queues.values().forEach(QueueRecord::connectionsLost);
    }

    void found(Map<String, List<Copy>> contents, long atMs) {
        Set<Entry> found = new HashSet<>();
        contents.forEach((queue, copies) -> copies.forEach(copy -> found.add(new Entry(queue, copy.key()))));
        transactions.values().forEach(transaction -> transaction.judge(found, restarted, problems));
        transactions.clear();
        contents.forEach((queue, copies) -> queue(queue).found(copies, restarted, lostMs, atMs));
    }

    private TxRecord tx(int number) {
        return transactions.computeIfAbsent(number, TxRecord::new);
    }

    private EntryState state(Entry entry) {
        return queue(entry.queue()).state(entry.key());
    }

    private QueueRecord queue(String name) {
        return queues.computeIfAbsent(name, queue -> new QueueRecord(queue, problems));
    }
}
