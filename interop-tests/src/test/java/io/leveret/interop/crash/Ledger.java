package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** What clients know of one data folder, over every restart, and the numbers by which they tell things apart. */
final class Ledger {

    private final History history = new History();
    private final TopologyLedger topology = new TopologyLedger();
    private final Rebindings rebindings = new Rebindings();
    private final Leases leases = new Leases();
    private final AtomicInteger publishers = new AtomicInteger();
    private final AtomicInteger transactions = new AtomicInteger(Message.NO_TX);
    private final AtomicInteger consumers = new AtomicInteger();

    History history() {
        return history;
    }

    TopologyLedger topology() {
        return topology;
    }

    Rebindings rebindings() {
        return rebindings;
    }

    Leases leases() {
        return leases;
    }

    /** Makes a confirming publisher of a channel. */
    ConfirmedChannel confirmed(Channel channel, Recording recording) throws IOException {
        return new ConfirmedChannel(channel, recording, nextPublisher());
    }

    int nextPublisher() {
        return publishers.incrementAndGet();
    }

    int nextTx() {
        return transactions.incrementAndGet();
    }

    String nextConsumer() {
        return "consumer " + consumers.incrementAndGet();
    }
}
