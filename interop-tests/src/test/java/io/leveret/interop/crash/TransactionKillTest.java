package io.leveret.interop.crash;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.PaymentService.Order;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The server is killed again and again under a service which, whenever it does not know what became of an order, begins again with the same
 * half messages: those of each order that is paid come once, all three and in order, and none of another one. {@code -Dcrash.rounds=100} makes
 * more rounds, {@code -Dcrash.seed} other choices.
 */
@Timeout(3_600)
class TransactionKillTest {

    private static final int ROUNDS = Integer.getInteger("crash.rounds", 6);
    private static final int PRODUCERS = 2;
    private static final int ORDERS_OF_ONE = 300;
    private static final int MESSAGES = 3;
    private static final long SEED = Long.getLong("crash.seed", 29);
    private static final int TIMEOUT_MS = 1_000;
    private static final int INTERVAL_MS = 300;
    private static final int PATIENCE_SECONDS = 60;

    private final Random random = new Random(SEED);
    private final Payments payments = new Payments();
    private final List<PaymentService> services = new ArrayList<>();

    /** What each producer goes through, from where it likes. */
    private final List<List<Order>> orders =
            IntStream.range(0, PRODUCERS).mapToObj(this::orders).toList();

    private final int[] next = new int[PRODUCERS];

    private List<Order> orders(int producer) {
        return IntStream.range(0, ORDERS_OF_ONE)
                .mapToObj(number -> Order.random(producer * ORDERS_OF_ONE + number, random))
                .toList();
    }

    @Test
    void theMessagesOfEachPaidOrderComeOnceAndTogetherOverKills() throws Exception {
        Path folder = Files.createTempDirectory("leveret-payments");
        for (int round = 0; round < ROUNDS; round++) {
            ServerProcess server = start(folder);
            try (Client client = Client.connect(server.address())) {
                PaymentService.declare(client.channel(), TIMEOUT_MS, INTERVAL_MS);
            }
            liveUntilKilled(server);
            if (random.nextInt(3) == 0) {
                Duration after = Duration.ofMillis(300 + random.nextInt(1_000));
                ServerProcess.killWhileStarting(folder, CrashSettings.HEAP_MAX_MIB, settings(), after);
            }
        }
        try (ServerProcess server = start(folder);
                Client client = Client.connect(server.address())) {
            liveToTheEnd(server.address(), client);
            check(client.channel());
        }
        Folders.delete(folder);
    }

    private ServerProcess start(Path folder) throws Exception {
        return ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, settings());
    }

    private List<String> settings() {
        List<String> settings = new ArrayList<>(CrashSettings.random(random));
        settings.add(Undecided.SETTING);
        return settings;
    }

    private void liveUntilKilled(ServerProcess server) throws Exception {
        CountDownLatch beforeKill = new CountDownLatch(20 + random.nextInt(120));
        PaymentService service = new PaymentService(payments, MESSAGES);
        services.add(service);
        try (Instances instances = new Instances()) {
            try {
                startAnswering(instances, service, server.address());
                for (int producer = 0; producer < PRODUCERS; producer++) {
                    int each = producer;
                    Random own = new Random(random.nextLong());
                    instances.start(() -> produce(service, server.address(), each, own, beforeKill));
                }
                assertThat(beforeKill.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .as("seed %d: orders are taken", SEED)
                        .isTrue();
            } finally {
                instances.serverGoes();
                server.kill();
                service.stop();
                instances.join();
            }
        }
    }

    private void startAnswering(Instances instances, PaymentService service, InetSocketAddress address) {
        for (int i = 0; i < 2; i++) {
            Random own = new Random(random.nextLong());
            instances.start(() -> service.answer(address, own));
        }
    }

    /** Takes one order after another, and now and then once more one that came before, until the server is gone. */
    private void produce(
            PaymentService service, InetSocketAddress address, int producer, Random own, CountDownLatch taken)
            throws Exception {
        List<Order> mine = orders.get(producer);
        try (Client client = Client.connect(address)) {
            Channel channel = client.channel();
            channel.confirmSelect();
            while (true) {
                boolean again = next[producer] > 0 && (next[producer] == mine.size() || own.nextInt(3) == 0);
                Order order = again ? mine.get(own.nextInt(next[producer])).whole() : mine.get(next[producer]++);
                service.take(channel, order);
                taken.countDown();
            }
        }
    }

    /** Every other order is begun once more, all that is not decided then is asked for. */
    private void liveToTheEnd(InetSocketAddress address, Client client) throws Exception {
        PaymentService service = new PaymentService(payments, MESSAGES);
        services.add(service);
        try (Instances instances = new Instances()) {
            try {
                startAnswering(instances, service, address);
                Channel channel = client.channel();
                channel.confirmSelect();
                for (int producer = 0; producer < PRODUCERS; producer++) {
                    for (Order order : orders.get(producer).subList(0, next[producer])) {
                        if (random.nextBoolean()) {
                            service.take(channel, order.whole());
                        }
                    }
                }
                long messages = (long) payments.paid().size() * MESSAGES;
                Counts.await(channel, PaymentService.MESSAGES.exchange(), messages);
                new Undecided(client, PaymentService.MESSAGES).awaitNone();
            } finally {
                service.stop();
                instances.join();
            }
        }
    }

    private void check(Channel channel) throws Exception {
        List<Integer> whole = IntStream.rangeClosed(1, MESSAGES).boxed().toList();
        assertThat(HalfMessages.drain(channel, PaymentService.MESSAGES.exchange()))
                .as("seed %d", SEED)
                .isEqualTo(payments.paid().stream().collect(toMap(id -> id, id -> whole)));
        assertThat(payments.paid()).hasSizeGreaterThan(20);
        assertThat(services)
                .as("rounds in which somebody was asked")
                .anyMatch(each -> !each.asked().isEmpty());
    }
}
