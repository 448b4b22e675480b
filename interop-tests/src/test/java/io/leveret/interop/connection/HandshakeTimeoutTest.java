package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The five seconds of limited.conf: in fewer, clients of other cases would run into them when the machine stalls. */
@RunsOn(Setup.LIMITED)
@ResourceLock("limited brokers")
final class HandshakeTimeoutTest {

    /** Shorter than what the brokers take when they are told nothing. */
    private static final int SOONER_THAN_BY_DEFAULT_MS = 9_000;

    @Case("a client that never sends a protocol header is dropped after handshake_timeout")
    void silence(Peer peer) throws Exception {
        peer.observe(socket(peer).next());

        peer.expect("socket closed");
    }

    @Case("a client that sends half a protocol header is dropped after handshake_timeout")
    void halfAHeader(Peer peer) throws Exception {
        peer.observe(socket(peer).send((byte) 'A', (byte) 'M', (byte) 'Q').next());

        peer.expect("socket closed");
    }

    @Case("a client that stalls in the handshake is dropped after handshake_timeout")
    void stalled(Peer peer) throws Exception {
        RawClient started = socket(peer).send(RawClient.PROTOCOL_HEADER);
        started.next();
        RawClient loggedIn = socket(peer).send(RawClient.PROTOCOL_HEADER);
        loggedIn.next();
        loggedIn.method(0, Login.plain("guest", "guest"));
        loggedIn.next();
        RawClient tuned = socket(peer).send(RawClient.PROTOCOL_HEADER);
        tuned.next();
        tuned.method(0, Login.plain("guest", "guest"));
        tuned.next();
        tuned.method(0, Login.tuneOk(4, 16_384, 0));
        peer.observe(started.next(), loggedIn.next(), tuned.next());

        peer.expect("socket closed", "socket closed", "socket closed");
    }

    @Case("a connection that is open outlives handshake_timeout")
    void open(Peer peer) throws Exception {
        RawClient open = socket(peer).login(4, 16_384, 0);
        // Another client's time runs out meanwhile.
        socket(peer).next();
        peer.observe(open.open(1) == open ? "open" : "");

        peer.expect("open");
    }

    private static RawClient socket(Peer peer) throws IOException {
        return peer.socket().waitingUpTo(SOONER_THAN_BY_DEFAULT_MS);
    }
}
