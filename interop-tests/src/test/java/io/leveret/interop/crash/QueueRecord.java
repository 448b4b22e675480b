package io.leveret.interop.crash;

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

/** What clients know of one queue, and the judgement of what it delivers. Belongs to the judge. */
final class QueueRecord {

    /** The broker notes every 50 ms how far a queue was delivered; a disk that takes long for a force makes it a few times as long. */
    static final long MARK_DELAY_MS = 1_500;

    private final String name;
    private final List<Problem> problems;
    private final Map<MessageKey, EntryState> entries = new LinkedHashMap<>();
    /** The last number of each publisher that a consumer saw for the first time. */
    private final Map<String, Map<Integer, Integer>> lastSeen = new HashMap<>();

    private boolean purging;
    /** How many consumers are about to close. */
    private int leaving;

    private boolean consumed;
    private boolean losing;

    QueueRecord(String name, List<Problem> problems) {
        this.name = name;
        this.problems = problems;
    }

    EntryState state(MessageKey key) {
        return Objects.requireNonNull(entries.get(key), () -> name + " has no " + key);
    }

    EntryState published(Message message) {
        EntryState state = new EntryState(message, message.persistent() || Layout.storesAll(name), purging);
        if (leaving > 0) {
            state.mayComeLate();
        }
        EntryState before = entries.put(message.key(), state);
        if (before != null) {
            before.superseded();
        }
        return state;
    }

    void consuming() {
        consumed = true;
    }

    void leaving() {
        leaving++;
        entries.values().forEach(EntryState::mayComeLate);
    }

    void left() {
        leaving--;
    }

    void purging() {
        purging = true;
        entries.values().forEach(EntryState::purgeSent);
    }

    void purged() {
        purging = false;
        entries.values().forEach(EntryState::purgeAnswered);
    }

    void delivered(Copy copy, String consumer) {
        MessageKey key = copy.key();
        boolean redelivered = copy.redelivered();
        EntryState state = known(key);
        if (state == null) {
            return;
        }
        if (!losing) {
            judgeDelivery(key, state, redelivered);
        }
        if (!losing && !redelivered && !state.isPerhapsLate()) {
            judgeOrder(state, lastSeen.computeIfAbsent(consumer, any -> new HashMap<>()), "delivered to " + consumer);
        }
        state.custody().delivered(copy.atMs());
    }

    /** What was delivered goes back, perhaps to a client that still holds its connection, and in any order. */
    void connectionsLost() {
        losing = true;
    }

    void found(List<Copy> copies, boolean restarted, long lostMs, long atMs) {
        Set<MessageKey> there = new HashSet<>();
        Map<Integer, Integer> last = new HashMap<>();
        for (Copy copy : copies) {
            EntryState state = known(copy.key());
            if (!there.add(copy.key())) {
                note(Kind.TWICE, copy.key(), "");
            } else if (state != null) {
                judgeFound(copy, state, restarted, lostMs);
                if (!mayHaveReturnedLate(copy, restarted)) {
                    judgeOrder(state, last, "in the queue");
                }
            }
        }
        judgeMissing(there, restarted);
        judgePurge(there, restarted);
        startOver(there, atMs);
    }

    private void judgeDelivery(MessageKey key, EntryState state, boolean redelivered) {
        if (state.isForbidden()) {
            note(Kind.UNCOMMITTED, key, "delivered");
        } else if (state.custody().isGone()) {
            note(Kind.RESURRECTED, key, "delivered though it was gone for good");
        } else if (state.custody().isAckSent()) {
            note(Kind.RESURRECTED, key, "delivered after its ack, without a restart in between");
        } else if (state.custody().isOut()) {
            note(Kind.TWICE, key, "delivered while another delivery of it was not settled");
        } else if (state.custody().wasDeliveredInThisRun() && !redelivered) {
            note(Kind.NOT_MARKED, key, "delivered again");
        }
    }

    private void judgeFound(Copy copy, EntryState state, boolean restarted, long lostMs) {
        if (!state.stays(restarted)) {
            note(Kind.NOT_DURABLE, copy.key(), "");
        }
        if (state.custody().isGone()) {
            note(Kind.RESURRECTED, copy.key(), "it was gone for good");
        }
        if (!copy.redelivered() && state.custody().wasDeliveredBefore(lostMs - MARK_DELAY_MS)) {
            note(Kind.NOT_MARKED, copy.key(), "delivered more than " + MARK_DELAY_MS + " ms before the kill");
        }
        if (copy.redelivered() && !state.custody().wasDelivered() && !consumed) {
            note(Kind.WRONGLY_MARKED, copy.key(), "");
        }
    }

    /** A quorum queue holds what came back in the order of returns, until a restart; a classic queue restores the first. */
    private boolean mayHaveReturnedLate(Copy copy, boolean restarted) {
        return Layout.storesAll(name) && !restarted && copy.redelivered();
    }

    private void judgeOrder(EntryState state, Map<Integer, Integer> last, String where) {
        MessageKey sent = state.message.sentAs();
        Integer before = last.put(sent.publisher(), sent.number());
        if (before != null && before >= sent.number()) {
            String after = where + " after " + new MessageKey(sent.publisher(), before);
            note(
                    Kind.REORDERED,
                    state.message.key(),
                    sent.equals(state.message.key()) ? after : "as " + sent + ", " + after);
        }
    }

    private void judgeMissing(Set<MessageKey> there, boolean restarted) {
        entries.forEach((key, state) -> {
            if (state.mustBeThere() && state.stays(restarted) && !there.contains(key)) {
                note(Kind.LOST, key, state.custody().wasDelivered() ? "delivered, not acked" : "never delivered");
            }
        });
    }

    /** A purge is one record: it takes all that stood there before, or nothing. */
    private void judgePurge(Set<MessageKey> there, boolean restarted) {
        Set<MessageKey> before = new HashSet<>();
        entries.forEach((key, state) -> {
            if (state.isPurging() && state.stays(restarted)) {
                before.add(key);
            }
        });
        long left = before.stream().filter(there::contains).count();
        if (left != 0 && left != before.size()) {
            problems.add(new Problem(Kind.TORN_PURGE, name + ": " + left + " of " + before.size() + " are left"));
        }
    }

    private void startOver(Set<MessageKey> there, long atMs) {
        entries.forEach((key, state) -> state.found(there.contains(key), atMs));
        lastSeen.clear();
        purging = false;
        leaving = 0;
        consumed = false;
        losing = false;
    }

    private @Nullable EntryState known(MessageKey key) {
        EntryState state = entries.get(key);
        if (state == null) {
            note(Kind.NEVER_PUBLISHED, key, "");
        }
        return state;
    }

    private void note(Kind kind, MessageKey key, String detail) {
        problems.add(new Problem(kind, new Entry(name, key) + (detail.isEmpty() ? "" : " (" + detail + ")")));
    }
}
