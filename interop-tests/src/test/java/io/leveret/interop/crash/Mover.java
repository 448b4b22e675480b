package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.Event.Consuming;
import io.leveret.interop.crash.Event.Leaving;
import io.leveret.interop.crash.Event.Left;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/** Moves messages from one queue to the next, with a new connection now and then. */
final class Mover implements Actor {

    private static final int MOST_TRANSACTIONS = 30;

    private final InetSocketAddress address;
    private final String from;
    private final String to;
    private final Ledger ledger;
    private final Recording recording;
    private final Random random;

    Mover(InetSocketAddress address, String from, String to, Ledger ledger, Recording recording, Random random) {
        this.address = address;
        this.from = from;
        this.to = to;
        this.ledger = ledger;
        this.recording = recording;
        this.random = random;
    }

    @Override
    public void step() throws IOException, TimeoutException, InterruptedException {
        recording.add(new Consuming(from));
        try (Client client = Client.connect(address)) {
            Channel channel = client.channel();
            Source source = random.nextBoolean() ? Source.getting(channel, from) : Source.consuming(channel, from);
            Removal removal =
                    new Removal(from, to, source, new TxChannel(channel, ledger, recording), recording, random);
            removal.run(ledger.nextConsumer(), 1 + random.nextInt(MOST_TRANSACTIONS));
            recording.add(new Leaving(from));
            removal.leave();
        }
        recording.add(new Left(from));
    }
}
