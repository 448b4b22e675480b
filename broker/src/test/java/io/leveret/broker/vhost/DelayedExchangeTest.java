package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.DelayedVhost.cancel;
import static io.leveret.broker.vhost.DelayedVhost.delayed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.channel.Entries;
import io.leveret.broker.delay.DelayCounts;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits in a delayed exchange, when it leaves, and what is left of it. */
class DelayedExchangeTest {

    private final DelayedVhost host = new DelayedVhost();

    @AfterEach
    void stop() {
        host.close();
    }

    private static BasicProperties at(long timeMs) {
        return BasicProperties.builder()
                .deliveryMode(2)
                .headers(FieldTable.builder().put("x-deliver-at", timeMs).build())
                .build();
    }

    private DelayCounts counts() {
        return host.vhost.delayCounts();
    }

    @Test
    void holdsAMessageUntilItIsDueToTheMillisecond() {
        host.publish(delayed(true, 5_000, null), "late");
        host.pass(4_999);
        assertThat(host.take("out")).isEmpty();
        host.pass(1);
        assertThat(host.take("out")).containsExactly("late");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 1, 0, 0, 0));
    }

    @Test
    void routesAtOnceWhatAsksForNoDelayOrForAPastTime() {
        host.publish(BasicProperties.EMPTY, "none");
        host.publish(delayed(true, 0, null), "zero");
        host.publish(delayed(true, -5, null), "negative");
        host.publish(at(host.nowMs()), "now");
        assertThat(host.take("out")).containsExactly("none", "zero", "negative", "now");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 0, 0, 0, 0));
    }

    @Test
    void deliversAtATimeWhichWinsOverADelay() {
        BasicProperties both = BasicProperties.builder()
                .deliveryMode(2)
                .headers(FieldTable.builder()
                        .put("x-deliver-at", String.valueOf(host.nowMs() + 50))
                        .put("x-delay", 1)
                        .build())
                .build();
        host.publish(both, "late");
        host.pass(49);
        assertThat(host.take("out")).isEmpty();
        host.pass(1);
        assertThat(host.take("out")).containsExactly("late");
    }

    @Test
    void negatesTheDelayAndLeavesTheOtherHeadersAsTheyWere() {
        BasicProperties properties = BasicProperties.builder()
                .contentType("text/plain")
                .deliveryMode(2)
                .headers(FieldTable.builder()
                        .put("before", "b")
                        .put("x-delay", 70L)
                        .put("after", 9)
                        .build())
                .build();
        host.publish(properties, "late");
        host.pass(70);
        Message got = host.takeMessages("out").get(0);
        assertThat(got.properties().contentType()).isEqualTo("text/plain");
        assertThat(got.properties().headers())
                .isEqualTo(FieldTable.builder()
                        .put("before", "b")
                        .put("x-delay", FieldValue.of(-70))
                        .put("after", 9)
                        .build());
    }

    @Test
    void keepsTheOrderOfPublishingInTheSameMillisecondWhateverIsPersistent() {
        for (int i = 0; i < 20; i++) {
            host.gather(delayed(i % 3 != 0, 100, null), "m" + i);
            if (i % 7 == 0) {
                host.flush();
            }
        }
        host.flush();
        host.work();
        host.pass(100);
        assertThat(host.take("out"))
                .containsExactly(IntStream.range(0, 20).mapToObj(i -> "m" + i).toArray(String[]::new));
    }

    @Test
    void findsWhatIsDueMuchLaterInTheStoreAndHasItOnTime() {
        host.publish(delayed(true, 3_600_000, null), "hour");
        host.publish(delayed(true, 200_000, null), "minutes");
        host.pass(199_999);
        assertThat(host.take("out")).isEmpty();
        host.pass(1);
        assertThat(host.take("out")).containsExactly("minutes");
        host.pass(3_400_000);
        assertThat(host.take("out")).containsExactly("hour");
    }

    @Test
    void survivesARestartAndDeliversWhatFellDueMeanwhileInItsOrder() {
        host.publish(delayed(true, 3_000, null), "third");
        host.publish(delayed(true, 1_000, null), "first");
        host.publish(delayed(true, 2_000, null), "second");
        host.publish(delayed(true, 90_000, null), "later");
        host.publish(delayed(false, 1_000, null), "transient");
        host.pass(0);
        host.restart();
        assertThat(counts().waiting()).isEqualTo(4);
        host.pass(3_000);
        assertThat(host.take("out")).containsExactly("first", "second", "third");
        host.restart();
        host.pass(87_000);
        assertThat(host.take("out")).containsExactly("later");
    }

    @Test
    void takesBackAllThatHasTheMessageIdAndNothingElse() {
        host.publish(delayed(true, 10_000, "order-1"), "one");
        host.publish(delayed(false, 10_000, "order-1"), "transient");
        host.publish(delayed(true, 3_600_000, "order-1"), "in an hour");
        host.publish(delayed(true, 10_000, "order-2"), "two");
        host.publish(cancel("order-1"), "");
        host.publish(cancel("order-1"), "");
        host.publish(cancel("unknown"), "");
        host.publish(delayed(true, 10_000, "order-1"), "one again");
        host.pass(3_700_000);
        assertThat(host.take("out")).containsExactly("two", "one again");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 2, 0, 0, 3));
    }

    @Test
    void takesBackWhatFallsDueBeforeTheCancelHasReachedIt() {
        host.publish(delayed(true, 10, "order"), "late");
        host.store.hold();
        host.publish(cancel("order"), "");
        host.pass(10);
        assertThat(host.take("out")).isEmpty();
        host.store.release();
        host.pass(1_000);
        assertThat(counts()).isEqualTo(new DelayCounts(0, 0, 0, 0, 1));
    }

    @Test
    void doesACancelAfterARestartThatHadNotReachedAllBefore() {
        host.publish(delayed(true, 10, "order"), "late");
        host.store.hold();
        host.gather(cancel("order"), "");
        host.flush();
        host.restart();
        host.pass(1_000);
        assertThat(host.take("out")).isEmpty();
        assertThat(counts().waiting()).isZero();
        host.restart();
        assertThat(counts().waiting()).isZero();
    }

    @Test
    void dropsAllThatWaitsWithTheExchangeAndCountsIt() {
        for (int i = 0; i < 5; i++) {
            host.publish(delayed(i % 2 == 0, 100 + i, null), "m" + i);
        }
        host.vhost.exchanges().delete("later", false, ACCESS);
        host.declare("later", FieldTable.builder().put("x-delayed-type", "direct"));
        host.bind("later", "out");
        host.pass(10_000);
        assertThat(host.take("out")).isEmpty();
        assertThat(counts()).isEqualTo(new DelayCounts(0, 0, 0, 5, 0));
        host.restart();
        host.pass(10_000);
        assertThat(host.take("out")).isEmpty();
    }

    @Test
    void sendsWhatIsUnroutableToTheAlternateExchange() {
        host.declare(
                "lost", FieldTable.builder().put("x-delayed-type", "direct").put("alternate-exchange", "amq.fanout"));
        host.bind("amq.fanout", "out");
        host.gather("lost", "nowhere", delayed(true, 10, null), "m");
        host.flush();
        host.work();
        host.pass(10);
        assertThat(host.take("out")).containsExactly("m");
        assertThat(counts().delivered()).isEqualTo(1);
    }

    @Test
    void deadLettersWhatIsUnroutableAndTellsWhy() {
        host.declare(
                "lost",
                FieldTable.builder()
                        .put("x-delayed-type", "direct")
                        .put("x-dead-letter-exchange", "")
                        .put("x-dead-letter-routing-key", "out"));
        host.gather("lost", "nowhere", delayed(true, 10, null), "m");
        host.flush();
        host.work();
        host.pass(10);
        Message dead = host.takeMessages("out").get(0);
        assertThat(new String(dead.body(), StandardCharsets.UTF_8)).isEqualTo("m");
        FieldTable headers = dead.properties().headers();
        assertThat(headers.get("x-first-death-reason")).isEqualTo(FieldValue.of("unroutable"));
        assertThat(headers.get("x-first-death-queue")).isEqualTo(FieldValue.of("lost"));
        assertThat(counts()).isEqualTo(new DelayCounts(0, 0, 1, 0, 0));
    }

    @Test
    void dropsWhatHasNowhereToGoAndCountsIt() {
        host.gather("later", "nowhere", delayed(true, 10, null), "m");
        host.flush();
        host.work();
        host.pass(10);
        assertThat(counts()).isEqualTo(new DelayCounts(0, 0, 0, 1, 0));
        host.restart();
        host.pass(10_000);
        assertThat(counts()).isEqualTo(new DelayCounts(0, 0, 0, 0, 0));
    }

    @Test
    void holdsWhatComesThroughAnotherExchange() {
        host.vhost
                .bindings()
                .bindExchange(new BindingDeclarations.BindingKey("later", "amq.topic", "#", FieldTable.EMPTY), ACCESS);
        host.queue("direct");
        host.bind("amq.topic", "direct");
        host.gather("amq.topic", "out", delayed(true, 10, null), "held");
        host.gather("amq.topic", "direct", delayed(true, 10, null), "both");
        host.flush();
        host.work();
        assertThat(host.take("direct")).containsExactly("both");
        host.pass(10);
        assertThat(host.take("out")).containsExactly("held");
    }

    @Test
    void isListedByDueTime() throws IOException {
        host.publish(delayed(true, 3_000_000, null), "third");
        host.publish(delayed(false, 2_000, null), "second");
        host.publish(delayed(true, 1_000, null), "first");
        host.pass(0);
        List<String> listed = host.vhost.delayed("later", 0, 10).stream()
                .map(each -> each.dueMs() - host.nowMs() + " "
                        + new String(Objects.requireNonNull(each.message()).body(), StandardCharsets.UTF_8))
                .toList();
        assertThat(listed).containsExactly("1000 first", "2000 second", "3000000 third");
        assertThat(host.vhost.delayed("later", host.nowMs() + 1_500, 1)).hasSize(1);
    }

    @Test
    void refusesArgumentsInThePluginsWords() {
        assertThatThrownBy(() -> host.declare("x", FieldTable.builder()))
                .isInstanceOf(AmqpException.class)
                .hasMessageContaining("Invalid argument, 'x-delayed-type' must be an existing exchange type");
        assertThatThrownBy(() -> host.declare("x", FieldTable.builder().put("x-delayed-type", "x-delayed-message")))
                .hasMessageContaining("Invalid argument, 'x-delayed-message' can't be used for 'x-delayed-type'");
        assertThatThrownBy(() -> host.declare("x", FieldTable.builder().put("x-delayed-type", "nonsense")))
                .hasMessageContaining("unknown exchange type 'nonsense'");
        assertThatThrownBy(() -> host.declare("later", FieldTable.builder().put("x-delayed-type", "topic")))
                .hasMessageContaining("inequivalent arg 'x-delayed-type' for exchange 'later' in vhost '/': "
                        + "received 'topic' but current is 'direct'");
        assertThatThrownBy(() -> host.declare(
                        "x", FieldTable.builder().put("x-delayed-type", "topic").put("x-dead-letter-routing-key", "k")))
                .hasMessageContaining("routing_key_but_no_dlx_defined");
    }

    @Test
    void bringsWhatIsDueWithItsSettleInOneBatch() {
        host.publish(delayed(true, 10, null), "one");
        host.publish(delayed(true, 10, null), "two");
        long batches = host.store.batches();
        host.pass(10);
        assertThat(host.store.batches()).isEqualTo(batches + 1);
        assertThat(Objects.requireNonNull(host.vhost.queues().find("out", this))
                        .counts()
                        .ready())
                .isEqualTo(2);
    }

    /** In the middle of what falls due, as when memory runs out. */
    @Test
    void aQueueThatFailsKeepsNothingFromTheOthersNorGetsWhatIsTheirs() {
        Queue broken = host.queue("broken");
        host.bind("later", "broken");
        broken.addConsumer(Entries.consumer(broken, new BurstsTest.BrokenTarget(), 10));
        for (String queue : List.of("broken", "out", "broken", "out")) {
            host.gather("later", queue, delayed(true, 10, null), "to " + queue);
        }
        host.flush();
        host.pass(10);
        host.publish(delayed(true, 10, null), "later");

        host.pass(10);
        assertThat(host.take("out")).containsExactly("to out", "to out", "later");
        assertThat(counts()).isEqualTo(new DelayCounts(0, 5, 0, 0, 0));

        host.restart();
        assertThat(host.take("broken")).containsExactly("to broken", "to broken");
    }
}
