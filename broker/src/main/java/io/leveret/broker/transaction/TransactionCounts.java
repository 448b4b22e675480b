package io.leveret.broker.transaction;

/**
 * What transactional exchanges hold, and have done since they were opened.
 *
 * @param open transactions that are undecided, without those that are parked
 * @param parked that are undecided, and about which nobody is asked any more
 * @param deciding that are decided, and not carried out yet
 * @param halves messages of all these, as far as they came by now
 * @param committed transactions
 * @param rolledBack likewise
 * @param unresolved that were dead-lettered, since nobody decided
 * @param checks check requests that were due, whether there was a queue for them or not
 * @param ignored decisions that decided nothing
 * @param repeated half messages that were there already
 * @param dropped messages that were committed, or unresolved, and went nowhere, or whose exchange was deleted
 */
public record TransactionCounts(
        long open,
        long parked,
        long deciding,
        long halves,
        long committed,
        long rolledBack,
        long unresolved,
        long checks,
        long ignored,
        long repeated,
        long dropped) {

    static final TransactionCounts NONE = new TransactionCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    TransactionCounts plus(TransactionCounts other) {
        return new TransactionCounts(
                open + other.open,
                parked + other.parked,
                deciding + other.deciding,
                halves + other.halves,
                committed + other.committed,
                rolledBack + other.rolledBack,
                unresolved + other.unresolved,
                checks + other.checks,
                ignored + other.ignored,
                repeated + other.repeated,
                dropped + other.dropped);
    }
}
