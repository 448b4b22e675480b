package io.leveret.broker.transaction;

/**
 * How much may be undecided, and remembered.
 *
 * @param halves messages of one virtual host, at least 1
 * @param halvesOfOne messages of one transaction, which leave in one batch
 * @param bytesOfOne octets of these
 * @param remembered decided transactions of one exchange
 * @param rememberedBytes octets of the heap that decided transactions of all exchanges of one virtual host may take
 * @param orders decisions that are not carried out, before publishers wait
 */
public record TransactionBounds(
        int halves, int halvesOfOne, long bytesOfOne, int remembered, long rememberedBytes, int orders) {

    private static final int HALVES_OF_ONE = 10_000;
    private static final int REMEMBERED = 100_000;
    private static final long REMEMBERED_BYTES = 64 * 1024 * 1024;
    private static final int ORDERS = 50_000;

    /**
     * With the usual ones besides.
     *
     * @param bytesOfOne as many as a transaction of AMQP may have
     */
    public static TransactionBounds of(int halves, long bytesOfOne) {
        return new TransactionBounds(halves, HALVES_OF_ONE, bytesOfOne, REMEMBERED, REMEMBERED_BYTES, ORDERS);
    }
}
