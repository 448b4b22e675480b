package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.TransactionalVhost.arguments;
import static io.leveret.broker.vhost.TransactionalVhost.deadLettering;
import static io.leveret.broker.vhost.TransactionalVhost.half;
import static io.leveret.broker.vhost.TransactionalVhost.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.transaction.Undecided;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionalExchangeTest {

    private final TransactionalVhost host = new TransactionalVhost();

    @AfterEach
    void close() {
        host.close();
    }

    private void publish(String exchange, BasicProperties properties, String body) {
        host.gather(exchange, properties, body);
        host.flush();
        host.work();
    }

    @Test
    void routesAtOnceWhatIsInNoTransaction() {
        publish("tx", BasicProperties.EMPTY, "one");
        publish("tx", properties("m", Map.of("x-tx-timeout", 5)), "two");

        assertThat(host.take("out")).containsExactly("one", "two");
    }

    @Test
    void deliversACommittedTransactionInItsOrder() {
        host.prepare("a", "one");
        host.prepare("b", "other");
        host.prepare("a", "two");
        assertThat(host.take("out")).isEmpty();
        assertThat(host.listed()).containsExactly("a OPEN 2 0", "b OPEN 1 0");

        host.commit("a");

        assertThat(host.take("out")).containsExactly("one", "two");
        assertThat(host.listed()).containsExactly("b OPEN 1 0");
        assertThat(host.vhost.transactionCounts().committed()).isEqualTo(1);
    }

    @Test
    void dropsARolledBackTransaction() {
        host.prepare("a", "one");
        host.rollBack("a");

        assertThat(host.take("out")).isEmpty();
        assertThat(host.stored()).isZero();
        assertThat(host.vhost.transactionCounts().rolledBack()).isEqualTo(1);
    }

    @Test
    void storesARepeatedHalfMessageOnce() {
        host.send("a", "m", "one");
        host.send("a", "m", "one");
        host.send("a", null, "two");
        host.send("a", null, "two");
        host.work();
        assertThat(host.listed()).containsExactly("a OPEN 3 0");
        assertThat(host.stored()).isEqualTo(3);

        host.commit("a");

        assertThat(host.take("out")).containsExactly("one", "two", "two");
        assertThat(host.vhost.transactionCounts().repeated()).isEqualTo(1);
    }

    @Test
    void asksAsOftenAndWhenItIsTold() {
        host.prepare("a", "one");
        host.pass(99);
        assertThat(host.take("checks")).isEmpty();
        host.pass(1);
        assertThat(host.take("checks")).containsExactly("one");
        host.pass(999);
        assertThat(host.take("checks")).isEmpty();
        host.pass(1);
        assertThat(host.take("checks")).containsExactly("one");
        assertThat(host.listed()).containsExactly("a OPEN 1 2");
        host.pass(100_000);

        assertThat(host.take("checks")).isEmpty();
        assertThat(host.listed()).containsExactly("a PARKED 1 2");
        assertThat(host.undecided().get(0).nextCheckMs()).isEqualTo(Undecided.NEVER);
        assertThat(host.vhost.transactionCounts().checks()).isEqualTo(2);
        assertThat(host.vhost.transactionCounts().parked()).isEqualTo(1);
    }

    @Test
    void asksOnceForATransactionByWhatItsFirstMessageSays() {
        host.queue("mine");
        publish("tx", properties(null, Map.of("x-tx-id", "a", "x-tx-check", "mine", "x-tx-timeout", "500")), "one");
        publish("tx", properties(null, Map.of("x-tx-id", "a", "x-tx-timeout", 1)), "two");
        host.pass(499);
        assertThat(host.take("mine")).isEmpty();
        host.pass(1);

        List<Message> asked = host.takeMessages("mine");
        assertThat(asked).hasSize(1);
        FieldTable headers = asked.get(0).properties().headers();
        assertThat(headers.get("x-tx-id")).isEqualTo(FieldValue.of("a"));
        assertThat(headers.get("x-tx-exchange")).isEqualTo(FieldValue.of("tx"));
        assertThat(headers.get("x-tx-check-count")).isEqualTo(FieldValue.of(1));
        assertThat(host.take("checks")).isEmpty();
    }

    @Test
    void countsACheckThatNobodyGets() {
        publish("tx", properties(null, Map.of("x-tx-id", "a", "x-tx-check", "nobody")), "one");
        host.pass(1_100);

        assertThat(host.listed()).containsExactly("a OPEN 1 2");
        assertThat(host.vhost.transactionCounts().checks()).isEqualTo(2);
    }

    @Test
    void deadLettersAllOfATransactionThatNobodyDecides() {
        host.declareAnew(deadLettering());
        host.prepare("a", "one");
        host.prepare("a", "two");
        host.pass(2_099);
        assertThat(host.take("dead")).isEmpty();
        host.pass(5);

        List<Message> dead = host.takeMessages("dead");
        assertThat(dead).hasSize(2);
        assertThat(dead.get(1).body()).isEqualTo("two".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        String deaths = String.valueOf(dead.get(0).properties().header("x-death"));
        assertThat(deaths).contains("tx_unresolved", "queue=tx");
        assertThat(host.listed()).isEmpty();
        assertThat(host.stored()).isZero();
        assertThat(host.vhost.transactionCounts().unresolved()).isEqualTo(1);
    }

    @Test
    void waitsForADeadLetterExchangeThatIsNotThere() {
        host.declareAnew(arguments().put("x-dead-letter-exchange", "later"));
        host.prepare("a", "one");
        host.pass(50_000);
        assertThat(host.listed()).containsExactly("a PARKED 1 2");

        host.vhost
                .exchanges()
                .declare(
                        new ExchangeDeclare("later", "fanout", false, true, false, false, false, FieldTable.EMPTY),
                        ACCESS);
        host.pass(50_000);
        assertThat(host.listed()).as("nothing is bound").containsExactly("a PARKED 1 2");
        host.bind("later", "dead");
        host.pass(10_000);

        assertThat(host.take("dead")).containsExactly("one");
        assertThat(host.listed()).isEmpty();
    }

    @Test
    void sendsWhatIsUnroutableToTheAlternateExchangeElseToTheDeadLetters() {
        host.declareAnew(deadLettering());
        host.vhost
                .bindings()
                .unbindQueue(new BindingDeclarations.BindingKey("out", "tx", "out", FieldTable.EMPTY), this, ACCESS);
        host.prepare("a", "one");
        host.commit("a");
        assertThat(host.takeMessages("dead"))
                .singleElement()
                .satisfies(each -> assertThat(String.valueOf(each.properties().header("x-death")))
                        .contains("unroutable"));

        host.declareAnew(deadLettering().put("alternate-exchange", "amq.fanout"));
        host.vhost
                .bindings()
                .unbindQueue(new BindingDeclarations.BindingKey("out", "tx", "out", FieldTable.EMPTY), this, ACCESS);
        host.bind("amq.fanout", "checks");
        host.prepare("a", "two");
        host.commit("a");
        assertThat(host.take("checks")).containsExactly("two");
        assertThat(host.take("dead")).isEmpty();
    }

    @Test
    void countsWhatIsUnroutableAndHasNowhereElseToGo() {
        host.declareAnew(arguments());
        host.vhost
                .bindings()
                .unbindQueue(new BindingDeclarations.BindingKey("out", "tx", "out", FieldTable.EMPTY), this, ACCESS);
        host.prepare("a", "one");
        host.commit("a");

        assertThat(host.vhost.transactionCounts().committed()).isEqualTo(1);
        assertThat(host.vhost.transactionCounts().dropped()).isEqualTo(1);
        assertThat(host.stored()).isZero();
    }

    @Test
    void beginsTheTimeToLiveAndCountsCopiesWithTheCommit() {
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(2)
                .expiration("50")
                .headers(FieldTable.builder()
                        .put("x-tx-id", "a")
                        .put("CC", List.of(FieldValue.of("checks")))
                        .build())
                .build();
        publish("tx", properties, "one");
        host.pass(80);
        host.bind("tx", "checks");
        host.commit("a");

        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.take("checks")).containsExactly("one");
    }

    @Test
    void holdsBackWhatComesThroughABinding() {
        host.vhost
                .exchanges()
                .declare(
                        new ExchangeDeclare("front", "fanout", false, true, false, false, false, FieldTable.EMPTY),
                        ACCESS);
        host.vhost
                .bindings()
                .bindExchange(new BindingDeclarations.BindingKey("tx", "front", "", FieldTable.EMPTY), ACCESS);
        publish("front", half("a", null), "one");
        publish("front", properties(null, Map.of("x-tx-id", 7)), "seven");
        assertThat(host.take("out")).containsExactly("seven");

        host.commit("a");

        assertThat(host.take("out")).containsExactly("one");
    }

    @Test
    void lettingADelayedExchangeBehindDelayWhatIsCommitted() {
        host.vhost
                .exchanges()
                .declare(
                        new ExchangeDeclare(
                                "later",
                                "x-delayed-message",
                                false,
                                true,
                                false,
                                false,
                                false,
                                FieldTable.builder()
                                        .put("x-delayed-type", "fanout")
                                        .build()),
                        ACCESS);
        host.bind("later", "dead");
        host.vhost
                .bindings()
                .bindExchange(new BindingDeclarations.BindingKey("later", "tx", "out", FieldTable.EMPTY), ACCESS);
        publish("tx", properties("m", Map.of("x-tx-id", "a", "x-delay", 1_000)), "one");
        host.commit("a");
        assertThat(host.take("out")).containsExactly("one");
        assertThat(host.take("dead")).isEmpty();
        host.pass(1_000);

        assertThat(host.take("dead")).containsExactly("one");
    }

    private static ExchangeDeclare declare(FieldTable.Builder arguments) {
        return new ExchangeDeclare("other", "x-transactional", false, true, false, false, false, arguments.build());
    }

    private void refuses(FieldTable.Builder arguments, String text) {
        assertThatThrownBy(() -> host.vhost.exchanges().declare(declare(arguments), ACCESS))
                .hasMessage("PRECONDITION_FAILED - " + text);
        assertThatThrownBy(() -> host.vhost.exchanges().find("other")).hasMessageContaining("no exchange");
    }

    @Test
    void refusesArgumentsThatMakeNoSense() {
        String invalid = "invalid arg '%s' for exchange 'other' in vhost '/': %s";
        refuses(FieldTable.builder(), "Invalid argument, 'x-transactional-type' must be an existing exchange type");
        refuses(
                FieldTable.builder().put("x-transactional-type", "x-delayed-message"),
                "Invalid argument, 'x-delayed-message' can't be used for 'x-transactional-type'");
        refuses(arguments().put("x-tx-timeout", -1), invalid.formatted("x-tx-timeout", "{value_negative,-1}"));
        refuses(arguments().put("x-tx-check-interval", 0), invalid.formatted("x-tx-check-interval", "{value_zero,0}"));
        refuses(
                arguments().put("x-tx-check-max", 1_000_001),
                invalid.formatted("x-tx-check-max", "{value_too_large,1000001}"));
        refuses(arguments().put("x-tx-check", 1), invalid.formatted("x-tx-check", "{unacceptable_type,signedint}"));
        refuses(
                arguments().put("x-dead-letter-routing-key", "k"),
                invalid.formatted("x-dead-letter-routing-key", "routing_key_but_no_dlx_defined"));
    }

    @Test
    void takesASecondDeclarationWithTheSameArgumentsOnly() {
        host.vhost.exchanges().declare(declare(arguments()), ACCESS);
        host.vhost.exchanges().declare(declare(arguments()), ACCESS);

        assertThatThrownBy(() ->
                        host.vhost.exchanges().declare(declare(arguments().put("x-tx-timeout", 101)), ACCESS))
                .hasMessageContaining("inequivalent arg 'x-tx-timeout' for exchange 'other' in vhost '/'");
    }

    @Test
    void listsInPages() throws Exception {
        for (int i = 0; i < 7; i++) {
            host.prepare("t" + i, "m");
        }

        assertThat(host.vhost.transactions("tx", "t1", 3))
                .extracting(Undecided::id)
                .containsExactly("t2", "t3", "t4");
        assertThat(host.vhost.transactions("amq.direct", "", 3)).isEmpty();
        assertThatThrownBy(() -> host.vhost.transactions("tx", "", 1_001))
                .hasMessage("limit: 1001 (expected: 1 to 1000)");
    }

    @Test
    void asksAgainThroughAQueueThatKnowsDuplicatesByAHeaderOfItsChoice() {
        Queue queue = declareUnique("order");
        BasicProperties half = properties(
                "m", Map.of("x-tx-id", "a", "x-tx-check", "unique", "order", 5, "x-deduplication-header", 6, "n", 7));
        publish("tx", half, "one");
        host.pass(100_000);

        List<Message> asked = host.takeMessages(queue);
        assertThat(asked).hasSize(2);
        assertThat(asked.get(1).properties().headers().entries())
                .containsKeys("x-tx-id", "n", "order")
                .doesNotContainKeys("x-deduplication-header");
        host.commit("a");
        assertThat(host.takeMessages("out").get(0).properties().headers().entries())
                .containsKeys("order", "x-deduplication-header");
    }

    private Queue declareUnique(String header) {
        FieldTable unique = FieldTable.builder()
                .put("x-message-deduplication", true)
                .put("x-deduplication-header", header)
                .put("x-cache-size", 10)
                .build();
        return host.vhost.queues().declare(Declarations.durable("unique", unique), this, ACCESS);
    }

    /** Without its id nobody could say what became of the transaction. */
    @Test
    void eachCheckNamesTheTransactionAlsoThroughAQueueThatKnowsDuplicatesByThat() {
        Queue queue = declareUnique("x-tx-id");
        publish("tx", properties("m", Map.of("x-tx-id", "a", "x-tx-check", "unique")), "one");
        host.pass(100_000);

        assertThat(host.takeMessages(queue))
                .hasSize(2)
                .allSatisfy(
                        each -> assertThat(each.properties().header("x-tx-id")).isEqualTo(FieldValue.of("a")));
    }

    /** Nobody can be asked whether its publisher may publish to that queue. */
    @Test
    void whatABindingBringsDoesNotSayWhoIsAsked() {
        host.queue("others");
        host.vhost
                .bindings()
                .bindExchange(new BindingDeclarations.BindingKey("tx", "amq.fanout", "", FieldTable.EMPTY), ACCESS);
        host.gather("amq.fanout", properties(null, Map.of("x-tx-id", "a", "x-tx-check", "others")), "bound");
        host.gather("tx", properties(null, Map.of("x-tx-id", "c", "x-tx-check", "others")), "own");
        host.flush();
        host.restart();
        host.pass(200);

        assertThat(host.take("checks")).containsExactly("bound");
        assertThat(host.take("others")).containsExactly("own");
    }
}
