package io.leveret.broker.transaction;

/**
 * A transaction that is not carried out, as it is at one moment.
 *
 * @param halves how many messages it has
 * @param sinceMs when its first message was published, in milliseconds since 1970
 * @param nextCheckMs when something is to be done next, likewise; {@link #NEVER} if nobody is asked
 * @param checks how many there were
 */
public record Undecided(String id, State state, int halves, long sinceMs, long nextCheckMs, int checks) {

    /** No check is to come. */
    public static final long NEVER = Long.MAX_VALUE;

    /** How far it is. */
    public enum State {
        /** Somebody is still to be asked. */
        OPEN,
        /** Nobody is, and it waits for a decision. */
        PARKED,
        /** It is decided, and its messages are about to leave. */
        DECIDING
    }

    static Undecided of(OpenTransaction transaction) {
        State state = transaction.isDecided() || transaction.isClosing
                ? State.DECIDING
                : transaction.parked ? State.PARKED : State.OPEN;
        return new Undecided(
                transaction.id(),
                state,
                transaction.halves(),
                transaction.sinceMs(),
                state == State.OPEN ? transaction.atMs : NEVER,
                transaction.checks);
    }
}
