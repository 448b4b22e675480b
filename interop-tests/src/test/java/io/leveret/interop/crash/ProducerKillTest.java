package io.leveret.interop.crash;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.PaymentService.Order;
import io.leveret.interop.crash.PaymentService.Step;
import io.leveret.interop.process.ServerProcess;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Instances of a service die at every step between a half message and the confirm of its decision, and others, which die as well, answer what
 * they left open by the database: it is told of each order that is paid, once, and of no other.
 */
@Timeout(300)
class ProducerKillTest {

    private static final int ORDERS = 400;
    private static final int PRODUCERS = 3;
    private static final int ANSWERERS = 2;
    private static final long SEED = Long.getLong("crash.seed", 17);

    /** Long enough that an instance is seldom asked about what it could still decide itself. */
    private static final int TIMEOUT_MS = 2_000;

    private static final int INTERVAL_MS = 500;

    private final Payments payments = new Payments();
    private final PaymentService service = new PaymentService(payments, 1);
    private final List<Order> orders = orders();

    @Test
    void itIsToldOfEachPaidOrderOnceAndOfNoOther() throws Exception {
        try (ServerProcess server = ServerProcess.start(CrashSettings.HEAP_MAX_MIB, Undecided.SETTING);
                Client client = Client.connect(server.address());
                Instances instances = new Instances()) {
            Channel channel = client.channel();
            PaymentService.declare(channel, TIMEOUT_MS, INTERVAL_MS);
            try {
                live(instances, server);
                Counts.await(
                        channel,
                        PaymentService.MESSAGES.exchange(),
                        payments.paid().size());
                new Undecided(client, PaymentService.MESSAGES).awaitNone();
            } finally {
                service.stop();
                instances.join();
            }
            check(channel);
        }
    }

    private static List<Order> orders() {
        Random random = new Random(SEED);
        return IntStream.range(0, ORDERS)
                .mapToObj(number -> Order.random(number, random))
                .toList();
    }

    /** Returns when all producers have done what they do, and nothing is to be paid any more but for answers. */
    private void live(Instances answerers, ServerProcess server) throws Exception {
        for (int i = 0; i < ANSWERERS; i++) {
            Random random = new Random(SEED + i);
            answerers.start(() -> service.answer(server.address(), random));
        }
        Queue<Order> open = new ConcurrentLinkedQueue<>(orders);
        try (Instances producers = new Instances()) {
            for (int i = 0; i < PRODUCERS; i++) {
                producers.start(() -> produce(server, open));
            }
            producers.join();
        }
    }

    /** One instance after another takes orders, until it dies within one, or after it. */
    private void produce(ServerProcess server, Queue<Order> open) throws Exception {
        for (Order order = open.poll(); order != null; order = open.poll()) {
            try (Client client = Client.connect(server.address())) {
                Channel channel = client.channel();
                channel.confirmSelect();
                service.take(channel, order);
                client.cut();
            }
        }
    }

    private void check(Channel channel) throws Exception {
        Set<String> paid = payments.paid();
        Map<String, List<Integer>> told = HalfMessages.drain(channel, PaymentService.MESSAGES.exchange());
        assertThat(told).as("seed %d", SEED).isEqualTo(paid.stream().collect(toMap(id -> id, id -> List.of(1))));
        assertThat(channel.messageCount(PaymentService.CHECKS)).isZero();

        // That the instances died where they should.
        List<String> wholePaid = ids(order -> order.pays() && order.last() == Step.DECISION_CONFIRMED);
        // On a machine that stands still for long some are asked about before they are paid.
        assertThat(wholePaid.stream().filter(paid::contains)).hasSizeGreaterThan(wholePaid.size() / 2);
        assertThat(paid).doesNotContainAnyElementsOf(ids(order -> order.last().compareTo(Step.LOCALLY_DONE) < 0));
        assertThat(service.asked())
                .containsAll(ids(EnumSet.of(Step.HALF_CONFIRMED, Step.LOCALLY_DONE)))
                .doesNotContainAnyElementsOf(ids(EnumSet.of(Step.NOTHING)));
    }

    private List<String> ids(Set<Step> last) {
        return ids(order -> last.contains(order.last()));
    }

    private List<String> ids(Predicate<Order> chosen) {
        List<String> ids = new ArrayList<>();
        orders.stream().filter(chosen).map(Order::id).forEach(ids::add);
        assertThat(ids).hasSizeGreaterThan(ORDERS / 12);
        return ids;
    }
}
