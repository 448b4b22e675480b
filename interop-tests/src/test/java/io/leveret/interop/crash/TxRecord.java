package io.leveret.interop.crash;

import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A transaction that has no commit-ok yet. Belongs to the judge. */
final class TxRecord {

    private final int number;
    private final List<Message> messages = new ArrayList<>();
    private boolean committing;

    TxRecord(int number) {
        this.number = number;
    }

    void published(Message message) {
        messages.add(message);
    }

    void committing() {
        committing = true;
    }

    List<Message> messages() {
        return messages;
    }

    /** Nothing of it may be there if its commit was not even sent, else all of it or nothing. */
    void judge(Map<String, List<Copy>> contents, List<Problem> problems) {
        Set<Entry> found = found(contents);
        List<Entry> expected = persistentEntries();
        long there = expected.stream().filter(found::contains).count();
        String count = "tx " + number + ": " + there + " of " + expected.size() + " entries are there";
        if (!committing && there > 0) {
            problems.add(new Problem(Kind.UNCOMMITTED, count + ", such as " + firstOf(expected, found)));
        } else if (there > 0 && there < expected.size()) {
            problems.add(new Problem(Kind.TORN_TX, count + ", such as " + firstOf(expected, found)));
        }
    }

    private List<Entry> persistentEntries() {
        return messages.stream()
                .filter(Message::persistent)
                .flatMap(message -> message.queues().stream().map(queue -> new Entry(queue, message.key())))
                .toList();
    }

    private static Set<Entry> found(Map<String, List<Copy>> contents) {
        Set<Entry> found = new HashSet<>();
        contents.forEach((queue, copies) -> copies.forEach(copy -> found.add(new Entry(queue, copy.key()))));
        return found;
    }

    private static String firstOf(List<Entry> expected, Set<Entry> found) {
        return expected.stream()
                .filter(found::contains)
                .map(Entry::toString)
                .findFirst()
                .orElse("none");
    }
}
