package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.crash.Death.Reason;
import io.leveret.interop.crash.Event.Confirmed;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Found;
import io.leveret.interop.crash.Event.Looking;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Event.Rejected;
import io.leveret.interop.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A history of a circuit that a test makes up, and what the judge says of it. Belongs to the test. */
final class CircuitStory {

    static final long SENT_MS = 10_000;
    static final long CONFIRMED_MS = SENT_MS + 10;
    static final long LOST_MS = 11_000;
    static final long LOOKING_MS = 13_000;
    static final long SEEN_MS = LOOKING_MS + 100;
    static final MessageKey M1 = new MessageKey(7, 1);
    static final MessageKey M2 = new MessageKey(7, 2);

    private final List<Event> history = new ArrayList<>();
    private final Map<String, List<Copy>> contents = new LinkedHashMap<>();

    static Message message(MessageKey key, Circuit circuit) {
        return Message.persistent(key, circuit.entry().queue());
    }

    static Deaths deaths(Circuit circuit, Reason... reasons) {
        return circuit.deaths(message(M1, circuit), List.of(reasons));
    }

    void add(Event event) {
        history.add(event);
    }

    /** What was there is not. */
    void emptied() {
        contents.clear();
    }

    void forgotten() {
        history.clear();
        contents.clear();
    }

    Judge judge() {
        return Judge.of(history);
    }

    List<Problem> problems() {
        return Verdict.on(history).problems();
    }

    void published(MessageKey key, Circuit circuit) {
        history.add(new Published(message(key, circuit), SENT_MS));
    }

    void confirmed(MessageKey key, Circuit circuit) {
        published(key, circuit);
        history.add(new Confirmed(key, CONFIRMED_MS));
    }

    void delivered(String queue, MessageKey key, Deaths deaths, long atMs) {
        history.add(new Delivered(queue, new Copy(key, false, deaths, 0, atMs), "c"));
    }

    void rejected(MessageKey key) {
        delivered("unwanted", key, Deaths.NONE, LOST_MS);
        history.add(new Rejected(new Entry("unwanted", key), 0, LOST_MS));
    }

    void there(String queue, MessageKey key, Deaths deaths) {
        there(queue, key, deaths, SEEN_MS);
    }

    void there(String queue, MessageKey key, Deaths deaths, long atMs) {
        there(queue, new Copy(key, false, deaths, 0, atMs));
    }

    void there(String queue, Copy copy) {
        contents.computeIfAbsent(queue, any -> new ArrayList<>()).add(copy);
    }

    /** What was lost is told already. */
    void thereAndLookedAt(String queue, Copy copy) {
        there(queue, copy);
        lookAround();
    }

    void look(boolean restarted) {
        history.add(new Lost(restarted, LOST_MS));
        lookAround();
    }

    private void lookAround() {
        history.add(new Looking(LOOKING_MS));
        Map<String, List<Copy>> seen = new LinkedHashMap<>();
        contents.forEach((queue, copies) -> seen.put(queue, List.copyOf(copies)));
        history.add(new Found(seen, SEEN_MS));
    }

    void assertGood() {
        look(true);
        assertThat(Verdict.on(history).problems()).isEmpty();
    }

    void assertProblem(Kind kind, String what) {
        look(true);
        assertOnly(kind, what);
    }

    void assertOnly(Kind kind, String what) {
        assertThat(Verdict.on(history).problems()).containsExactly(new Problem(kind, what));
    }
}
