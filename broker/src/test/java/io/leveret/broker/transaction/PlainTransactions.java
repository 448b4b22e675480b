package io.leveret.broker.transaction;

import io.leveret.broker.transaction.Arrival.Half;
import io.leveret.broker.transaction.Arrival.Order;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a log of half messages and decisions comes to, read from its beginning each time: slow, and plain. */
final class PlainTransactions {

    /** Of so many decided ones with one id the message ids are known. */
    private static final int OF_ONE_ID = 10;

    /** By where a transaction begins: how often it was checked, when that is due next, and whether it is over. */
    private final Map<Long, Asked> asked = new HashMap<>();

    record Outcome(String id, String decision, String positions) {}

    private static final class One {
        final List<Long> positions = new ArrayList<>();
        final Set<Long> messageIds = new HashSet<>();
        long firstMs;
    }

    private static final class Asked {
        int checks;
        long nextMs;
        boolean isParked;
        boolean isClosing;
    }

    private static final class Reading {
        final TreeMap<String, One> open = new TreeMap<>();
        final List<Outcome> outcomes = new ArrayList<>();

        /** By id, the message ids of each one that was decided, the last one first. */
        final Map<String, ArrayDeque<Set<Long>>> decided = new HashMap<>();

        boolean hadBefore(Half half) {
            return !half.again()
                    && decided.getOrDefault(half.id(), new ArrayDeque<>()).stream()
                            .limit(OF_ONE_ID)
                            .anyMatch(each -> each.contains(half.messageId()));
        }
    }

    void begin() {
        asked.clear();
    }

    /** What was about to be written down as unresolved is; and who was parked is found to be so again. */
    void restarted() {
        asked.values().forEach(each -> each.isParked = false);
    }

    List<Outcome> outcomes(List<Arrival> log) {
        return read(log).outcomes;
    }

    List<String> open(List<Arrival> log) {
        List<String> found = new ArrayList<>();
        read(log).open.forEach((id, one) -> found.add(id + " " + one.positions));
        return found;
    }

    Set<Long> openPositions(List<Arrival> log) {
        Set<Long> found = new HashSet<>();
        read(log).open.values().forEach(one -> found.addAll(one.positions));
        return found;
    }

    /** What is to be checked by now, and counts it as done. */
    List<String> due(List<Arrival> log, CheckRules rules, long nowMs) {
        List<String> found = new ArrayList<>();
        read(log).open.forEach((id, one) -> {
            long first = one.positions.get(0);
            Asked known = asked.computeIfAbsent(first, any -> {
                Asked added = new Asked();
                added.nextMs = one.firstMs;
                return added;
            });
            if (known.nextMs <= nowMs && !known.isParked && !known.isClosing) {
                found.add(id + "@" + first + " checked " + known.checks);
                if (known.checks < rules.max()) {
                    known.checks++;
                    known.nextMs = nowMs + rules.intervalMs();
                } else if (id.equals("t0")) {
                    known.isParked = true;
                } else {
                    known.isClosing = true;
                }
            }
        });
        return found;
    }

    private static Reading read(List<Arrival> log) {
        Reading so = new Reading();
        for (Arrival each : log) {
            if (each instanceof Half half) {
                half(so, half);
            } else if (each instanceof Order order) {
                order(so, order);
            }
        }
        return so;
    }

    private static void half(Reading so, Half half) {
        One one = so.open.get(half.id());
        if (half.messageId() != 0
                && (so.hadBefore(half) || (one != null && one.messageIds.contains(half.messageId())))) {
            return;
        }
        if (one == null) {
            one = new One();
            one.firstMs = half.nextMs();
            so.open.put(half.id(), one);
        }
        one.positions.add(half.position());
        if (half.messageId() != 0) {
            one.messageIds.add(half.messageId());
        }
    }

    private static void order(Reading so, Order order) {
        One one = so.open.get(order.id());
        if (one == null || (order.decision() == Decision.UNRESOLVED && one.positions.get(0) != order.first())) {
            return;
        }
        so.open.remove(order.id());
        so.decided.computeIfAbsent(order.id(), any -> new ArrayDeque<>()).addFirst(one.messageIds);
        so.outcomes.add(new Outcome(order.id(), order.decision().toString(), one.positions.toString()));
    }
}
