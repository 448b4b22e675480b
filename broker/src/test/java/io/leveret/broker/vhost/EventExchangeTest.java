package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.auth.Access;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.auth.User;
import io.leveret.broker.event.Events;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Events on their way to a queue, on a pool that works when the test says so. */
class EventExchangeTest {

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final MemoryBudget budget = MemoryBudget.unlimited();
    private final Events events = new Events("node@host", "/", InstantSource.system());
    private final VirtualHost vhost = open("/");
    private final Access access = Objects.requireNonNull(
            new Authenticator(LoginSettings.defaults()).access(new User("guest", List.of()), "/"));

    private VirtualHost open(String name) {
        Work work = new Work(Runnable::run, pool::add, (delayMs, task) -> Cancellable.NOTHING, InstantSource.system());
        return new VirtualHost(name, DeprecatedFeatures.defaults(), budget, null, work, events);
    }

    private Queue declare(VirtualHost in, String name) {
        return in.queues()
                .declare(new QueueDeclare(name, false, true, false, false, false, FieldTable.EMPTY), this, access);
    }

    private Queue listen() {
        Queue queue = declare(vhost, "events");
        vhost.bindings().bindQueue(new BindingKey("events", Events.EXCHANGE, "#", FieldTable.EMPTY), this, access);
        return queue;
    }

    private void work() {
        for (Runnable task = pool.poll(); task != null; task = pool.poll()) {
            task.run();
        }
    }

    private static List<String> keys(Queue queue) {
        List<String> keys = new ArrayList<>();
        for (QueueEntry next = queue.get(true); next != null; next = queue.get(true)) {
            keys.add(next.message().address().routingKey());
        }
        return keys;
    }

    @Test
    void withoutABindingNothingIsDone() {
        // What a virtual host begins with.
        work();

        declare(vhost, "q");

        assertThat(events.areWanted()).isFalse();
        assertThat(pool).isEmpty();
    }

    @Test
    void eventsArePublishedInTheirOrderAndNotByWhoTells() {
        Queue queue = listen();
        declare(vhost, "q");
        vhost.queues().delete("q", false, false, this, access);

        assertThat(keys(queue)).isEmpty();
        work();
        assertThat(keys(queue)).containsExactly("binding.created", "queue.created", "queue.deleted");
    }

    @Test
    void onlyOneVirtualHostHasTheExchangeAndItHearsOfAll() {
        VirtualHost other = open("other");
        Queue queue = listen();
        work();
        keys(queue);

        declare(other, "q");
        work();

        assertThat(keys(queue)).containsExactly("queue.created");
        assertThat(other.declared().exchangeType(Events.EXCHANGE)).isNull();
        assertThat(vhost.declared().exchangeType(Events.EXCHANGE)).isNotNull();
    }

    @Test
    void thousandsAreHeardWhileTheyCome() {
        Queue queue = listen();
        for (int i = 0; i < 2_000; i++) {
            declare(vhost, "q" + i);
        }
        work();

        assertThat(keys(queue)).hasSize(2_001);
    }

    @Test
    void whatNobodyCanKeepUpWithIsLostAndNotKept() {
        Queue queue = listen();
        for (int i = 0; i < 100_005; i++) {
            events.tell("too.much", FieldTable::builder);
        }
        work();

        assertThat(keys(queue)).hasSize(100_000);
        events.tell("again", FieldTable::builder);
        work();
        assertThat(keys(queue)).containsExactly("again");
    }

    @Test
    void largeOnesAreBoundedByTheirBytesAndCountAsMemory() {
        Queue queue = listen();
        work();
        keys(queue);
        long before = budget.usedBytes();
        String large = "a".repeat(1 << 20);
        for (int i = 0; i < 100; i++) {
            events.tell("large", () -> FieldTable.builder().put("arguments", large));
        }

        assertThat(budget.usedBytes() - before).isBetween(63L << 20, EventExchange.WAITING_MAX_BYTES);
        work();
        assertThat(keys(queue)).hasSize(63);
        assertThat(budget.usedBytes()).isEqualTo(before);
    }
}
