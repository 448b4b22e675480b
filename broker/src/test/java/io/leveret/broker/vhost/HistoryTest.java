package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.Routable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HistoryTest {

    private static final int MESSAGES = 2_000;

    /** Against a plain list: a new binding gets the last of what wanted to be kept, in order. */
    @RepeatedTest(50)
    void givesTheLastMessagesThatWantToBeKept(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int length = 1 + random.nextInt(30);
        History history = new History(length(FieldValue.of(length)), null, MemoryBudget.unlimited());
        List<Message> kept = new ArrayList<>();

        for (int step = 0; step < 200; step++) {
            boolean unwanted = random.nextInt(4) == 0;
            Message message = message(unwanted);
            history.add(message, () -> {});
            if (!unwanted) {
                kept.add(message);
            }
            if (random.nextInt(5) == 0) {
                assertThat(history.upTo(() -> {}))
                        .as("seed %d, step %d", repetition.getCurrentRepetition(), step)
                        .isEqualTo(kept.subList(Math.max(0, kept.size() - length), kept.size()));
            }
        }
    }

    @Test
    void keepsTwentyMessagesUnlessToldOtherwise() {
        History history = new History(FieldTable.EMPTY, null, MemoryBudget.unlimited());
        for (int i = 0; i < 30; i++) {
            history.add(message(false), () -> {});
        }

        assertThat(history.upTo(() -> {})).hasSize(20);
    }

    @Test
    void whatItKeepsCountsAsMemoryUntilItEnds() {
        MemoryBudget budget = MemoryBudget.unlimited();
        History history = new History(length(FieldValue.of(3)), null, budget);
        Message message = message(false);
        for (int i = 1; i <= 5; i++) {
            history.add(message, () -> {});
            assertThat(budget.usedBytes()).isEqualTo((long) Math.min(i, 3) * message.heapBytes());
        }

        history.end();
        history.add(message, () -> {});

        assertThat(budget.usedBytes()).isZero();
        assertThat(history.upTo(() -> {})).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void refusesALengthThatIsNotPositive(long length) {
        assertThatThrownBy(() -> History.check(length(FieldValue.of(length))))
                .isInstanceOf(AmqpException.class)
                .hasMessageContaining(
                        "Invalid argument " + length + ", 'x-recent-history-length' must be a positive integer");
        assertThatCode(() -> History.check(length(FieldValue.of(1)))).doesNotThrowAnyException();
    }

    /** Two threads publish while queues are bound: each queue gets every message once, kept or as it comes. */
    @Test
    void givesANewBindingEachMessageOnceWhoeverPublishes() throws Exception {
        Exchange exchange = new Exchange(new ExchangeDeclaration(
                "x", "/", ExchangeType.RECENT_HISTORY, false, false, false, length(FieldValue.of(Integer.MAX_VALUE))));
        ConcurrentMap<Destination, AtomicInteger> received = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = threads.submit(() -> publish(exchange, received));
            Future<?> two = threads.submit(() -> publish(exchange, received));
            for (int i = 0; i < 50; i++) {
                Queue queue =
                        new Queue(new QueueDeclaration("q" + i, "/", false, false, null, FieldTable.EMPTY), () -> {});
                int before = history(exchange)
                        .upTo(() -> exchange.bind(new Binding(exchange, queue, "", FieldTable.EMPTY)))
                        .size();
                received.computeIfAbsent(queue, any -> new AtomicInteger()).addAndGet(before);
            }
            one.get(60, TimeUnit.SECONDS);
            two.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdown();
        }

        assertThat(received).hasSize(50);
        assertThat(received.values()).allSatisfy(count -> assertThat(count).hasValue(2 * MESSAGES));
    }

    private static void publish(Exchange exchange, ConcurrentMap<Destination, AtomicInteger> received) {
        for (int i = 0; i < MESSAGES; i++) {
            exchange.route(
                    Routable.of("key"),
                    message(false),
                    destination -> received.computeIfAbsent(destination, any -> new AtomicInteger())
                            .incrementAndGet());
        }
    }

    private static History history(Exchange exchange) {
        History history = exchange.history();
        if (history == null) {
            throw new AssertionError("no history");
        }
        return history;
    }

    private static Message message(boolean unwanted) {
        BasicProperties properties = unwanted
                ? BasicProperties.builder()
                        .headers(FieldTable.builder()
                                .put("x-recent-history-no-store", FieldValue.of(true))
                                .build())
                        .build()
                : BasicProperties.EMPTY;
        return new Message(new Address("x", "key"), properties, new byte[0]);
    }

    private static FieldTable length(FieldValue length) {
        return FieldTable.builder().put("x-recent-history-length", length).build();
    }
}
