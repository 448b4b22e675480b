package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.RunsOn;
import io.leveret.interop.Setup;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.RawClient;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The handshake timeout is that of limited.conf: not so short that clients of other cases run into it when the machine stalls. */
@RunsOn(Setup.LIMITED)
@ResourceLock("limited brokers")
final class HandshakeTimeoutTest {

    @Case("a client that never sends a protocol header is dropped after handshake_timeout")
    void silence(Peer peer) throws Exception {
        peer.observe(peer.socket().next());

        peer.expect("socket closed");
    }

    @Case("a client that sends half a protocol header is dropped after handshake_timeout")
    void halfAHeader(Peer peer) throws Exception {
        peer.observe(peer.socket().send((byte) 'A', (byte) 'M', (byte) 'Q').next());

        peer.expect("socket closed");
    }

    @Case("a client that stalls in the handshake is dropped after handshake_timeout")
    void stalled(Peer peer) throws Exception {
        RawClient started = peer.socket().send(RawClient.PROTOCOL_HEADER);
        started.next();
        RawClient loggedIn = peer.socket().send(RawClient.PROTOCOL_HEADER);
        loggedIn.next();
        loggedIn.method(0, Login.plain("guest", "guest"));
        loggedIn.next();
        RawClient tuned = peer.socket().send(RawClient.PROTOCOL_HEADER);
        tuned.next();
        tuned.method(0, Login.plain("guest", "guest"));
        tuned.next();
        tuned.method(0, Login.tuneOk(4, 16_384, 0));
        peer.observe(started.next(), loggedIn.next(), tuned.next());

        peer.expect("socket closed", "socket closed", "socket closed");
    }

    @Case("a connection that is open outlives handshake_timeout")
    void open(Peer peer) throws Exception {
        RawClient open = peer.socket().login(4, 16_384, 0);
        // Another client's time runs out meanwhile.
        peer.socket().next();
        peer.observe(open.open(1) == open ? "open" : "");

        peer.expect("open");
    }
}
