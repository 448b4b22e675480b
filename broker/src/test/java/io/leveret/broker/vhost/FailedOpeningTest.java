package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a virtual host leaves behind that could not be opened: nothing. */
class FailedOpeningTest {

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final MemoryBudget budget = MemoryBudget.unlimited();
    private FakeStore store = new FakeStore();

    /** A queue that is in the memory budget once it is recovered, even if it is empty. */
    @BeforeEach
    void declareQueue() {
        FieldTable unique =
                FieldTable.builder().put("x-message-deduplication", true).build();
        VirtualHost vhost = open(Work.atOnce());
        vhost.queues().declare(durable("q", unique), this, ACCESS);
        vhost.discard();
        assertThat(budget.usedBytes()).isZero();
        store = store.reopen();
    }

    @AfterEach
    void stop() {
        readers.close();
    }

    private VirtualHost open(Work work) {
        return new VirtualHost("/", DeprecatedFeatures.defaults(), budget, new Journal(store, readers), work);
    }

    @Test
    void whatFailsAfterItsRecoveryLeavesNothingInTheMemoryBudget() {
        Work failing = new Work(
                Runnable::run,
                task -> {
                    assertThat(budget.usedBytes()).as("of what is recovered").isPositive();
                    throw new IllegalStateException("on purpose");
                },
                (delayMs, task) -> Cancellable.NOTHING,
                InstantSource.system());

        assertThatThrownBy(() -> open(failing)).hasMessage("on purpose");

        assertThat(budget.usedBytes()).isZero();
    }
}
