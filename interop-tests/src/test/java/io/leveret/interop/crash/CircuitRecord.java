package io.leveret.interop.crash;

import static java.lang.Math.max;

import io.leveret.interop.crash.Death.Reason;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Problem.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What clients know of one circuit, and the judgement of what its queues deliver: each message stands in one of them, once, and
 * tells how it came there. Belongs to the judge.
 */
final class CircuitRecord {

    /** What is due is dead-lettered within that time, also if it was due while the broker was down. */
    static final long PATIENCE_MS = 5_000;
    /** Broker and clients read different clocks, in whole milliseconds. */
    static final long CLOCKS_DIFFER_MS = 20;

    private final Circuit circuit;
    private final List<Problem> problems;
    private final Map<MessageKey, Journey> journeys = new LinkedHashMap<>();
    /** Of the first queue, at present. */
    private Limits limits;

    /** Under way; null if none is. */
    private @Nullable Loss losing;

    CircuitRecord(Circuit circuit, Limits limits, List<Problem> problems) {
        this.circuit = circuit;
        this.limits = limits;
        this.problems = problems;
    }

    void published(Message message, long atMs) {
        Journey journey = new Journey(message, circuit, limits, atMs);
        journeys.put(message.key(), journey);
        if (losing != null) {
            journey.lost(losing);
        }
    }

    /** Other limits may hold from now on. */
    void started(Limits now) {
        limits = now;
        if (now.drops()) {
            journeys.values().forEach(Journey::mayBeDropped);
        }
    }

    Journey journey(MessageKey key) {
        return Objects.requireNonNull(journeys.get(key), () -> circuit.entry().queue() + " has no " + key);
    }

    /** Which must have left the first queue by then. */
    Set<MessageKey> dueUntil(long atMs) {
        Set<MessageKey> due = new HashSet<>();
        journeys.forEach((key, journey) -> {
            if (journey.mustBeThere(true) && journey.dueMs() <= atMs) {
                due.add(key);
            }
        });
        return due;
    }

    /** While connections break, what is told of deliveries tells nothing. */
    void delivered(String queue, Copy copy) {
        Journey journey = known(queue, copy);
        if (losing != null || journey == null) {
            return;
        }
        judgePlace(queue, copy, journey);
        judgeRun(queue, copy, journey);
        judgeTime(queue, copy, journey, 0);
        judgeTries(queue, copy, journey, false);
        journey.delivered(copy.deaths().stage(), copy.atMs());
    }

    void connectionsLost(Loss loss) {
        losing = loss;
        journeys.values().forEach(journey -> journey.lost(loss));
    }

    /** @param lookingMs since when somebody has looked at all but the first queue */
    void found(Map<String, List<Copy>> contents, boolean restarted, long lostMs, long lookingMs) {
        Map<MessageKey, String> places = new HashMap<>();
        for (Stop stop : circuit.stops()) {
            List<Copy> copies = contents.getOrDefault(stop.queue(), List.of());
            copies.forEach(copy -> judgeFound(stop.queue(), copy, places, restarted, lostMs, lookingMs));
            judgeOrder(stop, copies, restarted);
        }
        if (restarted) {
            List<Copy> first = contents.getOrDefault(circuit.entry().queue(), List.of());
            judgeLevels(circuit.entry(), first);
            judgeLength(circuit.entry(), first);
        }
        judgeMissing(places, restarted);
        circuit.queues()
                .forEach(queue -> contents.getOrDefault(queue, List.of()).forEach(copy -> settle(copy, restarted)));
        journeys.forEach((key, journey) -> {
            if (!places.containsKey(key)) {
                journey.missing();
            }
        });
        losing = null;
    }

    private void settle(Copy copy, boolean restarted) {
        Journey journey = journeys.get(copy.key());
        if (journey != null) {
            journey.found(copy, restarted, limits);
        }
    }

