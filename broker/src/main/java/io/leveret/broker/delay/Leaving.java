package io.leveret.broker.delay;

import io.leveret.broker.hold.Delivery.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How far the messages of one step have come, which leave with one batch or more. Used by one thread at a time. */
final class Leaving {

    private final Step.Deliver step;

    /** Of those that are due, how many have left, and how many were tried. */
    private int left;

    private int tried;

    private boolean failed;

    /** What was cancelled leaves with the first batch. */
    private List<WaitingMessage> cancelled;

    /** Of the present batch. */
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    Leaving(Step.Deliver step) {
        this.step = step;
        this.cancelled = step.cancelled();
    }

    DelayedMessages room() {
        return step.room();
    }

    boolean hasNext() {
        return tried < step.due().size();
    }

    /** The next one is tried. */
    WaitingMessage next() {
        return step.due().get(tried++);
    }

    /** The one that was tried last is gathered. */
    void became(Outcome outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
    }

    /** What leaves with the present batch. */
    DelayCounts counts() {
        return new DelayCounts(
                -(tried - left + cancelled.size()),
                outcomes.getOrDefault(Outcome.DELIVERED, 0),
                outcomes.getOrDefault(Outcome.DEAD_LETTERED, 0),
                outcomes.getOrDefault(Outcome.DROPPED, 0),
                cancelled.size());
    }

    /** The present batch has left; another begins. */
    Step.Deliver take() {
        Step.Deliver taken = new Step.Deliver(step.room(), step.due().subList(left, tried), cancelled);
        left = tried;
        cancelled = List.of();
        outcomes.clear();
        return taken;
    }

    /** Nothing of the present batch has left. */
    void failed() {
        failed = true;
        tried = left;
        outcomes.clear();
    }

    boolean hasFailed() {
        return failed;
    }

    boolean isAnythingLeft() {
        return left < step.due().size() || !cancelled.isEmpty();
    }

    /** What has not left. */
    List<WaitingMessage> rest() {
        List<WaitingMessage> rest = new ArrayList<>(cancelled);
        rest.addAll(step.due().subList(left, step.due().size()));
        return rest;
    }
}
