package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.DeprecatedFeatures;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an exchange remembers counts in the memory budget. */
class ExchangeKeysTest {

    private static final int KEYS = 10_000;

    private final MemoryBudget budget = MemoryBudget.unlimited();
    private final VirtualHost vhost = new VirtualHost("/", DeprecatedFeatures.defaults(), budget, null, Work.atOnce());
    private final Bursts bursts = vhost.newBursts(null);

    private long usedByKeys() {
        vhost.exchanges().declare(Declarations.exchange("x", "x-message-deduplication", FieldTable.EMPTY), ACCESS);
        vhost.queues().declare(Declarations.exclusive("q"), this, ACCESS);
        vhost.bindings().bindQueue(new BindingDeclarations.BindingKey("q", "x", "", FieldTable.EMPTY), this, ACCESS);
        long before = budget.usedBytes();
        for (int key = 0; key < KEYS; key++) {
            publish(key);
        }
        vhost.purges().purge(vhost.queues().find("q", this));
        return budget.usedBytes() - before;
    }

    private void publish(int key) {
        FieldTable headers =
                FieldTable.builder().put("x-deduplication-header", key).build();
        Message message = new Message(
                new Address("x", ""), BasicProperties.builder().headers(headers).build(), new byte[0]);
        bursts.publish(message, vhost.route(vhost.exchanges().find("x"), List.of(""), message, bursts));
        bursts.flush();
    }

    @Test
    void growsWithTheKeys() {
        // Numbers in two tables: places, and where each key has its own.
        assertThat(usedByKeys()).isBetween(32L * KEYS, 100L * KEYS);
    }

    @Test
    void aDeletedExchangeTakesNothingAnyMore() {
        long before = budget.usedBytes();
        assertThat(usedByKeys()).isPositive();
        ExchangeKeys keys = Objects.requireNonNull(vhost.exchanges().find("x").keys());

        vhost.exchanges().delete("x", false, ACCESS);
        vhost.queues().delete("q", false, false, this, ACCESS);
        assertThat(budget.usedBytes()).isEqualTo(before);

        // A route that was found before leads there.
        keys.remember(KEYS + 1, 0);
        assertThat(budget.usedBytes()).isEqualTo(before);
    }

    @Test
    void aVirtualHostThatGoesDownTakesItsKeysAlong() {
        assertThat(usedByKeys()).isPositive();

        vhost.discard();

        assertThat(budget.usedBytes()).isZero();
    }
}