    private void judgeFound(
            String queue, Copy copy, Map<MessageKey, String> places, boolean restarted, long lostMs, long lookingMs) {
        String other = places.put(copy.key(), queue);
        if (other != null) {
            note(Kind.TWICE, queue, copy, other.equals(queue) ? "" : "and in " + other);
            return;
        }
        Journey journey = known(queue, copy);
        if (journey == null) {
            return;
        }
        judgePlace(queue, copy, journey);
        judgeTime(queue, copy, journey, lookingMs);
        judgeTries(queue, copy, journey, restarted);
        if (restarted && !journey.isDurable()) {
            note(Kind.NOT_DURABLE, queue, copy, "");
        }
        int stage = copy.deaths().stage();
        if (!copy.redelivered() && journey.wasDeliveredBefore(lostMs - QueueRecord.MARK_DELAY_MS, stage)) {
            note(Kind.NOT_MARKED, queue, copy, "delivered long before the kill");
        }
    }

    /** Whether it may stand there, and tells rightly how it came there. */
    private void judgePlace(String queue, Copy copy, Journey journey) {
        int stage = copy.deaths().stage();
        Stop stop = circuit.at(stage);
        List<Reason> reasons = circuit.reasons(copy.deaths());
        Deaths right = circuit.deaths(journey.message, reasons);
        if (stop == null || !stop.queue().equals(queue) || !copy.deaths().equals(right)) {
            note(Kind.WRONG_DEATHS, queue, copy, copy.deaths() + ", expected: " + right);
        } else if (journey.custody().isGone()) {
            note(Kind.RESURRECTED, queue, copy, "it was gone for good");
        } else if (!journey.mayBeAt(stage)) {
            note(Kind.RESURRECTED, queue, copy, "it had gone on from there");
        } else {
            judgeCause(queue, copy, journey, reasons);
        }
    }

    private void judgeCause(String queue, Copy copy, Journey journey, List<Reason> reasons) {
        int left = reasons.size() - 1;
        Reason last = reasons.isEmpty() ? null : reasons.get(left);
        boolean refused = last == Reason.MAXLEN && circuit.entry().passesOn();
        if (left <= 0 && journey.isRefused() && !refused) {
            note(Kind.REFUSED, queue, copy, "");
        } else if (left == 0 && journey.isConfirmed() && refused) {
            note(Kind.NO_CAUSE, queue, copy, "it was confirmed, and so had room");
        } else if (left == 0 && last == Reason.MAXLEN && !refused && !journey.wasPerhapsDropped()) {
            note(Kind.NO_CAUSE, queue, copy, "no limit held since it stood in the queue");
        } else if (last == Reason.REJECTED && !journey.wasRejectedAt(left)) {
            note(Kind.NO_CAUSE, queue, copy, "nobody rejected it");
        } else if (last == Reason.DELIVERY_LIMIT && !journey.mayBeSpentAt(left)) {
            note(Kind.NO_CAUSE, queue, copy, "it did not fail too often");
        } else if (last == Reason.EXPIRED && copy.atMs() + CLOCKS_DIFFER_MS < journey.earliestExpiryMs(left)) {
            note(Kind.EARLY, queue, copy, journey.earliestExpiryMs(left) - copy.atMs() + " ms");
        }
    }

    private void judgeRun(String queue, Copy copy, Journey journey) {
        if (journey.custody().isAckSent()) {
            note(Kind.RESURRECTED, queue, copy, "delivered after its ack, without a restart in between");
        } else if (journey.custody().isOut()) {
            note(Kind.TWICE, queue, copy, "delivered while another delivery of it was not settled");
        } else if (!copy.redelivered()
                && journey.wasDeliveredInThisRunAt(copy.deaths().stage())) {
            note(Kind.NOT_MARKED, queue, copy, "delivered again");
        }
    }

    /** What stands in the second queue may have come long ago, but not if nobody saw it there when he began to look. */
    private void judgeTime(String queue, Copy copy, Journey journey, long lookingMs) {
        long due = journey.dueMs();
        boolean seenComing = lookingMs > 0 && circuit.reasons(copy.deaths()).equals(List.of(Reason.EXPIRED));
        boolean waited = copy.deaths().stage() == 0 || seenComing;
        if (due != Long.MAX_VALUE && waited && copy.atMs() > max(due, lookingMs) + PATIENCE_MS) {
            note(Kind.LATE, queue, copy, copy.atMs() - due + " ms");
        }
    }

