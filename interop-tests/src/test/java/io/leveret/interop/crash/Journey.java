package io.leveret.interop.crash;

import static java.lang.Long.min;
import static java.lang.Math.max;

import io.leveret.interop.crash.Event.Copy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What clients know of one message in a circuit. Belongs to the judge. */
final class Journey implements Fate {

    private static final int NOT_FOUND = Integer.MAX_VALUE;
    private static final long NEVER = Long.MAX_VALUE;

    final Message message;
    final Circuit circuit;
    private final long sentMs;
    /** That the first queue gave it when it came. */
    private final long ttlMs;
    /** When the first client knew that it is in the circuit. */
    private long knownMs = NEVER;
    /** When a client rejected it at each stage, for the first time. */
    private final Map<Integer, Long> rejectedMs = new HashMap<>();

    private boolean confirmed;
    private boolean refused;
    /** A client has been promised that it stays in the circuit. */
    private boolean sure;

    private final Custody custody = new Custody();
    /** A crash can't bring it back to an earlier one. */
    private int forcedStage;
    /** Where it was seen last in this run. */
    private int stage;

    private boolean rejectSent;
    private boolean losing;
    /** Where it was found last; it was held there for a while. */
    private int foundStage = NOT_FOUND;

    private boolean heldBack;
    /** A limit held for the first queue while it may have stood there. */
    private boolean perhapsDropped;

    /** In the queue where it was seen last. */
    private final Tries tries = new Tries();
    /** The stages at which it may have failed more often than it may. */
    private final Set<Integer> spent = new HashSet<>();

    /** @param limits of the first queue when it came */
    Journey(Message message, Circuit circuit, Limits limits, long sentMs) {
        this.message = message;
        this.circuit = circuit;
        this.sentMs = sentMs;
        this.ttlMs = min(limits.ttlMs(), message.ttlMs());
        this.perhapsDropped = limits.drops();
    }

    @Override
    public Custody custody() {
        return custody;
    }

    @Override
    public void promised(long atMs) {
        confirmed = true;
        sure = true;
        knownMs = min(knownMs, atMs);
    }

    void refused() {
        refused = true;
    }

    void delivered(int atStage, long atMs) {
        seen(atStage, atMs);
        custody.delivered(atMs);
        rejectSent = false;
    }

    void rejectSent(int atStage, long atMs) {
        rejectedMs.putIfAbsent(atStage, atMs);
        // Else it may never arrive.
        rejectSent |= atStage == stage && !losing;
        custody.returned();
    }

    void failed(int atStage, int failures, long atMs) {
        if (atStage == stage) {
            tries.failed(failures, atMs);
            noteSpent();
        }
    }

    /** One too many is forced with the dead letter that follows from it, which nobody is told of. */
    void failureForced(int atStage, int failures) {
        Stop stop = circuit.at(atStage);
        if (atStage == stage && stop != null && failures <= stop.deliveryLimit()) {
            tries.failureForced(failures);
        }
    }

    private void noteSpent() {
        Stop stop = circuit.at(stage);
        if (stop != null && tries.most() > stop.deliveryLimit()) {
            spent.add(stage);
        }
    }

    /** The reject was part of a transaction, and that was committed. */
    void rejectForced(int atStage) {
        forcedStage = max(forcedStage, atStage + 1);
    }

    /** What was sent may not have arrived, and what was done may not have been forced. */
    void lost(Loss loss) {
        losing = true;
        rejectSent = false;
        tries.lost(loss);
        noteSpent();
        int left = loss.isRestart() ? forcedStage : max(stage, forcedStage);
        if (left != stage) {
            stage = left;
            tries.startOver();
        }
    }

    /** What stands somewhere after a loss must stay in the circuit; what doesn't must never come again. */
    void found(Copy copy, boolean restarted, Limits limits) {
        int atStage = copy.deaths().stage();
        long atMs = copy.atMs();
        heldBack = wasHeldBefore(atStage);
        foundStage = atStage;
        seen(atStage, atMs);
        perhapsDropped = atStage == 0 ? limits.drops() : perhapsDropped;
        tries.found(copy.failures(), restarted, atMs);
        noteSpent();
        forcedStage = max(forcedStage, atStage);
        sure = true;
        startOver(true, atMs);
    }

    void missing() {
        startOver(false, NEVER);
    }

    private void startOver(boolean there, long atMs) {
        custody.found(there, atMs);
        losing = false;
        rejectSent = false;
    }

    private void seen(int atStage, long atMs) {
        if (atStage != stage) {
            stage = atStage;
            custody.moved();
            tries.startOver();
        }
        knownMs = min(knownMs, atMs);
    }

    /** It outlives a restart. */
    boolean isDurable() {
        return message.persistent() || circuit.storesAll();
    }

    boolean mustBeThere(boolean restarted) {
        return (sure || (passes() && !restarted))
                && !custody.isAckSent()
                && !custody.isGone()
                && (isDurable() || !restarted);
    }

    /** It was refused, and so dead-lettered. */
    private boolean passes() {
        return refused && circuit.entry().passesOn();
    }

    /** Whether it may stand there, and not behind. */
    boolean mayBeAt(int atStage) {
        return atStage >= (rejectSent ? stage + 1 : stage);
    }

    /** It must have come to the next queue by then: {@link Long#MAX_VALUE} if nobody can say. */
    long dueMs() {
        return stage > 0 || knownMs == NEVER ? NEVER : plus(knownMs, ttlMs(0));
    }

    /** Before that it can't have left a queue for having expired. */
    long earliestExpiryMs(int leftStage) {
        Long since = leftStage == 0 ? Long.valueOf(sentMs) : rejectedMs.get(leftStage - 1);
        return since == null ? 0 : plus(since, ttlMs(leftStage));
    }

    private long ttlMs(int atStage) {
        Stop stop = circuit.at(atStage);
        return atStage == 0 ? ttlMs : stop == null ? Circuit.NO_TTL : stop.ttlMs();
    }

    private static long plus(long ms, long ttlMs) {
        return ttlMs == Circuit.NO_TTL ? NEVER : ms + ttlMs;
    }

    boolean wasRejectedAt(int atStage) {
        return rejectedMs.containsKey(atStage);
    }

    void mayBeDropped() {
        perhapsDropped = true;
    }

    boolean wasPerhapsDropped() {
        return perhapsDropped;
    }

    boolean mayBeSpentAt(int atStage) {
        return spent.contains(atStage);
    }

    /** Of the queue at that stage; none if it was not seen there. */
    Tries triesAt(int atStage) {
        return stage == atStage ? tries : new Tries();
    }

    /** Who looked for it held it in a queue before, so that others may have left that first. */
    boolean wasHeldBefore(int atStage) {
        return heldBack || foundStage < atStage;
    }

    boolean isConfirmed() {
        return confirmed;
    }

    boolean isRefused() {
        return refused;
    }

    int stage() {
        return stage;
    }

    boolean wasDeliveredInThisRunAt(int atStage) {
        return stage == atStage && custody.wasDeliveredInThisRun();
    }

    boolean wasDeliveredBefore(long atMs, int atStage) {
        return stage == atStage && custody.wasDeliveredBefore(atMs);
    }
}
