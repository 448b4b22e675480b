package io.leveret.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
