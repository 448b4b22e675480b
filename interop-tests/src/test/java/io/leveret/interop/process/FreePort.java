package io.leveret.interop.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Ports on loopback that nobody listens on at the moment. */
public final class FreePort {

    private static final int LOWEST = 6_100;

    /** With the farthest neighbour, 20,000 above, still below 32,768: from there on a client's socket may take it meanwhile. */
    private static final int HIGHEST = 12_700;

    private FreePort() {}

    /** A port of which those at the given distances are free, too. */
    public static int withNeighbours(int... distances) {
        return ThreadLocalRandom.current()
                .ints(1_000, LOWEST, HIGHEST)
                .filter(port -> IntStream.of(distances).allMatch(distance -> isFree(port + distance)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST));
    }

    public static InetSocketAddress onLoopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(onLoopback(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
