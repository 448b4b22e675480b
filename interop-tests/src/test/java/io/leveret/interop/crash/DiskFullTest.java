package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DeliverCallback;
import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.Event.AckSent;
import io.leveret.interop.crash.Event.Consuming;
import io.leveret.interop.crash.Event.Delivered;
import io.leveret.interop.crash.Event.Found;
import io.leveret.interop.crash.Event.Garbled;
import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.History.Recording;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import io.leveret.interop.process.Tmpfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that fills up stops publishers, not consumers; when it has room again, all goes on without help. */
@Timeout(300)
class DiskFullTest {

    private static final String QUEUE = "flood";
    private static final int DISK_MIB = 256;
    /** Twice what the disk can hold. */
    private static final int MOST_MESSAGES = 2 * (DISK_MIB << 20) / Flood.MESSAGE_BYTES;
    /** More than were on their way when the flood stood still. */
    private static final int GOES_ON = 500;
    /** With a MiB each, twice what the reserve has room for. */
    private static final int LATECOMERS = 16;

    private static final String LOW = "low on disk";
    private static final String FULL = "The disk is full: publishes wait";
    private static final int TIMEOUT_MS = 60_000;
    private static final int POLL_MS = 20;

    private final Ledger ledger = new Ledger();
    private final AtomicInteger drained = new AtomicInteger();
    private Path folder = Path.of("");
    private Tmpfs disk;

    @BeforeEach
    void mount() throws Exception {
        folder = Files.createTempDirectory("leveret-disk");
        disk = Tmpfs.mount(folder.resolve("data"), DISK_MIB);
    }

    @AfterEach
    void unmount() throws Exception {
        disk.close();
        Folders.delete(folder);
    }

    @Test
    void publishersAreToldToWaitWhenFreeSpaceIsBelowTheLimit() throws Exception {
        try (ServerProcess server = start("80MB");
                Recording recording = ledger.history().record();
                Client publisher = Client.connect(server.address());
                Flood flood = flood(publisher, recording)) {
            await("publishers stand still", () -> flood.isBlocked() || !flood.isRunning());
            assertToldOfLowDisk(server, flood);
            int confirmed = flood.confirmed();
            try (Client consumer = Client.connect(server.address())) {
                drain(consumer.channel(), recording);
                await("publishing goes on", () -> !flood.isBlocked() && flood.confirmed() > confirmed + GOES_ON);
                flood.finish();
            }
            recording.add(new Lost(true, History.nowMs()));
        }
        assertNothingLost("80MB");
    }

    /** Another program takes all the room at once: the broker can't stop its publishers before it has nowhere to write. */
    @Test
    void publishersWaitAndConsumersGoOnWhenNothingCanBeWrittenAnyMore() throws Exception {
        try (ServerProcess server = start("1KB");
                Recording recording = ledger.history().record();
                Client publisher = Client.connect(server.address());
                Flood flood = flood(publisher, recording)) {
            assertThat(server.output()).contains(" WARN ").contains("disk_free_limit is raised");
            Path filler = fillWhilePublishing(server, flood);
            try (Latecomers latecomers = publishBeyondTheReserve(server, recording);
                    Client consumer = Client.connect(server.address())) {
                int confirmed = flood.confirmed();
                drain(consumer.channel(), recording);
                await("consumers go on", () -> drained.get() >= confirmed + LATECOMERS);
                assertThat(flood.isBlocked()).isTrue();

                Files.delete(filler);
                await("what waited is confirmed", () -> latecomers.confirmed() == LATECOMERS);
                await("publishing goes on by itself", () -> flood.confirmed() > confirmed + GOES_ON);
                flood.finish();
            }
            server.awaitOutput("The disk has room again");
            recording.add(new Lost(true, History.nowMs()));
        }
        assertNothingLost("1KB");
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER", "STOP"})
    void nothingConfirmedIsLostWhenTheBrokerEndsOnAFullDisk(Loss loss) throws Exception {
        Path filler;
        ServerProcess ended = start("1KB");
        try (Recording recording = ledger.history().record();
                Client publisher = Client.connect(ended.address());
                Flood flood = flood(publisher, recording)) {
            filler = fillWhilePublishing(ended, flood);
            try (Latecomers latecomers = publishBeyondTheReserve(ended, recording)) {
                loss.happen(ended);
                assertThat(latecomers.refused()).isZero();
                assertThat(ended.output().contains("A store was closed on a full disk"))
                        .isEqualTo(loss == Loss.STOP);
            }
            recording.add(new Lost(true, History.nowMs()));
        }
        try (ServerProcess server = start("1KB");
                Recording recording = ledger.history().record();
                Client publisher = Client.connect(server.address());
                Flood flood = flood(publisher, recording)) {
            await("publishers stand still", flood::isBlocked);
            assertToldOfLowDisk(server, flood);
            Files.delete(filler);
            await("publishing goes on by itself", () -> flood.confirmed() > GOES_ON);
            flood.finish();
            recording.add(new Lost(true, History.nowMs()));
        }
        assertNothingLost("1KB");
    }

    private ServerProcess start(String diskFreeLimit) throws IOException, InterruptedException {
        List<String> settings = Stream.concat(
                        CrashSettings.SETTINGS.stream(), Stream.of("disk_free_limit.absolute=" + diskFreeLimit))
                .toList();
        return ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, settings);
    }

