package io.leveret.interop;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The messages that a channel got back, in order. The client library's threads fill it, the case's thread empties it. */
public final class Returns {

    private final BlockingQueue<Return> arrived = new LinkedBlockingQueue<>();

    public static Returns of(Channel channel) {
        Returns returns = new Returns();
        channel.addReturnListener(returns.arrived::add);
        return returns;
    }

    public Return next() throws InterruptedException {
        Return next = arrived.poll(Patience.MS, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no message was returned in " + Patience.MS + " ms");
        }
        return next;
    }

    /** How many have come so far; say so only after a round trip which a return would have overtaken. */
    public int size() {
        return arrived.size();
    }
}
