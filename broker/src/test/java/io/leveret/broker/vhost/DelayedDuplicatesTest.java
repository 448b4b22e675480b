package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.delay.DelayCounts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Duplicates among messages that wait: an exchange knows them when they are published, a queue when they fall due. */
class DelayedDuplicatesTest {

    private static final FieldTable UNIQUE =
            FieldTable.builder().put("x-message-deduplication", true).build();

    private final DelayedVhost host = new DelayedVhost();

    @AfterEach
    void stop() {
        host.close();
    }

    private static BasicProperties keyed(String key, long delayMs) {
        return headers("m-" + key, FieldTable.builder().put("x-delay", delayMs).put("x-deduplication-header", key));
    }

    private static BasicProperties headers(String id, FieldTable.Builder headers) {
        return BasicProperties.builder()
                .deliveryMode(2)
                .messageId(id)
                .headers(headers.build())
                .build();
    }

    private void declareOnce() {
        host.declare("once", FieldTable.builder().putAll(UNIQUE).put("x-delayed-type", "direct"));
        host.bind("once", "out");
    }

    private void declareUnique() {
        host.vhost.queues().declare(durable("unique", UNIQUE), this, ACCESS);
        host.bind("later", "unique");
    }

    private void publish(String exchange, String key, BasicProperties properties, String body) {
        host.gather(exchange, key, properties, body);
        host.flush();
        host.work();
    }

    private DelayCounts counts() {
        return host.vhost.delayCounts();
    }

    private long ready(String queue) {
        return host.vhost.queues().find(queue, this).counts().ready();
    }

    @Test
    void anExchangeDropsADuplicateWhenItIsPublished() {
        declareOnce();
        publish("once", "out", keyed("k", 50), "first");
        publish("once", "out", keyed("k", 10), "while it waits");
        assertThat(counts().waiting()).isOne();

        host.pass(50);
        publish("once", "out", keyed("k", 0), "later");

        assertThat(host.take("out")).containsExactly("first");
    }

    @Test
    void whatCouldNotBeAppendedMayComeAgain() {
        declareOnce();
        host.gather("once", "out", keyed("k", 50), "first");
        host.store.exhaustAppend();
        assertThatThrownBy(host::flush).isInstanceOf(OutOfMemoryError.class);

        publish("once", "out", keyed("k", 50), "again");
        host.pass(50);

        assertThat(host.take("out")).containsExactly("again");
    }

    /** Nothing of it is in a queue, and its keys are free. */
    @Test
    void whatIsDueStaysUntilItCanBeAppended() {
        declareUnique();
        publish("later", "unique", keyed("k", 50), "k");
        publish("later", "unique", keyed("l", 50), "l");
        publish("later", "unique", keyed("m", 50), "m");
        publish("later", "unique", DelayedVhost.cancel("m-m"), "");
        host.store.exhaustAppend();

        host.pass(50);
        assertThat(ready("unique")).isZero();
        host.pass(1_000);

        assertThat(ready("unique")).isEqualTo(2);
        assertThat(counts()).isEqualTo(new DelayCounts(0, 2, 0, 0, 1));
        assertThat(host.stored("later")).isEmpty();
    }

