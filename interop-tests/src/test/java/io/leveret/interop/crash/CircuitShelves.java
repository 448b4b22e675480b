package io.leveret.interop.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.leveret.interop.Patience;
import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.Death.Reason;
import io.leveret.interop.crash.Event.AckForced;
import io.leveret.interop.crash.Event.AckSent;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Garbled;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * All that the queues of the circuits have, delivered and not settled yet. Belongs to the test's thread. At first only the
 * queues behind the first ones are looked at, so that what is due leaves these by itself.
 */
final class CircuitShelves {

    private static final int POLL_MS = 5;
    /** What goes through a queue after all else, to show that nothing is on its way any more. */
    private static final String LAST = "last of ";

    private final Client client;
    private final Recording recording;
    private final Map<String, Consumed> shelves = new LinkedHashMap<>();
    private final BlockingQueue<Arrival> arrived = new LinkedBlockingQueue<>();
    private final Set<MessageKey> seen = new HashSet<>();
    /** The queues that nothing is on its way out of any more. */
    private final Set<String> finished = new HashSet<>();

    /** One queue's. */
    private record Consumed(Circuit circuit, Stop stop, Channel channel, int said, List<Copy> copies, List<Long> tags) {

        /** Nothing comes to it by itself, and nothing leaves but what is dropped at the start. */
        boolean isStill() {
            boolean entry = stop.equals(circuit.entry()) && !circuit.cyclic();
            return entry && !stop.reasons().contains(Reason.EXPIRED) && !stop.delays();
        }
    }

    private record Arrival(Consumed shelf, Delivery delivery, long atMs) {

        Copy copy() throws GarbledException {
            boolean redelivered = delivery.getEnvelope().isRedeliver();
            return Content.copy(delivery.getProperties(), delivery.getBody(), redelivered)
                    .at(atMs);
        }
    }

    CircuitShelves(Client client, Recording recording) {
        this.client = client;
        this.recording = recording;
    }

    /** Where messages arrive that leave a queue by themselves. */
    void openTargets() throws IOException {
        for (Circuit circuit : Circuit.ALL) {
            if (!circuit.cyclic()) {
                for (Stop stop : circuit.stops().subList(1, circuit.stops().size())) {
                    open(circuit, stop);
                }
            }
        }
    }

    /** Waits until these have arrived, or do not in time: then they are found elsewhere, or not at all. */
    void await(Set<MessageKey> due, long deadlineMs) throws IOException, InterruptedException {
        while (!seen.containsAll(due) && History.nowMs() < deadlineMs) {
            takeArrived();
        }
    }

    /** Waits until then. */
    void awaitUntil(long timeMs) throws IOException, InterruptedException {
        while (History.nowMs() < timeMs) {
            takeArrived();
        }
    }

    /** Empties all queues, and waits until what had left one has come to the next. */
    void openAll() throws IOException, InterruptedException {
        for (Circuit circuit : Circuit.ALL) {
            for (Stop stop : circuit.stops()) {
                if (!shelves.containsKey(stop.queue())) {
                    open(circuit, stop);
                }
            }
        }
        long deadlineMs = History.nowMs() + Patience.MS;
        for (Consumed shelf : shelves.values()) {
            awaitEmpty(shelf, deadlineMs);
            if (shelf.circuit().leadsOnFrom(shelf.stop())) {
                publishLast(shelf);
            }
        }
        while (!finished.containsAll(leading())) {
            requireTime(deadlineMs, "these to let everything go: " + leading() + " but for " + finished);
            takeArrived();
        }
    }

    Map<String, List<Copy>> copies() {
        Map<String, List<Copy>> copies = new LinkedHashMap<>();
        shelves.forEach((queue, shelf) -> copies.put(queue, shelf.copies()));
        return copies;
    }

    /** Which queues did not have as many messages as they said. */
    List<String> miscounts() {
        return shelves.values().stream()
                .filter(shelf ->
                        shelf.isStill() && shelf.said() != shelf.copies().size())
                .map(shelf -> "queue " + shelf.stop().queue() + " said that it had " + shelf.said() + " messages; "
                        + shelf.copies().size() + " came")
                .toList();
    }

