package io.leveret.broker.vhost;

/**
 * Ids of the store that belong to an exchange, and are no queue's that anybody sees: no other queue or exchange of the virtual host ever had
 * them or will have. 0 is none.
 *
 * @param held of the queue for what waits in it
 * @param keys under which the keys stand that it remembers
 */
record ExchangeIds(long held, long keys) {

    static final ExchangeIds NONE = new ExchangeIds(0, ExchangeKeys.NOBODY);
}
