package io.leveret.interop.crash;

import io.leveret.interop.crash.Event.Copy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows a history event by event and notes every promise that it shows broken. Never talks to a broker. */
final class Judge {

    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, QueueRecord> queues = new HashMap<>();
    private final Map<Circuit, CircuitRecord> circuits = new LinkedHashMap<>();
    private final Map<String, LeaseRecord> leases = new HashMap<>();
    private final Map<MessageKey, Message> messages = new HashMap<>();
    /** Those of the run that is being followed. */
    private final Map<Integer, TxRecord> transactions = new LinkedHashMap<>();

    private boolean restarted;
    private long lostMs;
    private long lookingMs;

    private Judge() {
        // All from the beginning: each must hear of a loss, also if nothing was published to it before.
        Circuit.ALL.forEach(circuit ->
                circuits.put(circuit, new CircuitRecord(circuit, circuit.entry().limits(), problems)));
    }

    static Judge of(List<Event> history) {
        Judge judge = new Judge();
        history.forEach(event -> event.tell(judge));
        return judge;
    }

    /** What must have left the first queue of its circuit by then. */
    Set<MessageKey> dueUntil(long atMs) {
        Set<MessageKey> due = new HashSet<>();
        circuits.values().forEach(circuit -> due.addAll(circuit.dueUntil(atMs)));
        return due;
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    void published(Message message, long atMs) {
        messages.put(message.sentAs(), message);
        for (String queue : message.queues()) {
            CircuitRecord circuit = circuit(queue);
            if (circuit != null) {
                circuit.published(message, atMs);
                continue;
            }
            EntryState state = queue(queue).published(message);
            if (message.tx() != Message.NO_TX) {
                tx(message.tx()).published(new Entry(queue, message.key()), state);
            }
        }
    }

    void confirmed(MessageKey key, long atMs) {
        message(key, "confirmed")
                .queues()
                .forEach(queue -> fate(new Entry(queue, key)).promised(atMs));
    }

    void refused(MessageKey key) {
        for (String queue : message(key, "refused").queues()) {
            if (fate(new Entry(queue, key)) instanceof Journey journey) {
                journey.refused();
            }
        }
    }

    void ackedInTx(Entry entry, int tx) {
        tx(tx).acked(entry, queue(entry.queue()).state(entry.key()));
    }

    void rejectedInTx(Entry entry, int stage, int tx, long atMs) {
        tx(tx).rejected(entry, journey(entry), stage, atMs);
    }

    void committing(int tx) {
        tx(tx).committing();
    }

    void committed(int tx, long atMs) {
        TxRecord transaction = transactions.remove(tx);
        if (transaction == null) {
            throw new IllegalArgumentException("tx " + tx + " was committed (expected: only what was begun)");
        }
        transaction.committed(atMs);
    }

    void consuming(String queue) {
        queue(queue).consuming();
    }

    void delivered(String queue, Copy copy, String consumer) {
        CircuitRecord circuit = circuit(queue);
        if (circuit == null) {
            queue(queue).delivered(copy, consumer);
        } else {
            circuit.delivered(queue, copy);
        }
    }

    void rejected(Entry entry, int stage, long atMs) {
        journey(entry).rejectSent(stage, atMs);
    }

    void ackSent(Entry entry) {
        fate(entry).ackSent();
    }

    void ackForced(Entry entry) {
        fate(entry).ackForced();
    }

    void failed(Entry entry, int stage, int failures, long atMs) {
        Fate fate = fate(entry);
        fate.returned();
        if (fate instanceof Journey journey) {
            journey.failed(stage, failures, atMs);
        }
    }

    void failureForced(Entry entry, int stage, int failures) {
        if (fate(entry) instanceof Journey journey) {
            journey.failureForced(stage, failures);
        }
    }

    void requeued(Entry entry) {
        fate(entry).returned();
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

    void started(Policies policies) {
        for (Circuit circuit : Circuit.RULED) {
            record(circuit).started(policies.of(circuit.entry()));
        }
    }

    void leased(String queue, long leaseMs, long askedMs, long answeredMs) {
        leases.put(queue, new LeaseRecord(queue, leaseMs, askedMs, answeredMs));
    }

    void leaseSeen(String queue, boolean there, long askedMs, long answeredMs) {
        LeaseRecord lease = leases.get(queue);
        if (lease == null) {
            throw new IllegalArgumentException(queue + " was seen (expected: only what was declared)");
        }
        lease.seen(there, askedMs, answeredMs, problems);
    }

    void lost(Loss loss, long atMs) {
        restarted = loss.isRestart();
        lostMs = atMs;
        queues.values().forEach(QueueRecord::connectionsLost);
        circuits.values().forEach(circuit -> circuit.connectionsLost(loss));
    }

    void looking(long atMs) {
        lookingMs = atMs;
        if (restarted) {
            leases.values().forEach(lease -> lease.startedUntil(atMs));
        }
    }

    void found(Map<String, List<Copy>> contents, long atMs) {
        Set<Entry> found = new HashSet<>();
        contents.forEach((queue, copies) -> copies.forEach(copy -> found.add(new Entry(queue, copy.key()))));
        transactions.values().forEach(transaction -> transaction.judge(found, restarted, problems));
        transactions.clear();
        contents.forEach((queue, copies) -> {
            if (circuit(queue) == null) {
                queue(queue).found(copies, restarted, lostMs, atMs);
            }
        });
        circuits.values().forEach(circuit -> circuit.found(contents, restarted, lostMs, lookingMs));
    }

    private TxRecord tx(int number) {
        return transactions.computeIfAbsent(number, TxRecord::new);
    }

    private Message message(MessageKey key, String what) {
        Message message = messages.get(key);
        if (message == null) {
            throw new IllegalArgumentException(key + " was " + what + " (expected: only what was published)");
        }
        return message;
    }

    private Fate fate(Entry entry) {
        CircuitRecord circuit = circuit(entry.queue());
        return circuit == null ? queue(entry.queue()).state(entry.key()) : circuit.journey(entry.key());
    }

    private Journey journey(Entry entry) {
        CircuitRecord circuit = circuit(entry.queue());
        if (circuit == null) {
            throw new IllegalArgumentException(entry + " was rejected (expected: only in a circuit)");
        }
        return circuit.journey(entry.key());
    }

    private @Nullable CircuitRecord circuit(String queue) {
        Circuit circuit = Circuit.with(queue);
        return circuit == null ? null : record(circuit);
    }

    private CircuitRecord record(Circuit circuit) {
        return Objects.requireNonNull(circuits.get(circuit));
    }

    private QueueRecord queue(String name) {
        return queues.computeIfAbsent(name, queue -> new QueueRecord(queue, problems));
    }
}
