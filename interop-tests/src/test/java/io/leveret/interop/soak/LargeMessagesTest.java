package io.leveret.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages of the largest size for many consumers, with the memory that the launcher gives; all on one event loop. */
@Timeout(600)
class LargeMessagesTest {

    private static final String[] ONE_LOOP = {"leveret.event_loops=1"};
    private static final int TIMEOUT_MS = 60_000;
    private static final int HEAP_MAX_MIB = 1_024;
    private static final int FRAME_PAYLOAD_BYTES = 131_064;
    private static final int FRAMES = 128;
    private static final int BODY_BYTES = FRAMES * FRAME_PAYLOAD_BYTES;
    private static final int FRAMES_OF_A_MESSAGE = 3;
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @Test
    void consumersThatReadAllGetTheMessage() throws Exception {
        try (ServerProcess server = ServerProcess.start(HEAP_MAX_MIB, ONE_LOOP)) {
            assertAllGetTheMessage(server, 40);
        }
    }

    /** Without epoll, by which the kernel's interface is chosen nearly everywhere. */
    @Test
    void consumersThatReadAllGetTheMessageOnNioToo() throws Exception {
        List<String> noNative = List.of("-Dio.netty.transport.noNative=true");
        try (ServerProcess server = ServerProcess.startOn(noNative, HEAP_MAX_MIB, ONE_LOOP)) {
            assertThat(server.threads()).contains("NioIoHandler").doesNotContain("EpollIoHandler");
            assertAllGetTheMessage(server, 5);
            assertOthersGoOn(server, 5);
        }
    }

    @Test
    void consumersThatDoNotReadHarmNobody() throws Exception {
        try (ServerProcess server = ServerProcess.start(HEAP_MAX_MIB, ONE_LOOP)) {
            assertOthersGoOn(server, 25);
        }
    }

    /** One that asks for the same message again and again, and reads none of the answers. */
    @Test
    void aClientThatOnlyAsksHarmsNobody() throws Exception {
        try (ServerProcess server = ServerProcess.start(HEAP_MAX_MIB, ONE_LOOP);
                RawClient asking = connect(server.address())) {
            new Burst(asking).call(1, Methods.declareExclusiveQueue("asked")).run();
            publish(asking, "", "asked");
            Octets burst = Octets.none();
            for (long tag = 1; tag <= 1_000; tag++) {
                burst.methodFrame(1, Methods.getWithAck("asked")).methodFrame(1, Methods.requeue(tag));
            }
            asking.send(burst.toBytes());

            assertOthersGoOn(server, 1);
        }
    }

    /** Each takes memory while its frame is on its way, but not of the kind that there is little of. */
    @Test
    void publishersInTheMiddleOfAFrameHarmNobody() throws Exception {
        int publishers = Load.of(500, 2_500);
        List<RawClient> clients = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(HEAP_MAX_MIB, ONE_LOOP)) {
            byte[] begun = Octets.none()
                    .methodFrame(1, Methods.publish("", "nowhere"))
                    .frame(2, 1, Octets.contentHeader(BODY_BYTES, 0))
                    .u8(3)
                    .u16(1)
                    .u32(FRAME_PAYLOAD_BYTES)
                    .zeros(FRAME_PAYLOAD_BYTES - 11_000)
                    .toBytes();
            byte[] rest = Octets.none().zeros(11_000).u8(0xCE).toBytes();
            for (int i = 0; i < publishers; i++) {
                RawClient client = connect(server.address());
                clients.add(client.send(begun));
            }
            assertOthersGoOn(server, 1);
            for (RawClient client : clients) {
                client.send(rest);
                for (int i = 1; i < FRAMES && client == clients.get(0); i++) {
                    client.body(1, Octets.none().zeros(FRAME_PAYLOAD_BYTES));
                }
            }
            new Burst(clients.get(0))
                    .call(1, Methods.declareExclusiveQueue("alive"))
                    .run();
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static void assertAllGetTheMessage(ServerProcess server, int consumers) throws Exception {
        List<RawClient> clients = consumers(server.address(), consumers, "all");
        ExecutorService readers = Executors.newFixedThreadPool(consumers);
        try (RawClient publisher = connect(server.address())) {
            List<Future<Long>> read = new ArrayList<>();
            for (RawClient client : clients) {
                read.add(readers.submit(() -> readMessage(client)));
            }
            publish(publisher, "all", "");
            for (Future<Long> bytes : read) {
                assertThat(bytes.get()).isEqualTo(BODY_BYTES);
            }
        } finally {
            readers.shutdownNow();
            close(clients);
        }
    }

    private static void assertOthersGoOn(ServerProcess server, int stopped) throws Exception {
        List<RawClient> clients = consumers(server.address(), stopped, "unread");
        try (RawClient publisher = connect(server.address())) {
            publish(publisher, "unread", "");
            publish(publisher, "unread", "");
            Duration longest = Duration.ZERO;
            for (int round = 0; round < 50; round++) {
                // A new one each time, since it has everything to ask for.
                try (RawClient other = connect(server.address())) {
                    Burst request = new Burst(other);
                    request.call(1, Methods.declareExclusiveQueue("other")).run();
                    long began = System.nanoTime();
                    request.publish(1, "", "other", new byte[50_000])
                            .call(1, Methods.get("other"), FRAMES_OF_A_MESSAGE)
                            .run();
                    Duration took = Duration.ofNanos(System.nanoTime() - began);
                    longest = took.compareTo(longest) > 0 ? took : longest;
                }
            }
            Load.report("32 MiB for %d stopped consumers: slowest of 50 round trips took %s", stopped, longest);
            assertThat(longest).isLessThan(LONGEST);
            new Burst(publisher).call(1, Methods.declareExclusiveQueue("alive")).run();
        } finally {
            close(clients);
        }
    }

    private static RawClient connect(InetSocketAddress address) throws IOException {
        return RawClient.connect(address, TIMEOUT_MS).login().open(1);
    }

    /** Each with a queue of its own that a fanout exchange feeds. */
    private static List<RawClient> consumers(InetSocketAddress address, int count, String exchange) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String queue = exchange + " " + i;
            RawClient client = connect(address);
            clients.add(client);
            new Burst(client)
                    .call(1, Methods.declareExchange(exchange, "fanout"))
                    .call(1, Methods.declareExclusiveQueue(queue))
                    .call(1, Methods.bind(queue, exchange, ""))
                    .call(1, Methods.consume(queue))
                    .run();
        }
        return clients;
    }

    private static void publish(RawClient publisher, String exchange, String routingKey) throws IOException {
        publisher.method(1, Methods.publish(exchange, routingKey)).header(1, Octets.contentHeader(BODY_BYTES, 0));
        for (int i = 0; i < FRAMES; i++) {
            publisher.body(1, Octets.none().zeros(FRAME_PAYLOAD_BYTES));
        }
    }

    /** How many octets of body came with the next delivery. */
    private static long readMessage(RawClient client) throws IOException {
        client.nextPayload();
        client.nextPayload();
        long bytes = 0;
        while (bytes < BODY_BYTES) {
            bytes += client.nextPayload().length;
        }
        return bytes;
    }

    private static void close(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }
}