    /** Acks all of a queue, the first half, or nothing. */
    void ackSome(Random random, Marker marker) throws IOException {
        for (Consumed shelf : shelves.values()) {
            int count = shelf.copies().size() * random.nextInt(3) / 2;
            if (count > 0) {
                ackFirst(shelf, count, marker);
            }
        }
    }

    private void ackFirst(Consumed shelf, int count, Marker marker) throws IOException {
        List<Entry> acked = shelf.copies().subList(0, count).stream()
                .map(copy -> new Entry(shelf.stop().queue(), copy.key()))
                .toList();
        acked.forEach(entry -> recording.add(new AckSent(entry)));
        shelf.channel().basicAck(shelf.tags().get(count - 1), true);
        for (Entry entry : acked) {
            marker.sent(new AckForced(entry));
        }
    }

    private void open(Circuit circuit, Stop stop) throws IOException {
        Channel channel = client.channel();
        int said = (int) channel.messageCount(stop.queue());
        Consumed shelf = new Consumed(circuit, stop, channel, said, new ArrayList<>(), new ArrayList<>());
        shelves.put(stop.queue(), shelf);
        channel.basicConsume(
                stop.queue(),
                false,
                (tag, delivery) -> arrived.add(new Arrival(shelf, delivery, History.nowMs())),
                tag -> {});
    }

    /** Else the last message might be refused, or drop the first. */
    private void awaitEmpty(Consumed shelf, long deadlineMs) throws IOException, InterruptedException {
        while (shelf.channel().messageCount(shelf.stop().queue()) > 0) {
            requireTime(deadlineMs, shelf.stop().queue() + " to give out all that it has");
            takeArrived();
        }
    }

    private static void publishLast(Consumed shelf) throws IOException {
        String queue = shelf.stop().queue();
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(2)
                .messageId(LAST + queue)
                .build();
        // An exchange that keeps the routing key must find it there.
        shelf.channel().basicPublish("", queue, properties, new byte[0]);
    }

    private Set<String> leading() {
        Set<String> leading = new HashSet<>();
        for (Consumed shelf : shelves.values()) {
            if (shelf.circuit().leadsOnFrom(shelf.stop())) {
                leading.add(shelf.stop().queue());
            }
        }
        return leading;
    }

    private void takeArrived() throws IOException, InterruptedException {
        Arrival arrival = arrived.poll(POLL_MS, TimeUnit.MILLISECONDS);
        if (arrival == null) {
            return;
        }
        String id =
                Objects.requireNonNullElse(arrival.delivery().getProperties().getMessageId(), "");
        if (id.startsWith(LAST)) {
            takeLast(arrival, id.substring(LAST.length()));
        } else {
            put(arrival);
        }
    }

    /** In its own queue it is rejected; what comes out in the next one has nothing behind it. */
    private void takeLast(Arrival arrival, String of) throws IOException {
        Consumed shelf = arrival.shelf();
        long tag = arrival.delivery().getEnvelope().getDeliveryTag();
        if (shelf.stop().queue().equals(of)) {
            shelf.channel().basicReject(tag, false);
        } else {
            shelf.channel().basicAck(tag, false);
            finished.add(of);
        }
    }

    private void put(Arrival arrival) {
        Consumed shelf = arrival.shelf();
        Delivery delivery = arrival.delivery();
        try {
            Copy copy = arrival.copy();
            shelf.copies().add(copy);
            shelf.tags().add(delivery.getEnvelope().getDeliveryTag());
            seen.add(copy.key());
        } catch (GarbledException e) {
            recording.add(new Garbled(shelf.stop().queue(), String.valueOf(e.getMessage())));
        }
    }

    private static void requireTime(long deadlineMs, String what) {
        if (History.nowMs() > deadlineMs) {
            throw new AssertionError("waited " + Patience.MS + " ms for " + what);
        }
    }
}
