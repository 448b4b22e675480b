package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ReplyCode;
import io.leveret.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A queue whose message 1,300 can't be read. */
class UnreadableQueueTest {

    private static final int DAMAGED = 1_300;
    private static final long POSITION = FakeBacklog.FIRST_POSITION + DAMAGED;
    private static final String TEXT =
            "INTERNAL_ERROR - queue 'q' in vhost '/': message can't be read: position " + POSITION + " is damaged";
    private static final Logger REFILL = (Logger) LoggerFactory.getLogger(Refill.class);

    private final FakeBacklog store = new FakeBacklog();
    private final List<QueueEntry> log = new ArrayList<>();
    private final FakeTarget target = new FakeTarget(log);
    private final MemoryBudget budget = new MemoryBudget(1L << 40, store::execute, () -> 0);
    private final Queue queue = new Queue(Queues.queue().declaration(), () -> {}, Queues.context(budget, null), store);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void listen() {
        said.start();
        REFILL.setAdditive(false);
        REFILL.setLevel(Level.INFO);
        REFILL.addAppender(said);
        publish(0, 2_000);
        queue.pageOut().drop(10);
        store.damage(POSITION);
    }

    @AfterEach
    void listenNoMore() {
        REFILL.detachAppender(said);
        REFILL.setLevel(null);
        REFILL.setAdditive(true);
    }

    @Test
    void aConsumerGetsWhatStandsBeforeInOrderAndIsThenTakenOff() {
        Consumer consumer = consume();
        runUntilRetry();

        assertThat(ids()).isEqualTo(range(0, DAMAGED));
        assertThat(target.unreadable()).containsExactly(consumer);
        assertThat(queue.counts().consumers()).isZero();
        assertThat(queue.counts().ready()).isEqualTo(2_000 - DAMAGED);
    }

    @Test
    void aConsumerStaysAsLongAsThereIsSomethingForIt() {
        target.room(1_100);
        Consumer consumer = consume();
        runUntilRetry();
        assertThat(target.unreadable()).isEmpty();

        target.room(1_000);
        queue.activate(consumer);

        assertThat(ids()).isEqualTo(range(0, DAMAGED));
        assertThat(target.unreadable()).containsExactly(consumer);
    }

    @Test
    void aGetThatWaitsIsToldAndRefused() {
        get(DAMAGED);
        List<String> told = new ArrayList<>();
        assertThat(queue.get(true, () -> told.add("look again")).waits()).isTrue();
        store.runOne();

        assertThat(told).containsExactly("look again");
        assertRefused(catchThrowable(() -> queue.get(true, () -> {})));
    }

    @Test
    void nobodyCanConsumeUntilAReadWorks() {
        get(DAMAGED);
        queue.get(true, () -> {});
        store.runOne();
        assertRefused(catchThrowable(this::consume));

        store.damage(null);
        store.runOne();
        consume();
        store.runAll();

        assertThat(ids()).isEqualTo(range(DAMAGED, 2_000));
        assertThat(said.list)
                .last()
                .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.INFO));
    }

    @Test
    void triesAgainAfterPausesThatGrow() {
        consume();
        for (int i = 0; i < 20; i++) {
            store.runOne();
        }

        assertThat(store.delaysMs()).startsWith(1000L, 2000L, 4000L, 8000L, 16_000L, 32_000L, 60_000L, 60_000L);
        assertThat(store.delaysMs()).last().isEqualTo(60_000L);
    }

    @Test
    void theLogNamesItInOneLineEachMinute() {
        consume();
        while (store.delaysMs().stream().mapToLong(Long::longValue).sum() < 300_000) {
            store.runOne();
        }

        assertThat(said.list).hasSizeBetween(4, 6).allSatisfy(event -> {
            assertThat(event.getFormattedMessage())
                    .contains("position " + POSITION + " is damaged", "call for help", "vhost=/", "queue=q");
            assertThat(event.getThrowableProxy()).isNull();
        });
    }

    @Test
    void whatIsPublishedMeanwhileWaitsBehindIt() {
        consume();
        runUntilRetry();
        publish(2_000, 2_010);
        assertThat(queue.counts().ready()).isEqualTo(2_010 - DAMAGED);

        store.damage(null);
        store.runOne();
        consume();
        store.runAll();

        assertThat(ids()).isEqualTo(range(0, 2_010));
    }

    @Test
    void whatReturnsIsDeliveredAgain() {
        consume();
        runUntilRetry();
        queue.requeue(log.subList(0, 10));
        log.clear();
        consume();

        assertThat(ids()).isEqualTo(range(0, 10));
        assertThat(target.unreadable()).hasSize(2);
    }

    @Test
    void aPurgeGivesItUp() {
        consume();
        runUntilRetry();
        store.purge(queue.purgeReady());
        log.clear();
        publish(2_000, 4_000);
        queue.pageOut().drop(10);
        consume();
        store.runAll();

        assertThat(ids()).isEqualTo(range(2_000, 4_000));
        assertThat(store.delaysMs()).containsExactly(1000L);
    }

    @Test
    void aQueueThatIsDeletedIsNotReadAnyMore() {
        consume();
        runUntilRetry();
        queue.delete(false, false);
        queue.afterDelete();
        store.runAll();

        assertThat(store.delaysMs()).containsExactly(1000L);
    }

    @Test
    void whatWasGivenOutAndCanNoLongerBeReadHidesNothingBeforeIt() {
        store.damage(null);
        Consumer consumer = consume();
        store.runAll();
        log.forEach(QueueEntry::transmitted);
        queue.pageOut().drop(10);
        queue.removeConsumer(consumer);
        queue.requeue(new ArrayList<>(log));
        log.clear();
        store.damage(POSITION);
        consume();
        runUntilRetry();

        assertThat(ids()).isEqualTo(range(0, DAMAGED));
        assertThat(target.unreadable()).hasSize(1);
    }

    private static void assertRefused(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(AmqpException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ReplyCode.INTERNAL_ERROR);
            assertThat(refused.replyText()).isEqualTo(TEXT);
        });
    }

    private void runUntilRetry() {
        while (store.delaysMs().isEmpty()) {
            store.runOne();
        }
    }

    private Consumer consume() {
        Consumer consumer = Queues.consumer(queue, target, "c", 10_000);
        queue.addConsumer(consumer);
        return consumer;
    }

    private void get(int count) {
        for (int got = 0; got < count; ) {
            if (queue.get(true, () -> {}).waits()) {
                store.runOne();
            } else {
                got++;
            }
        }
    }

    private void publish(int first, int end) {
        List<Message> messages =
                IntStream.range(first, end).mapToObj(Queues::message).toList();
        long position = store.append(messages);
        store.allReadable();
        QueueBurst burst = new QueueBurst(queue);
        for (int i = 0; i < messages.size(); i++) {
            burst.publish(messages.get(i), i);
        }
        store.arrived(position);
        burst.flush(position);
    }

    private List<Integer> ids() {
        return log.stream().map(Queues::idOf).toList();
    }

    private static List<Integer> range(int first, int end) {
        return IntStream.range(first, end).boxed().toList();
    }
}
