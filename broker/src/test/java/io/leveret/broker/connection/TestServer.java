package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * A broker without sockets or threads: its connections' loops run when the test says so, and its time passes when the test
 * says so. Every buffer comes from an allocator that is asked at the end whether all came back.
 */
final class TestServer implements AutoCloseable {

    private static final long STEP_MS = 500;

    private final Allocator allocator = new Allocator();
    private final Peers peers;
    private final ServerContext context;
    private final List<TestClient> clients = new ArrayList<>();
    private long nanos = 1;

    private final Alarms alarms = new Alarms();
    private final HeapUse heapUse = new HeapUse();

    TestServer() {
        this(BrokerSettings.defaults());
    }

    TestServer(BrokerSettings settings) {
        this(settings, new VirtualHost("/", settings.deprecatedFeatures()));
    }

    /** With a virtual host of the test's own. */
    TestServer(BrokerSettings settings, VirtualHost vhost) {
        peers = new Peers(settings.limits().connectionMax(), settings.limits().channelMaxPerNode());
        context = new ServerContext(
                settings,
                new Authenticator(settings.login()),
                name -> name.equals(vhost.name()) ? vhost : null,
                peers,
                alarms,
                heapUse,
                vhost.events(),
                () -> nanos,
                LoggerFactory.getLogger(Connection.class));
    }

    HeapUse heapUse() {
        return heapUse;
    }

    Alarms alarms() {
        return alarms;
    }

    ServerContext context() {
        return context;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    /** Lets the next requests for a buffer fail, as they do when direct memory is used up. */
    void refuseBuffers(int times) {
        allocator.refusals = times;
    }

    /** Gives out another allocator's buffers, which counts them, as long as it is let. */
    private static final class Allocator extends AbstractByteBufAllocator {
        final UnpooledByteBufAllocator counting = new UnpooledByteBufAllocator(true, true);
        int refusals;

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return counting.heapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            if (refusals > 0) {
                refusals--;
                throw new OutOfMemoryError("on purpose");
            }
            return counting.directBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }

        long usedBytes() {
            return counting.metric().usedDirectMemory() + counting.metric().usedHeapMemory();
        }
    }

    int connectionCount() {
        return peers.all().size();
    }

    /** A client that has connected and sent nothing. */
    TestClient connect() {
        TestClient client = new TestClient(this);
        clients.add(client);
        return client;
    }

    /** A client with an open connection and channels 1 to {@code channels}. */
    TestClient open(int channels) {
        TestClient client = connect();
        ClientStream stream = new ClientStream().handshake(0);
        for (int channel = 1; channel <= channels; channel++) {
            stream.openChannel(channel);
        }
        client.write(stream);
        client.takeAll();
        return client;
    }

    /** Lets every loop work until none has anything to do. */
    void run() {
        boolean worked = true;
        while (worked) {
            worked = turn();
        }
        clients.removeIf(client -> client.isGone() && !client.isAtWork());
    }

    /** One turn of every loop; whether anything came of it. */
    boolean turn() {
        boolean worked = false;
        for (TestClient client : List.copyOf(clients)) {
            worked |= client.runLoop();
        }
        return worked;
    }

    void advance(long ms) {
        for (long passed = 0; passed < ms; passed += STEP_MS) {
            long step = Math.min(STEP_MS, ms - passed);
            pass(step);
            run();
        }
    }

    /** Lets time pass while no loop has a turn. */
    void pass(long ms) {
        nanos += TimeUnit.MILLISECONDS.toNanos(ms);
        clients.forEach(client -> client.passTime(ms));
    }

    long usedBytes() {
        return allocator.usedBytes();
    }

    /** Cuts all connections; fails if one of them or a buffer is left. */
    @Override
    public void close() {
        clients.forEach(TestClient::disconnect);
        run();
        assertThat(connectionCount()).as("connections left").isZero();
        assertThat(usedBytes()).as("bytes in buffers that nobody released").isZero();
    }
}
