package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Patience;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Found;
import io.leveret.interop.crash.Event.Looking;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** Looks at all that a broker has after a loss, compares it with what clients know, and puts some of it back. */
final class Inspection {

    private static final int POLL_MS = 20;
    /** What waits to be tried again comes within that after its time. */
    private static final int RETRY_PATIENCE_MS = 1_500;
    /** Longer than anything lives in a queue that gives all its messages the same time. */
    private static final int DUE_SOON_MS = 2_000;

    private final Ledger ledger;
    private final Client client;
    private final Recording recording;
    private final List<String> wrong = new ArrayList<>();

    private Inspection(Ledger ledger, Client client, Recording recording) {
        this.ledger = ledger;
        this.client = client;
        this.recording = recording;
    }

    /** What is wrong, or nothing. Of each queue all, half or nothing is acked, the rest goes back to its place. */
    static List<String> of(InetSocketAddress address, Ledger ledger, UnaryOperator<Topology> loss, Random random)
            throws IOException, TimeoutException, InterruptedException {
        try (Client client = Client.connect(address);
                Recording recording = ledger.history().record()) {
            Inspection inspection = new Inspection(ledger, client, recording);
            inspection.inspectQueues(random);
            inspection.inspectTopology(loss);
            return inspection.wrong;
        }
    }

    private void inspectQueues(Random random) throws IOException, TimeoutException, InterruptedException {
        CircuitShelves circuits = new CircuitShelves(client, recording);
        inspectCircuits(circuits);
        Map<String, Shelf> shelves = new LinkedHashMap<>();
        for (String queue : Layout.queues()) {
            if (isThere(queue)) {
                shelves.put(queue, Shelf.of(queue, client.channel(), recording));
            }
        }
        recordFound(shelves, circuits.copies());
        circuits.miscounts().forEach(this::note);
        Marker marker = Marker.on(client, ledger, recording, random);
        for (Shelf shelf : shelves.values()) {
            shelf.ack(shelf.copies().size() * random.nextInt(3) / 2, marker, recording);
        }
        circuits.ackSome(random, marker);
        marker.markAndWait(Patience.MS);
    }

    /** What is due, or soon will be, has to leave by itself, before anybody asks for what is ready. */
    private void inspectCircuits(CircuitShelves circuits) throws IOException, InterruptedException, TimeoutException {
        long nowMs = History.nowMs();
        recording.add(new Looking(nowMs));
        circuits.openTargets();
        long untilMs = nowMs + DUE_SOON_MS;
        circuits.await(Judge.of(ledger.history().events()).dueUntil(untilMs), untilMs + CircuitRecord.PATIENCE_MS);
        inspectLeases(nowMs + Leases.LONGEST_MS + 2 * CircuitRecord.PATIENCE_MS);
        circuits.openAll();
        circuits.awaitUntil(nowMs + Circuit.LONGEST_DELAY_MS + RETRY_PATIENCE_MS);
    }

    private void inspectLeases(long deadlineMs) throws IOException, InterruptedException, TimeoutException {
        Channel channel = client.channel();
        channel.confirmSelect();
        do {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            ledger.leases().look(channel, recording);
        } while (!ledger.leases().isEmpty() && History.nowMs() <= deadlineMs);
    }

    private void recordFound(Map<String, Shelf> shelves, Map<String, List<Copy>> circuits) {
        Map<String, List<Copy>> contents = new LinkedHashMap<>(circuits);
        Layout.queues().forEach(queue -> contents.put(queue, List.of()));
        shelves.forEach((queue, shelf) -> {
            contents.put(queue, shelf.copies());
            note(shelf.miscount());
        });
        recording.add(new Found(contents, History.nowMs()));
        note(Verdict.on(ledger.history().events()).text());
    }

    /** Only the queue that is deleted and declared all the time may be missing. */
    private boolean isThere(String queue) throws IOException {
        Channel channel = client.channel();
        try {
            channel.queueDeclarePassive(queue);
            return true;
        } catch (IOException e) {
            if (!client.connection().isOpen()) {
                throw e;
            }
            if (queue.equals(Layout.PHOENIX)) {
                Layout.declareQueue(client.channel(), queue);
            } else {
                note("queue " + queue + " is missing: " + channel.getCloseReason());
            }
            return false;
        }
    }

    private void inspectTopology(UnaryOperator<Topology> loss)
            throws IOException, InterruptedException, TimeoutException {
        TopologyProbe probe = new TopologyProbe(client);
        List<List<String>> differences = new ArrayList<>();
        for (Topology candidate : ledger.topology().candidates(loss)) {
            differences.add(probe.differences(candidate));
            if (differences.contains(List.of())) {
                ledger.topology().found(candidate);
                return;
            }
        }
        differences.get(0).forEach(this::note);
    }

    private void note(String difference) {
        if (!difference.isEmpty()) {
            wrong.add(difference);
        }
    }
}