    @Test
    void anExchangeKnowsTheKeysOfWhatWaitsOverARestart() {
        declareOnce();
        publish("once", "out", keyed("k", 50), "first");

        host.restart();
        publish("once", "out", keyed("k", 50), "again");
        publish("once", "out", keyed("l", 50), "other");
        host.pass(50);

        assertThat(host.take("out")).containsExactly("first", "other");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 2, 0, 0, 0));
    }

    @Test
    void whatTakesOthersBackIsNoDuplicateAndTakesNoKey() {
        declareOnce();
        publish("once", "out", keyed("k", 50), "first");

        BasicProperties cancel = headers(
                "m-k", FieldTable.builder().put("x-cancel", FieldValue.of(true)).put("x-deduplication-header", "k"));
        publish("once", "out", cancel, "");
        BasicProperties other = headers(
                "m-k", FieldTable.builder().put("x-cancel", FieldValue.of(true)).put("x-deduplication-header", "l"));
        publish("once", "out", other, "");
        publish("once", "out", keyed("l", 50), "l");
        host.pass(50);

        assertThat(host.take("out")).containsExactly("l");
        assertThat(counts().cancelled()).isOne();
    }

    @Test
    void aQueueDropsADuplicateThatFallsDueAndItIsCounted() {
        declareUnique();
        publish("later", "unique", keyed("k", 10), "first");
        publish("later", "unique", keyed("k", 20), "second");
        publish("later", "unique", keyed("l", 20), "other");

        host.pass(20);

        assertThat(ready("unique")).isEqualTo(2);
        assertThat(counts()).isEqualTo(new DelayCounts(0, 2, 0, 1, 0));
        host.restart();
        assertThat(counts().waiting()).as("settled with it").isZero();
        assertThat(ready("unique")).isEqualTo(2);
    }

    @Test
    void aQueueKnowsTheKeyOfWhatFellDue() {
        declareUnique();
        publish("later", "unique", keyed("k", 10), "first");
        host.pass(10);
        publish("", "unique", keyed("k", 0), "at once");
        assertThat(ready("unique")).isOne();

        host.restart();
        publish("", "unique", keyed("k", 0), "after a restart");

        assertThat(ready("unique")).isOne();
        assertThat(host.vhost.deduplication())
                .extracting(DeduplicationState::unsettled)
                .containsExactly(1L);
    }

    @Test
    void whatGoesNowhereWhenItIsDueLeavesNoKeyAtAnExchangeBehind() {
        host.declare("later", FieldTable.builder().put("x-delayed-type", "direct"));
        host.vhost
                .exchanges()
                .declare(new ExchangeDeclare("behind", "direct", false, true, false, false, false, UNIQUE), ACCESS);
        for (String key : new String[] {"nowhere", "target"}) {
            host.vhost
                    .bindings()
                    .bindExchange(new BindingDeclarations.BindingKey("behind", "later", key, FieldTable.EMPTY), ACCESS);
        }
        host.queue("target");
        // Behind that exchange alone.
        host.bind("behind", "target");
        publish("later", "nowhere", keyed("k", 10), "first");
        publish("later", "target", keyed("k", 10), "second");

        host.pass(10);

        assertThat(host.take("target")).containsExactly("second");
    }

    @Test
    void anExchangeBehindKnowsDuplicatesWhenTheyFallDue() {
        host.declare("later", FieldTable.builder().put("x-delayed-type", "direct"));
        host.vhost
                .exchanges()
                .declare(
                        new ExchangeDeclare(
                                "behind",
                                "x-message-deduplication",
                                false,
                                true,
                                false,
                                false,
                                false,
                                FieldTable.EMPTY),
                        ACCESS);
        host.vhost
                .bindings()
                .bindExchange(new BindingDeclarations.BindingKey("behind", "later", "b", FieldTable.EMPTY), ACCESS);
        host.bind("behind", "out");
        publish("later", "b", keyed("k", 10), "first");
        publish("later", "b", keyed("k", 10), "second");

        host.pass(10);
        publish("behind", "out", keyed("k", 0), "third");

        assertThat(host.take("out")).containsExactly("first");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 1, 0, 1, 0));
    }

    @Test
    void whatIsWrongWithAHeaderOfAnotherQueueCountsAsNotThere() {
        declareUnique();
        FieldTable.Builder odd = FieldTable.builder()
                .put("x-delay", 10)
                .put("x-deduplication-header", FieldTable.EMPTY)
                .put("x-cache-ttl", "soon");
        publish("later", "unique", headers("m", odd), "odd");

        host.pass(10);

        assertThat(ready("unique")).isOne();
    }
}
