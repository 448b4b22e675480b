package io.leveret.interop.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DeliverCallback;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The orders of many users go through one queue to 8 consumers. Each gives back at random what fails, with the orders of the same user
 * that it has behind it; some are slow, and some lose their connections. One thread does all that they do, so that what they know
 * together is known here, too: which order of each user is the next, and who has any.
 */
final class GroupedOrders implements AutoCloseable {

    private static final int USERS = 40;
    private static final int ORDERS = 3_000;
    private static final int CONSUMERS = 8;
    private static final int SLOW = 2;
    private static final int PREFETCH = 5;
    private static final long LONGEST_WAIT_MS = 10_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Peer peer;
    private final Channel channel;
    private final String queue;
    private final int[] published = new int[USERS];

    /** The next order of each user. */
    private final int[] next = new int[USERS];

    private final List<Worker> workers = new ArrayList<>();

    /** What they have received, all together. */
    private final BlockingQueue<Order> received = new LinkedBlockingQueue<>();

    private record Order(Worker worker, long tag, int user, int number) {}

    /** A consumer with a connection of its own. */
    private static final class Worker {

        final Connection connection;
        final Channel channel;
        final boolean slow;
        boolean lost;
        final Deque<Order> pending = new ArrayDeque<>();
        final Map<Integer, Integer> held = new HashMap<>();

        /** The users of whom it gave an order back, so that the next ones may have been under way to it. */
        final Set<Integer> returned = new HashSet<>();

        Worker(Connection connection, boolean slow) throws IOException {
            this.connection = connection;
            this.channel = connection.createChannel();
            this.slow = slow;
        }

        boolean has(int user) {
            return held.getOrDefault(user, 0) > 0;
        }
    }

    GroupedOrders(Peer peer) throws Exception {
        this.peer = peer;
        this.channel = peer.channel();
        this.queue = channel.queueDeclare(peer.name("orders"), false, false, false, Map.of("x-group-by", "user"))
                .getQueue();
    }

    void run() throws Exception {
        for (int i = 0; i < ORDERS; i++) {
            publish(random.nextInt(USERS));
        }
        for (int i = 0; i < CONSUMERS; i++) {
            workers.add(begin(i < SLOW));
        }
        while (done() < ORDERS) {
            takeOne();
        }
        assertThat(next).as(this::story).isEqualTo(published);
        peer.observe(done() + " orders of " + USERS + " users, each user's in order");
        for (Worker worker : workers) {
            worker.connection.close();
        }
        peer.observe("left: " + channel.messageCount(queue));
    }

    private void publish(int user) throws IOException {
        BasicProperties properties = new BasicProperties.Builder()
                .headers(Map.of("user", "user-" + user))
                .build();
        String body = user + " " + published[user]++;
        peer.publish(channel, "", queue, properties, body);
    }

    private Worker begin(boolean slow) throws IOException, TimeoutException {
        Worker worker = new Worker(peer.connect(), slow);
        worker.channel.basicQos(PREFETCH);
        DeliverCallback callback = (tag, delivery) -> {
            String[] words = new String(delivery.getBody(), StandardCharsets.UTF_8).split(" ", -1);
            received.add(new Order(
                    worker,
                    delivery.getEnvelope().getDeliveryTag(),
                    Integer.parseInt(words[0]),
                    Integer.parseInt(words[1])));
        };
        worker.channel.basicConsume(queue, false, callback, tag -> {});
        return worker;
    }

    private int done() {
        int sum = 0;
        for (int each : next) {
            sum += each;
        }
        return sum;
    }

    private void takeOne() throws Exception {
        Order order = received.poll();
        if (order == null) {
            // All others wait for these now.
            for (Worker worker : workers) {
                work(worker);
            }
            if (done() == ORDERS) {
                return;
            }
            order = received.poll(LONGEST_WAIT_MS, TimeUnit.MILLISECONDS);
        }
        assertThat(order)
                .as("%s: %d are done, and no more come", story(), done())
                .isNotNull();
        if (order == null || order.worker().lost) {
            return;
        }
        check(order);
        Worker worker = order.worker();
        worker.pending.add(order);
        worker.held.merge(order.user(), 1, Integer::sum);
        if (random.nextInt(300) == 0) {
            lose(worker);
        } else if (!worker.slow || worker.pending.size() == PREFETCH) {
            work(worker);
        }
    }

    private void check(Order order) {
        for (Worker other : workers) {
            assertThat(other != order.worker() && other.has(order.user()))
                    .as("%s: user %d has two consumers", story(), order.user())
                    .isFalse();
        }
        boolean mayComeEarly =
                order.worker().has(order.user()) || order.worker().returned.contains(order.user());
        assertThat(order.number() <= next[order.user()] || mayComeEarly)
                .as(
                        "%s: order %d of user %d comes before %d",
                        story(), order.number(), order.user(), next[order.user()])
                .isTrue();
    }

    private void work(Worker worker) throws IOException {
        for (Order order = worker.pending.poll(); order != null; order = worker.pending.poll()) {
            worker.held.merge(order.user(), -1, Integer::sum);
            if (order.number() == next[order.user()] && random.nextInt(15) > 0) {
                next[order.user()]++;
                worker.returned.remove(order.user());
                worker.channel.basicAck(order.tag(), false);
            } else {
                worker.returned.add(order.user());
                worker.channel.basicNack(order.tag(), false, true);
            }
        }
    }

    /** Its connection breaks, with all that it has. */
    private void lose(Worker worker) throws Exception {
        worker.lost = true;
        worker.held.clear();
        worker.pending.clear();
        worker.connection.abort();
        workers.remove(worker);
        workers.add(begin(worker.slow));
    }

    private String story() {
        return "seed " + seed;
    }

    @Override
    public void close() throws IOException {
        for (Worker worker : workers) {
            worker.connection.abort();
        }
        channel.queueDelete(queue);
    }
}
