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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that fills up stops publishers, not consumers; when it has room again, all goes on without help. */
@Timeout(300)
class DiskFullTest {

    private static final String QUEUE = "flood";
    private static final int DISK_MIB = 256;
    /** Twice what the disk can hold. */
    private static final int MOST_MESSAGES = 2 * (DISK_MIB << 20) / Flood.MESSAGE_BYTES;
    /** More than were on their way when the flood stood still. */
    private static final int GOES_ON = 500;

    private static final int TIMEOUT_MS = 60_000;
    private static final int POLL_MS = 20;

    private final Ledger ledger = new Ledger();

    @Test
    void publishersAreToldToWaitWhenFreeSpaceIsBelowTheLimit() throws Exception {
        fillDrainAndRestart(List.of("disk_free_limit.absolute=64MB"), Flood::isBlocked);
    }

    @Test
    void publishersWaitOrAreRefusedWhenNothingCanBeWrittenAnyMore() throws Exception {
        fillDrainAndRestart(List.of("disk_free_limit.absolute=1KB"), flood -> flood.isBlocked() || flood.refused() > 0);
    }

    private void fillDrainAndRestart(List<String> limit, Sign standsStill) throws Exception {
        List<String> settings =
                Stream.concat(CrashSettings.SETTINGS.stream(), limit.stream()).toList();
        Path folder = Files.createTempDirectory("leveret-disk");
        try (Tmpfs disk = Tmpfs.mount(folder.resolve("data"), DISK_MIB)) {
            try (ServerProcess server = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, settings)) {
                fillAndDrain(server, disk, standsStill);
            }
            try (ServerProcess server = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, settings)) {
                assertNothingLost(server);
            }
        }
        // Else the log is still there.
        Folders.delete(folder);
    }

    private void fillAndDrain(ServerProcess server, Tmpfs disk, Sign standsStill) throws Exception {
        try (Recording recording = ledger.history().record();
                Client publisher = Client.connect(server.address());
                Client consumer = Client.connect(server.address())) {
            Layout.declareQueue(publisher.channel(), QUEUE);
            try (Flood flood = Flood.start(publisher, ledger, recording, QUEUE, MOST_MESSAGES)) {
                await("publishers stand still", () -> standsStill.isSeen(flood) || !flood.isRunning());
                assertThat(standsStill.isSeen(flood))
                        .as(
                                "publishers stand still, after %d messages, with %d bytes free",
                                flood.published(), disk.freeBytes())
                        .isTrue();
                int confirmed = flood.confirmed();
                drain(consumer.channel(), recording);
                await("publishing goes on", () -> !flood.isBlocked() && flood.confirmed() > confirmed + GOES_ON);
            }
            recording.add(new Lost(true, History.nowMs()));
        }
    }

    /** Acks everything that comes, on a connection that does not publish. */
    private static void drain(Channel channel, Recording recording) throws IOException {
        DeliverCallback deliver = (tag, delivery) -> {
            try {
                Entry entry = new Entry(QUEUE, Content.read(delivery.getProperties(), delivery.getBody()));
                boolean redelivered = delivery.getEnvelope().isRedeliver();
                recording.add(new Delivered(entry, "drain", redelivered, History.nowMs()));
                recording.add(new AckSent(entry));
                channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
            } catch (GarbledException e) {
                recording.add(new Garbled(QUEUE, String.valueOf(e.getMessage())));
            }
        };
        recording.add(new Consuming(QUEUE));
        channel.basicQos(100);
        channel.basicConsume(QUEUE, false, deliver, tag -> {});
    }

    private void assertNothingLost(ServerProcess server) throws Exception {
        try (Recording recording = ledger.history().record();
                Client client = Client.connect(server.address())) {
            Shelf shelf = Shelf.of(QUEUE, client.channel(), recording);
            recording.add(new Found(Map.of(QUEUE, shelf.copies()), History.nowMs()));
            assertThat(shelf.miscount()).isEmpty();
            assertThat(Verdict.on(ledger.history().events()).text()).isEmpty();
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("%s within %d ms", what, TIMEOUT_MS)
                    .isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** How it shows that publishers stand still. */
    private interface Sign {
        boolean isSeen(Flood flood);
    }
}
