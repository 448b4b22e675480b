package io.leveret.interop.crash;

import io.leveret.interop.crash.Event.Copy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Follows a history event by event and notes every promise that it shows broken. Never talks to a broker. */
final class Judge {

    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, QueueRecord> queues = new HashMap<>();
    private final Map<MessageKey, Message> messages = new HashMap<>();
    /** Those of the run that is being followed. */
    private final Map<Integer, TxRecord> transactions = new LinkedHashMap<>();

    private long killedMs;

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    void published(Message message) {
        messages.put(message.key(), message);
        message.queues().forEach(queue -> queue(queue).published(message));
        if (message.tx() != Message.NO_TX) {
            transactions.computeIfAbsent(message.tx(), TxRecord::new).published(message);
        }
    }

    void confirmed(MessageKey key) {
        Message message = messages.get(key);
        if (message == null) {
            throw new IllegalArgumentException(key + " was confirmed (expected: only what was published)");
        }
        promised(message);
    }

    void committing(int tx) {
        transactions.computeIfAbsent(tx, TxRecord::new).committing();
    }

    void committed(int tx) {
        TxRecord transaction = transactions.remove(tx);
        if (transaction == null) {
            throw new IllegalArgumentException("tx " + tx + " was committed (expected: only what was begun)");
        }
        transaction.messages().forEach(this::promised);
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

    void purging(String queue) {
        queue(queue).purging();
    }

    void purged(String queue) {
        queue(queue).purged();
    }

    void garbled(String queue, String what) {
        problems.add(new Problem(Problem.Kind.GARBLED, queue + ": " + what));
    }

    void killed(long atMs) {
        killedMs = atMs;
        queues.values().forEach(QueueRecord::connectionsLost);
    }

    void found(Map<String, List<Copy>> contents, long atMs) {
        transactions.values().forEach(transaction -> transaction.judge(contents, problems));
        transactions.clear();
        contents.forEach((queue, copies) -> queue(queue).found(copies, killedMs, atMs));
    }

    private void promised(Message message) {
        message.queues().forEach(queue -> state(new Entry(queue, message.key())).promised());
    }

    private EntryState state(Entry entry) {
        return queue(entry.queue()).state(entry.key());
    }

    private QueueRecord queue(String name) {
        return queues.computeIfAbsent(name, queue -> new QueueRecord(queue, problems));
    }
}