    private Flood flood(Client publisher, Recording recording) throws IOException {
        Layout.declareQueue(publisher.channel(), QUEUE);
        return Flood.start(publisher, ledger, recording, QUEUE, MOST_MESSAGES);
    }

    /** Returns the file that takes the room, when publishers have been told. */
    private Path fillWhilePublishing(ServerProcess server, Flood flood) throws Exception {
        await("publishing has begun", () -> flood.confirmed() > GOES_ON);
        Path filler = disk.fill();
        await("publishers stand still", flood::isBlocked);
        assertToldOfLowDisk(server, flood);
        return filler;
    }

    /** Returns when the broker has taken more than it can write. */
    private Latecomers publishBeyondTheReserve(ServerProcess server, Recording recording) throws Exception {
        Latecomers latecomers = Latecomers.publish(LATECOMERS, server.address(), ledger, recording, QUEUE);
        await("latecomers are told to wait", () -> latecomers.told() == LATECOMERS);
        await("a write has failed", () -> server.output().contains(FULL));
        assertThat(latecomers.confirmed()).isLessThan(LATECOMERS);
        return latecomers;
    }

    private void assertToldOfLowDisk(ServerProcess server, Flood flood) throws IOException, InterruptedException {
        assertThat(flood.reason())
                .as("after %d messages, with %d bytes free", flood.published(), disk.freeBytes())
                .isEqualTo(LOW);
        server.awaitOutput(" WARN .*" + LOW + ": connections that publish are blocked");
    }

    /** Acks everything that comes, on a connection that does not publish. */
    private void drain(Channel channel, Recording recording) throws IOException {
        DeliverCallback deliver = (tag, delivery) -> {
            try {
                Entry entry = new Entry(QUEUE, Content.read(delivery.getProperties(), delivery.getBody()));
                boolean redelivered = delivery.getEnvelope().isRedeliver();
                recording.add(new Delivered(entry, "drain", redelivered, History.nowMs()));
                recording.add(new AckSent(entry));
                channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                drained.incrementAndGet();
            } catch (GarbledException e) {
                recording.add(new Garbled(QUEUE, String.valueOf(e.getMessage())));
            }
        };
        recording.add(new Consuming(QUEUE));
        channel.basicQos(100);
        channel.basicConsume(QUEUE, false, deliver, tag -> {});
    }

    private void assertNothingLost(String diskFreeLimit) throws Exception {
        try (ServerProcess server = start(diskFreeLimit);
                Recording recording = ledger.history().record();
                Client client = Client.connect(server.address())) {
            Shelf shelf = Shelf.of(QUEUE, client.channel(), recording);
            recording.add(new Found(Map.of(QUEUE, shelf.copies()), History.nowMs()));
            assertThat(shelf.miscount()).isEmpty();
            assertThat(Verdict.on(ledger.history().events()).text()).isEmpty();
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!condition.call()) {
            assertThat(System.nanoTime())
                    .as("%s within %d ms", what, TIMEOUT_MS)
                    .isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }
}
