package io.leveret.interop.connection;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import io.leveret.interop.Patience;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a connection was told of resources that are short. The client library's thread fills it, the case's thread empties it. */
final class Told implements BlockedListener {

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    static Told of(Connection connection) {
        Told told = new Told();
        connection.addBlockedListener(told);
        return told;
    }

    /** What it was told next; fails if that is nothing. */
    String next() throws InterruptedException {
        String next = told.poll(Patience.MS, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("the connection was told nothing in " + Patience.MS + " ms");
        }
        return next;
    }

    /** "nothing", if that is what it was told so far; say so only after a round trip which what might come would have overtaken. */
    String soFar() {
        return told.isEmpty() ? "nothing" : told.toString();
    }

    @Override
    public void handleBlocked(String reason) {
        told.add("blocked: " + reason);
    }

    @Override
    public void handleUnblocked() {
        told.add("unblocked");
    }
}
