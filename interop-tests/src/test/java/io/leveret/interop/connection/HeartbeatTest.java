package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;

final class HeartbeatTest {

    private static final Octets NOTHING = Octets.none();

    @Case("the broker sends heartbeats when it has nothing else to send")
    void sendsHeartbeats(Peer peer) throws Exception {
        RawClient client = peer.socket().login(2047, 131_072, 1);

        String first = client.next();
        // Silent itself for so long, it might be dropped before the second.
        client.frame(8, 0, NOTHING);
        peer.observe(first, client.next());

        peer.expect("heartbeat", "heartbeat");
    }

    @Case("a client that falls silent is dropped after two to three intervals")
    void dropsTheSilent(Peer peer) throws Exception {
        RawClient client = peer.socket().login(2047, 131_072, 1);

        long start = System.nanoTime();
        String last = client.next();
        while (last.equals("heartbeat")) {
            last = client.next();
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        peer.observe(last, seconds >= 1 && seconds < 4 ? "in time" : "after " + seconds + " s");

        peer.expect("socket closed", "in time");
    }

    @Case("a client that sends heartbeats or anything else is kept")
    void keepsTheTalkative(Peer peer) throws Exception {
        RawClient quiet = peer.socket().login(2047, 131_072, 1);
        RawClient talking = peer.socket().login(2047, 131_072, 1).open(1);
        for (int beat = 0; beat < 8; beat++) {
            quiet.frame(8, 0, NOTHING);
            talking.method(1, Octets.method(20, 20).u8(1));
            // Each broker sends one about every half second.
            quiet.next();
            talking.next();
        }
        peer.observe(lastButHeartbeats(quiet.open(1), quiet));

        peer.expect("channel.flow-ok on channel 1");
    }

    @Case("heartbeat 0 in tune-ok means none, either way")
    void none(Peer peer) throws Exception {
        RawClient without = peer.socket().login(2047, 131_072, 0);
        RawClient clock = peer.socket().login(2047, 131_072, 1);

        // As long as another connection takes to die of silence.
        String next = clock.next();
        while (next.equals("heartbeat")) {
            next = clock.next();
        }
        without.method(0, Octets.method(10, 50).u16(200).shortString("").u16(0).u16(0));
        peer.observe(next, without.next());

        peer.expect("socket closed", "connection.close-ok on channel 0");
    }

    @Case("a heartbeat on another channel than 0 is 505")
    void onAnotherChannel(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).frame(8, 1, NOTHING).next());
        peer.observe(peer.raw().frame(8, 7, NOTHING).next());

        peer.expect(
                "connection closed: 505 UNEXPECTED_FRAME - type 8, all octets = <<>> [no method]",
                "connection closed: 505 UNEXPECTED_FRAME - type 8, all octets = <<>> [no method]");
    }

    @Case("a heartbeat with a payload is 501")
    void withPayload(Peer peer) throws Exception {
        peer.observe(peer.raw().frame(8, 0, Octets.none().text("abc")).next());

        peer.expect("connection closed: 501 FRAME_ERROR - type 8, all octets = <<\"abc\">>: unknown_frame [no method]");
    }

    private static String lastButHeartbeats(RawClient opened, RawClient client) throws Exception {
        opened.method(1, Octets.method(20, 20).u8(1));
        String next = client.next();
        while (next.equals("heartbeat")) {
            next = client.next();
        }
        return next;
    }
}
