package io.leveret.broker.transaction;

/** What an exchange has done so far. Guarded by its {@link TransactionalMessages}. */
final class Tally {

    long committed;
    long rolledBack;
    long unresolved;
    long checks;
    long ignored;
    long repeated;
    long dropped;

    void decided(Decision decision) {
        switch (decision) {
            case COMMIT -> committed++;
            case ROLLBACK -> rolledBack++;
            case UNRESOLVED -> unresolved++;
        }
    }

    /** With what it holds. */
    TransactionCounts with(TransactionTable table, long halves) {
        return new TransactionCounts(
                table.openCount() - table.parkedCount(),
                table.parkedCount(),
                table.decidingCount(),
                halves,
                committed,
                rolledBack,
                unresolved,
                checks,
                ignored,
                repeated,
                dropped);
    }

    /** When it is deleted with all that it holds. */
    TransactionCounts afterAll(long halves) {
        return new TransactionCounts(
                0, 0, 0, 0, committed, rolledBack, unresolved, checks, ignored, repeated, dropped + halves);
    }
}
