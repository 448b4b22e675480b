package io.leveret.interop.crash;

import io.leveret.interop.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A transaction that has no commit-ok yet: what it publishes and what it acks. A move is both, in one of these; so is
 * whatever a broker moves by itself in one batch, with the client's request as the commit. Belongs to the judge.
 */
final class TxRecord {

    private final int number;
    private final List<Part> published = new ArrayList<>();
    private final List<Part> acked = new ArrayList<>();
    private final List<Reject> rejected = new ArrayList<>();
    private boolean committing;

    private record Part(Entry entry, EntryState state) {}

    private record Reject(Entry entry, Journey journey, int stage, long atMs) {

        /** Where it is dead-lettered to. */
        Entry moved() {
            return new Entry(journey.circuit.after(entry.queue()).queue(), entry.key());
        }
    }

    TxRecord(int number) {
        this.number = number;
    }

    void published(Entry entry, EntryState state) {
        published.add(new Part(entry, state));
    }

    void acked(Entry entry, EntryState state) {
        acked.add(new Part(entry, state));
    }

    void rejected(Entry entry, Journey journey, int stage, long atMs) {
        rejected.add(new Reject(entry, journey, stage, atMs));
    }

    void committing() {
        committing = true;
        rejected.forEach(reject -> reject.journey().rejectSent(reject.stage(), reject.atMs()));
        published.forEach(part -> part.state().allowed());
        acked.forEach(part -> part.state().ackSent());
    }

    void committed(long atMs) {
        rejected.forEach(reject -> reject.journey().rejectForced(reject.stage()));
        published.forEach(part -> part.state().promised(atMs));
        acked.forEach(part -> part.state().ackForced());
    }

    /** Nothing of it may be there if its commit was not even sent, else all of it or nothing. */
    void judge(Set<Entry> found, boolean restarted, List<Problem> problems) {
        if (committing) {
            judgeWhole(found, restarted, problems);
        } else {
            judgeNothing(found, problems);
        }
    }

    private void judgeWhole(Set<Entry> found, boolean restarted, List<Problem> problems) {
        List<String> done = new ArrayList<>();
        List<String> undone = new ArrayList<>();
        for (Part part : published) {
            if (found.contains(part.entry())) {
                done.add(part.entry() + " is there");
            } else if (part.state().canOnlyBeUnpublished() && part.state().stays(restarted)) {
                undone.add(part.entry() + " is not there");
            }
        }
        for (Part part : acked) {
            if (found.contains(part.entry())) {
                undone.add(part.entry() + " is not acked");
            } else if (part.state().canOnlyBeAcked() && part.state().stays(restarted)) {
                done.add(part.entry() + " is acked");
            }
        }
        for (Reject part : rejected) {
            if (found.contains(part.entry())) {
                undone.add(part.entry() + " is not dead-lettered");
            } else if (found.contains(part.moved())) {
                done.add(part.entry() + " is dead-lettered");
            }
        }
        if (!done.isEmpty() && !undone.isEmpty()) {
            String what = done.size() + " of " + (done.size() + undone.size()) + " parts are done";
            problems.add(new Problem(
                    Kind.TORN_TX, "tx " + number + ": " + what + ": " + done.get(0) + ", " + undone.get(0)));
        }
    }

    /** What it acked must be there like anything else that is not settled. */
    private void judgeNothing(Set<Entry> found, List<Problem> problems) {
        List<Part> there = published.stream()
                .filter(part -> part.state().isForbidden() && found.contains(part.entry()))
                .toList();
        if (!there.isEmpty()) {
            problems.add(new Problem(
                    Kind.UNCOMMITTED,
                    "tx " + number + ": " + there.size() + " of " + published.size() + " entries are there, such as "
                            + there.get(0).entry()));
        }
    }
}
