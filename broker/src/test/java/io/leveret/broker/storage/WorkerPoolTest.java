package io.leveret.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a task throws shows in the log, whichever way it came to the pool. */
class WorkerPoolTest {

    private static final long TIMEOUT_SECONDS = 20;
    private static final Logger TASKS = (Logger) LoggerFactory.getLogger(LoggedTask.class);

    private final BlockingQueue<ILoggingEvent> said = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> ear = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event);
        }
    };
    private final WorkerPool pool = new WorkerPool("worker", 1);

    @BeforeEach
    void listen() {
        ear.start();
        TASKS.setAdditive(false);
        TASKS.addAppender(ear);
    }

    @AfterEach
    void close() {
        pool.close();
        TASKS.detachAppender(ear);
        TASKS.setAdditive(true);
    }

    @Test
    void aTaskThatFailsIsLoggedWithItsName() throws Exception {
        pool.execute(WorkerPoolTest::fail);
        assertTold();
    }

    @Test
    void aTaskForLaterThatFailsIsLogged() throws Exception {
        pool.schedule(WorkerPoolTest::fail, 1);
        assertTold();
    }

    @Test
    void aRepeatedTaskThatFailsIsLoggedAndGoesOn() throws Exception {
        CountDownLatch runs = new CountDownLatch(3);
        pool.repeat(
                () -> {
                    runs.countDown();
                    fail();
                },
                1);
        assertThat(runs.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertTold();
    }

    @Test
    void aTaskAtARateDoesNotPauseWhileItIsLate() throws Exception {
        long periodNs = TimeUnit.MILLISECONDS.toNanos(5);
        BlockingQueue<Long> pauses = new LinkedBlockingQueue<>();
        AtomicInteger runs = new AtomicInteger();
        AtomicLong ended = new AtomicLong(System.nanoTime());
        pool.repeatAtRate(
                () -> {
                    long begun = System.nanoTime();
                    pauses.add(begun - ended.get());
                    boolean first = runs.getAndIncrement() == 0;
                    while (first && System.nanoTime() - begun < 10 * periodNs) {
                        Thread.onSpinWait();
                    }
                    ended.set(System.nanoTime());
                },
                5);

        List<Long> late = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            late.add(pauses.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        }
        assertThat(Collections.min(late.subList(1, 10))).isLessThan(periodNs);
    }

    @Test
    void whatComesForLaterOnceItIsClosedIsDropped() {
        pool.close();
        pool.schedule(WorkerPoolTest::fail, 1);

        assertThat(said).isEmpty();
    }

    private void assertTold() throws InterruptedException {
        ILoggingEvent event = said.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        assertThat(event.getLevel()).isEqualTo(Level.ERROR);
        assertThat(event.getFormattedMessage()).isEqualTo("A background task failed task=WorkerPoolTest");
        assertThat(event.getThrowableProxy().getMessage()).isEqualTo("on purpose");
    }

    private static void fail() {
        throw new IllegalStateException("on purpose");
    }
}
