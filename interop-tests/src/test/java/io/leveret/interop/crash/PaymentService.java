package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A service that takes payments, and tells of each by a transaction if and only if it is taken. Its instances, on any threads, have nothing
 * in common but the database.
 */
final class PaymentService {

    static final HalfMessages MESSAGES = new HalfMessages("paid");
    static final String CHECKS = "payment-checks";

    private static final int CONFIRM_TIMEOUT_MS = 60_000;
    private static final int POLL_MS = 20;
    private static final int PREFETCH = 20;

    private final Payments payments;
    private final int messages;
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** @param messages how many tell of one payment */
    PaymentService(Payments payments, int messages) {
        this.payments = payments;
        this.messages = messages;
    }

    /** How far an instance comes with an order. */
    enum Step {
        NOTHING,
        HALF_SENT,
        HALF_CONFIRMED,
        LOCALLY_DONE,
        DECISION_SENT,
        DECISION_CONFIRMED
    }

    /** @param pays whether the payment is going to be taken if nobody cancels it before */
    record Order(String id, boolean pays, Step last) {

        static Order random(int number, Random random) {
            Step[] steps = Step.values();
            return new Order("order-" + number, random.nextInt(4) > 0, steps[random.nextInt(steps.length)]);
        }

        Order whole() {
            return new Order(id, pays, Step.DECISION_CONFIRMED);
        }
    }

    static void declare(Channel channel, int timeoutMs, int intervalMs) throws IOException {
        Map<String, Object> rules = Map.of(
                "x-tx-check", CHECKS,
                "x-tx-timeout", timeoutMs,
                "x-tx-check-interval", intervalMs,
                // Nobody gives up here: what is left open is to be decided by an answer.
                "x-tx-check-max", 1_000_000);
        channel.queueDeclare(CHECKS, true, false, false, null);
        MESSAGES.declare(channel, rules);
    }

    /** Goes as far with an order as it says, on a channel in confirm mode. */
    void take(Channel channel, Order order) throws IOException, InterruptedException, TimeoutException {
        for (Step step : Step.values()) {
            perform(channel, order, step);
            if (step == order.last()) {
                return;
            }
        }
    }

    private void perform(Channel channel, Order order, Step step)
            throws IOException, InterruptedException, TimeoutException {
        switch (step) {
            case NOTHING -> {}
            case HALF_SENT -> MESSAGES.prepare(channel, order.id(), messages);
            case HALF_CONFIRMED, DECISION_CONFIRMED -> channel.waitForConfirmsOrDie(CONFIRM_TIMEOUT_MS);
            case LOCALLY_DONE -> payOrCancel(order);
            case DECISION_SENT -> MESSAGES.decide(channel, order.id(), payOrCancel(order));
        }
    }

    /** Says the same as often as it is asked. */
    private boolean payOrCancel(Order order) {
        return order.pays() ? payments.pay(order.id()) : !payments.cancel(order.id());
    }

    /** One instance after another answers check requests, and dies now and then, until they are stopped. */
    void answer(InetSocketAddress address, Random random) throws IOException, InterruptedException, TimeoutException {
        while (!stopped) {
            try (Client client = Client.connect(address)) {
                answer(client, random);
            }
        }
    }

    private void answer(Client client, Random random) throws IOException, InterruptedException {
        Channel channel = client.channel();
        channel.basicQos(PREFETCH);
        BlockingQueue<Delivery> requests = new LinkedBlockingQueue<>();
        channel.basicConsume(CHECKS, false, (tag, request) -> requests.add(request), tag -> {});
        while (!stopped) {
            Delivery request = requests.poll(POLL_MS, TimeUnit.MILLISECONDS);
            if (request != null) {
                String id = String.valueOf(request.getProperties().getHeaders().get("x-tx-id"));
                asked.add(id);
                MESSAGES.decide(channel, id, !payments.cancel(id));
                if (random.nextInt(20) == 0) {
                    client.cut();
                    return;
                }
                channel.basicAck(request.getEnvelope().getDeliveryTag(), false);
            } else if (!channel.isOpen()) {
                throw new IOException("the connection is lost: " + channel.getCloseReason());
            }
        }
    }

    /** Those that check requests came for. */
    Set<String> asked() {
        return asked;
    }

    /** No instance answers any more. */
    void stop() {
        stopped = true;
    }
}
