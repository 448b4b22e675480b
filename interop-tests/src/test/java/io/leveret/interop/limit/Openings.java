package io.leveret.interop.limit;

import io.leveret.interop.Peer;
import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;

/** Opens connections and channels in the octets, and gives the broker's answer. */
final class Openings {

    private Openings() {}

    static String connection(Peer peer) throws IOException {
        return connection(peer, "/");
    }

    static String connection(Peer peer, String virtualHost) throws IOException {
        return tuned(peer).method(0, Login.open(virtualHost)).next();
    }

    static RawClient open(Peer peer) throws IOException {
        RawClient client = tuned(peer).method(0, Login.open("/"));
        client.next();
        return client;
    }

    static String channel(RawClient client, int number) throws IOException {
        return client.method(number, Octets.method(20, 10).shortString("")).next();
    }

    private static RawClient tuned(Peer peer) throws IOException {
        RawClient client = peer.socket().send(RawClient.PROTOCOL_HEADER);
        client.next();
        client.method(0, Login.plain("guest", "guest"));
        client.next();
        return client.method(0, Login.tuneOk(4, 16_384, 0));
    }
}