    /** While connections are lost, more may fail than clients know of; what the broker was killed with, it may have forgotten. */
    private void judgeTries(String queue, Copy copy, Journey journey, boolean restarted) {
        int stage = copy.deaths().stage();
        Stop stop = circuit.at(stage);
        if (stop == null || !stop.counts()) {
            return;
        }
        Tries tries = journey.triesAt(stage);
        int failures = copy.failures();
        long readyMs = tries.failedMs(failures) + stop.delayMs(failures);
        if (failures < tries.least(restarted)) {
            note(Kind.MISCOUNTED, queue, copy, "failed " + failures + " times, not " + tries.least(restarted));
        } else if (failures > tries.most()) {
            note(Kind.MISCOUNTED, queue, copy, "failed " + failures + " times, not " + tries.most());
        } else if (failures > stop.deliveryLimit()) {
            note(Kind.SPENT, queue, copy, "failed " + failures + " times");
        } else if (copy.atMs() + CLOCKS_DIFFER_MS < readyMs) {
            note(Kind.EARLY, queue, copy, readyMs - copy.atMs() + " ms");
        }
    }

    /** Of each publisher and level: among what was never moved, and where the circuit keeps order, everywhere. */
    private void judgeOrder(Stop stop, List<Copy> copies, boolean restarted) {
        Map<List<Integer>, Integer> last = new HashMap<>();
        for (Copy copy : copies) {
            Journey journey = journeys.get(copy.key());
            if (journey != null && isInPlace(copy, stop, restarted)) {
                MessageKey key = copy.key();
                Integer before = last.put(List.of(key.publisher(), stop.level(journey.message)), key.number());
                if (before != null && before > key.number()) {
                    note(Kind.REORDERED, stop.queue(), copy, "after " + new MessageKey(key.publisher(), before));
                }
            }
        }
    }

    private boolean isInPlace(Copy copy, Stop stop, boolean restarted) {
        if (copy.deaths().stage() > 0) {
            return leftInOrder(copy);
        }
        // What waited to be tried again comes when its time has come.
        boolean delayed = stop.delays() && copy.failures() > 0;
        // A quorum queue gives out first what has returned, in the order of its return.
        return !delayed && (restarted || !stop.isQuorum() || !copy.redelivered());
    }

    /** What is higher stands first. Only if nothing came to the queue any more when it was looked at, and nothing returned. */
    private void judgeLevels(Stop stop, List<Copy> copies) {
        int lowest = Integer.MAX_VALUE;
        for (Copy copy : copies) {
            Journey journey = journeys.get(copy.key());
            int level = journey == null ? lowest : stop.level(journey.message);
            if (level > lowest) {
                note(Kind.REORDERED, stop.queue(), copy, "of level " + level + " after level " + lowest);
            }
            lowest = level;
        }
    }

    /** Nobody had taken anything since the start. */
    private void judgeLength(Stop stop, List<Copy> copies) {
        if (limits.drops() && copies.size() > limits.maxLength()) {
            String limit = " (expected: at most " + limits.maxLength() + ")";
            problems.add(new Problem(Kind.TOO_MANY, stop.queue() + ": " + copies.size() + limit));
        }
    }

    private boolean leftInOrder(Copy copy) {
        Journey journey = journeys.get(copy.key());
        return circuit.ordered()
                && journey != null
                && !journey.wasHeldBefore(copy.deaths().stage());
    }

    private void judgeMissing(Map<MessageKey, String> places, boolean restarted) {
        journeys.forEach((key, journey) -> {
            if (journey.mustBeThere(restarted) && !places.containsKey(key)) {
                String entry = circuit.entry().queue() + ": " + key;
                problems.add(new Problem(Kind.LOST, entry + " (in none of " + circuit.queues() + ")"));
            }
        });
    }

    private @Nullable Journey known(String queue, Copy copy) {
        Journey journey = journeys.get(copy.key());
        if (journey == null) {
            note(Kind.NEVER_PUBLISHED, queue, copy, "");
        }
        return journey;
    }

    private void note(Kind kind, String queue, Copy copy, String detail) {
        problems.add(new Problem(kind, new Entry(queue, copy.key()) + (detail.isEmpty() ? "" : " (" + detail + ")")));
    }
}
