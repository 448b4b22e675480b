package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Delivery;
import io.leveret.interop.Patience;
import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.Event.AckForced;
import io.leveret.interop.crash.Event.AckSent;
import io.leveret.interop.crash.Event.Copy;
import io.leveret.interop.crash.Event.Garbled;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** All that a queue has, delivered to a channel of its own and not settled yet. Belongs to the test's thread. */
final class Shelf {

    private final String queue;
    private final Channel channel;
    private final List<Copy> copies = new ArrayList<>();
    private final List<Long> tags = new ArrayList<>();
    private String miscount = "";

    private Shelf(String queue, Channel channel) {
        this.queue = queue;
        this.channel = channel;
    }

    static Shelf of(String queue, Channel channel, Recording recording) throws IOException, InterruptedException {
        Shelf shelf = new Shelf(queue, channel);
        shelf.fill(recording);
        return shelf;
    }

    List<Copy> copies() {
        return copies;
    }

    /** Empty if the queue had as many messages as it said. */
    String miscount() {
        return miscount;
    }

    /** Acks the first so many. */
    void ack(int count, Marker marker, Recording recording) throws IOException {
        if (count == 0) {
            return;
        }
        List<Entry> acked = copies.subList(0, count).stream()
                .map(copy -> new Entry(queue, copy.key()))
                .toList();
        acked.forEach(entry -> recording.add(new AckSent(entry)));
        channel.basicAck(tags.get(count - 1), true);
        for (Entry entry : acked) {
            marker.sent(new AckForced(entry));
        }
    }

    private void fill(Recording recording) throws IOException, InterruptedException {
        int said = channel.queueDeclarePassive(queue).getMessageCount();
        BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
        DeliverCallback deliver = (tag, delivery) -> arrived.add(delivery);
        String consumer = channel.basicConsume(queue, false, deliver, tag -> {});
        int came = 0;
        for (; came < said; came++) {
            Delivery delivery = arrived.poll(Patience.MS, TimeUnit.MILLISECONDS);
            if (delivery == null) {
                break;
            }
            put(delivery, recording);
        }
        channel.basicCancel(consumer);
        int left = channel.queueDeclarePassive(queue).getMessageCount() + arrived.size();
        if (came < said || left > 0) {
            miscount = "queue " + queue + " said that it had " + said + " messages; " + came
                    + " of them came, and then it had " + left;
        }
    }

    private void put(Delivery delivery, Recording recording) {
        try {
            MessageKey key = Content.read(delivery.getProperties(), delivery.getBody());
            copies.add(new Copy(key, delivery.getEnvelope().isRedeliver()));
            tags.add(delivery.getEnvelope().getDeliveryTag());
        } catch (GarbledException e) {
            recording.add(new Garbled(queue, String.valueOf(e.getMessage())));
        }
    }
}
