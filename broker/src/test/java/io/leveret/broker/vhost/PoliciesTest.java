package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static io.leveret.broker.vhost.Declarations.quorum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.policy.ApplyTo;
import io.leveret.broker.policy.EffectivePolicy;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Overflow;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueBurst;
import io.leveret.broker.queue.QueueContext.Cancellable;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.storage.FakeStore;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.WorkerPool;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What policies do to queues and exchanges that are there or come, and what a restart leaves of them. */
class PoliciesTest {

    private static final BasicProperties PERSISTENT =
            BasicProperties.builder().deliveryMode(2).build();

    private final WorkerPool readers = new WorkerPool("reader", 1);
    private final Object connection = new Object();
    private final List<Timer> timers = new ArrayList<>();
    private FakeStore store = new FakeStore();
    private long nowMs = 1_000_000;
    private VirtualHost vhost = open();

    private record Timer(long atMs, Runnable task) {}

    @AfterEach
    void stop() {
        readers.close();
    }

    private VirtualHost open() {
        Work work = new Work(Runnable::run, Runnable::run, this::later, () -> Instant.ofEpochMilli(nowMs));
        return new VirtualHost(
                "/", DeprecatedFeatures.defaults(), MemoryBudget.unlimited(), new Journal(store, readers), work);
    }

    private Cancellable later(long delayMs, Runnable task) {
        Timer timer = new Timer(nowMs + delayMs, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    private void pass(long ms) {
        long end = nowMs + ms;
        while (true) {
            Timer next = timers.stream()
                    .filter(each -> each.atMs() <= end)
                    .min(Comparator.comparingLong(Timer::atMs))
                    .orElse(null);
            if (next == null) {
                nowMs = end;
                return;
            }
            timers.remove(next);
            nowMs = Math.max(nowMs, next.atMs());
            next.task().run();
        }
    }

    private void restart() {
        store = store.reopen();
        timers.clear();
        vhost = open();
    }

    private Queue declare(String name, FieldTable arguments) {
        return vhost.queues().declare(durable(name, arguments), connection, ACCESS);
    }

    private Queue declare(String name) {
        return declare(name, FieldTable.EMPTY);
    }

    private static FieldTable table(Object... pairs) {
        FieldTable.Builder table = FieldTable.builder();
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            table.put(
                    (String) pairs[i],
                    value instanceof String text ? FieldValue.of(text) : FieldValue.of(((Number) value).longValue()));
        }
        return table.build();
    }

    private void set(String name, Object... definition) {
        vhost.policies().set(new Policy(name, "^q", table(definition)));
    }

    private void publish(Queue queue, int messages) {
        Bursts bursts = vhost.newBursts(Objects.requireNonNull(vhost.journal()).newWriter());
        for (int i = 0; i < messages; i++) {
            Message message = new Message(new Address("", queue.name()), PERSISTENT, new byte[] {(byte) i});
            QueueBurst burst = bursts.of(queue);
            if (burst.admit(message)) {
                bursts.publish(message, new QueueBurst[] {burst}, QueueSettings.NONE);
            }
        }
        bursts.flush();
    }

    private static int ready(Queue queue) {
        return queue.counts().ready();
    }

    private static @Nullable String userPolicy(EffectivePolicy policy) {
        return policy.user() == null ? null : policy.user().name();
    }

    @Test
    void holdsForWhatIsThereAndWhatComes() {
        Queue there = declare("q1");
        set("p", "max-length", 5, "overflow", "reject-publish", "dead-letter-exchange", "x");
        Queue later = declare("q2");
        Queue other = declare("other");

        assertThat(List.of(there, later)).allSatisfy(queue -> {
            assertThat(queue.settings().maxLength()).isEqualTo(5);
            assertThat(queue.settings().overflow()).isEqualTo(Overflow.REJECT_PUBLISH);
            assertThat(queue.settings().deadLetterExchange()).isEqualTo("x");
            assertThat(userPolicy(vhost.policyOf(queue))).isEqualTo("p");
            assertThat(queue.declaration().arguments()).isEqualTo(table("x-queue-type", "classic"));
        });
        assertThat(other.settings()).isEqualTo(QueueSettings.PLAIN);
        assertThat(vhost.policyOf(other).isNone()).isTrue();
    }

    @Test
    void otherThreadsDeclareWhileNamesAreMatched() throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            declare("q" + i + "a".repeat(200));
        }
        // The first takes as many steps for each name as any may, and matches none.
        Policy slow = new Policy("slow", "(?=.*(?=.*(?=.*(?=.*b))))x", table("max-length", 5));
        Thread setter = new Thread(() -> setAll(List.of(slow, new Policy("p", "q", table("max-length", 7)))));
        setter.start();
        while (vhost.policies().get("slow") == null) {
            Thread.onSpinWait();
        }
        Queue declared = declare("q");

        assertThat(setter.isAlive()).as("still matches").isTrue();
        assertThat(declared.settings().maxLength()).isEqualTo(7);
        setter.join();
        assertThat(declare("q1999" + "a".repeat(200)).settings().maxLength()).isEqualTo(7);
    }

    @Test
    void severalAreSetAtOnceAndWhatIsWrongWithOneSetsNone() {
        Queue queue = declare("q");
        Policy low = new Policy("low", "^q", table("max-length", 5));
        Policy high = new Policy("high", "^q", table("max-length", 3)).withPriority(1);
        setAll(List.of(low, high));
        assertThat(queue.settings().maxLength()).isEqualTo(3);

        Policy wrong = new Policy("wrong", "^q(", table("max-length", 1)).withPriority(2);
        assertThatThrownBy(() -> setAll(List.of(high.withPriority(-1), wrong))).isInstanceOf(ParameterException.class);
        assertThat(queue.settings().maxLength()).isEqualTo(3);

        setAll(List.of(low, high.withPriority(-1)));
        assertThat(queue.settings().maxLength()).isEqualTo(5);
        restart();
        assertThat(vhost.policies().list()).containsExactly(high.withPriority(-1), low);
    }

    @Test
    void clearedTheNextOneHoldsAndThenTheArgumentsAlone() {
        Queue queue = declare("q", table("x-max-length", 7));
        set("low", "max-length", 5);
        vhost.policies().set(new Policy("high", "q", table("max-length", 3)).withPriority(1));
        assertThat(queue.settings().maxLength()).isEqualTo(3);

        assertThat(vhost.policies().clear("high")).isTrue();
        assertThat(queue.settings().maxLength()).isEqualTo(5);
        assertThat(vhost.policies().clear("low")).isTrue();
        assertThat(queue.settings().maxLength()).isEqualTo(7);
        assertThat(vhost.policies().clear("low")).isFalse();
    }

    @Test
    void anOperatorsPolicyBoundsTheUsers() {
        Queue queue = declare("q");
        set("p", "max-length", 5, "overflow", "reject-publish");
        vhost.operatorPolicies().set(new Policy("p", "", table("max-length", 3, "expires", 1000)));

        assertThat(queue.settings().maxLength()).isEqualTo(3);
        assertThat(queue.settings().expiresMs()).isEqualTo(1000);
        assertThat(vhost.policyOf(queue).definition())
                .isEqualTo(table("expires", 1000, "max-length", 3, "overflow", "reject-publish"));
        vhost.policies().clear("p");
        assertThat(queue.settings().overflow()).isEqualTo(Overflow.DROP_HEAD);
        assertThat(queue.settings().maxLength()).isEqualTo(3);
    }

    @Test
    void whatIsRefusedChangesNothing() {
        Queue queue = declare("q");
        set("p", "max-length", 5);

        assertThatThrownBy(() -> set("p", "max-length", -1)).isInstanceOf(ParameterException.class);
        assertThatThrownBy(() -> vhost.operatorPolicies().set(new Policy("p", "", table("alternate-exchange", "x"))))
                .isInstanceOf(ParameterException.class);
        restart();
        assertThat(vhost.policies().list()).hasSize(1);
        assertThat(vhost.operatorPolicies().list()).isEmpty();
        assertThat(queue.settings().maxLength()).isEqualTo(5);
    }

    @Test
    void aLoweredLimitDropsAtOnceInSlicesAndDeadLetters() {
        Queue queue = declare("q");
        Queue dead = declare("dead");
        publish(queue, 2500);

        set("p", "max-length", 10, "dead-letter-exchange", "", "dead-letter-routing-key", "dead");
        assertThat(ready(queue)).isEqualTo(1500);
        pass(1);
        pass(1);
        assertThat(ready(queue)).isEqualTo(10);
        assertThat(ready(dead)).isEqualTo(2490);
    }

    @Test
    void aQueueThatRefusesKeepsWhatItHas() {
        Queue queue = declare("q");
        publish(queue, 20);

        set("p", "max-length", 10, "overflow", "reject-publish");
        publish(queue, 1);
        assertThat(ready(queue)).isEqualTo(20);
        set("p", "max-length", 10);
        assertThat(ready(queue)).isEqualTo(10);
    }

    @Test
    void thoseThatAreSetTogetherHoldTogether() {
        Queue queue = declare("q");
        publish(queue, 3);
        Policy keeps = new Policy("own", "^q", table("max-length", 10, "overflow", "reject-publish"));
        Policy one = new Policy("limit", "^q", table("max-length", 1));
        vhost.setPolicies(Map.of(PolicyKind.USER, List.of(keeps), PolicyKind.OPERATOR, List.of(one)));
        Policy drops = new Policy("own", "^q", table("max-length", 10, "overflow", "drop-head"));
        Policy five = new Policy("limit", "^q", table("max-length", 5));

        vhost.setPolicies(Map.of(PolicyKind.USER, List.of(drops), PolicyKind.OPERATOR, List.of(five)));

        assertThat(ready(queue)).isEqualTo(3);
        restart();
        assertThat(ready(vhost.queues().find("q", connection))).isEqualTo(3);
        assertThat(vhost.policies().get("own")).isEqualTo(drops);
        assertThat(vhost.operatorPolicies().get("limit")).isEqualTo(five);
    }

    @Test
    void aTimeToLiveIsOfWhatComesLater() {
        Queue queue = declare("q");
        publish(queue, 1);
        set("p", "message-ttl", 100);
        publish(queue, 2);

        pass(100);
        assertThat(ready(queue)).isEqualTo(1);
        vhost.policies().clear("p");
        publish(queue, 1);
        pass(10_000);
        assertThat(ready(queue)).isEqualTo(2);
    }

    @Test
    void aLeaseBeginsChangesAndEndsWithThePolicy() {
        Queue queue = declare("q");
        pass(1_000_000);
        set("p", "expires", 100);
        pass(99);
        set("p", "expires", 300);
        pass(299);
        assertThat(queue.isDeleted()).isFalse();
        vhost.policies().clear("p");
        pass(1_000_000);
        assertThat(queue.isDeleted()).isFalse();
        set("p", "expires", 300);
        pass(300);
        assertThat(queue.isDeleted()).isTrue();
    }

    @Test
    void anAlternateExchangeIsUsedAtOnceAndTheArgumentWins() {
        Queue queue = declare("caught");
        Queue own = declare("own");
        declareExchange("a", FieldTable.EMPTY);
        declareExchange("qx", FieldTable.EMPTY);
        declareExchange("qy", table("alternate-exchange", "b"));
        declareExchange("b", FieldTable.EMPTY);
        bind("a", "caught");
        bind("b", "own");
        Route before = route("qx");
        set("p", "alternate-exchange", "a");

        assertThat(before.isCurrent()).isFalse();
        assertThat(route("qx").queues()).containsExactly(queue);
        assertThat(route("qy").queues()).containsExactly(own);
        assertThat(userPolicy(vhost.exchanges().find("qy").policy())).isEqualTo("p");
        Route during = route("qx");
        vhost.policies().clear("p");
        assertThat(during.isCurrent()).isFalse();
        assertThat(route("qx").queues()).isEmpty();
    }

    @Test
    void aQueueTypeThatLacksAKeyIsPassedBy() {
        Queue classic = declare("q1");
        Queue quorum = declare("q2", quorum());
        set("p", "max-length", 5, "delivery-limit", 3);
        vhost.policies().set(new Policy("r", "", table("max-length", 9)).withPriority(-1));

        assertThat(userPolicy(vhost.policyOf(classic))).isEqualTo("r");
        assertThat(userPolicy(vhost.policyOf(quorum))).isEqualTo("p");
        vhost.policies().set(new Policy("p", "", table("max-length", 5)).withApplyTo(ApplyTo.CLASSIC_QUEUES));
        assertThat(userPolicy(vhost.policyOf(quorum))).isEqualTo("r");
    }

    @Test
    void aRestartBringsThemBackBeforeAnythingElse() {
        declareExchange("qx", FieldTable.EMPTY);
        publish(declare("q"), 20);
        set("p", "max-length", 10, "overflow", "reject-publish");
        set("zgone", "max-length", 1);
        vhost.policies().clear("zgone");
        vhost.operatorPolicies().set(new Policy("o", "q", table("expires", 500), 1.5, ApplyTo.QUEUES));
        vhost.parameters().set(new Parameter("vhost-limits", "limits", FieldValue.of(table("max-queues", 9))));
        vhost.parameters().set(new Parameter("shovel", "s", FieldValue.of(table("a", "b"))));
        vhost.parameters().clear("shovel", "s");

        restart();
        Queue queue = vhost.queues().find("q", connection);
        assertThat(vhost.policies().list())
                .containsExactly(new Policy("p", "^q", table("max-length", 10, "overflow", "reject-publish")));
        assertThat(vhost.operatorPolicies().list())
                .containsExactly(new Policy("o", "q", table("expires", 500), 1.5, ApplyTo.QUEUES));
        assertThat(queue.settings().maxLength()).isEqualTo(10);
        assertThat(ready(queue)).isEqualTo(20);
        assertThat(userPolicy(vhost.exchanges().find("qx").policy())).isEqualTo("p");
        assertThat(vhost.parameters().get("vhost-limits", "limits")).isEqualTo(FieldValue.of(table("max-queues", 9)));
        assertThat(vhost.parameters().list()).hasSize(1);
        pass(500);
        assertThat(queue.isDeleted()).isTrue();
    }

    @Test
    void aParameterIsOfAKnownComponent() {
        assertThatThrownBy(() -> parameter("foo", FieldValue.of(1))).hasMessage("component foo not found");
        assertThatThrownBy(() -> parameter("policy", FieldValue.of(1)))
                .hasMessage("policies may not be set using this method");
        assertThatThrownBy(() -> parameter("vhost-limits", FieldValue.of(5))).hasMessage("limits not a list 5");
        assertThatThrownBy(() -> parameter("vhost-limits", FieldValue.of(table("max-queues", "x"))))
                .hasMessage("max-queues should be a number, actually was <<\"x\">>");
        assertThatThrownBy(() -> parameter("vhost-limits", FieldValue.of(table("foo", 1))))
                .hasMessage("Unrecognised terms [{<<\"foo\">>,1}] in limits");
        assertThat(vhost.parameters().list()).isEmpty();
        assertThat(vhost.parameters().clear("shovel", "s")).isFalse();
    }

    @Test
    void anOperatorsPolicyMayBeSetAsAParameter() {
        Policy policy = new Policy("o", "^q", table("max-length", 10));

        assertThatThrownBy(() -> parameter("operator_policy", FieldValue.of(1))).hasMessageEndingWith("not a list 1");
        vhost.parameters().set(new Parameter("operator_policy", "o", policy.term()));

        assertThat(vhost.operatorPolicies().list()).containsExactly(policy);
        assertThat(vhost.parameters().list()).isEmpty();
        assertThat(vhost.parameters().clear("operator_policy", "o")).isTrue();
        assertThat(vhost.operatorPolicies().list()).isEmpty();
    }

    @Test
    void aParameterThatIsSetAlreadyIsNotWrittenButDurable() {
        FieldValue limits = FieldValue.of(table("max-queues", 9));
        parameter("vhost-limits", limits);
        long batches = store.batches();
        int forces = store.forces();

        parameter("vhost-limits", limits);

        assertThat(store.batches()).isEqualTo(batches);
        assertThat(store.forces()).isEqualTo(forces + 1);
    }

    private void parameter(String component, FieldValue value) {
        vhost.parameters().set(new Parameter(component, "limits", value));
    }

    private void declareExchange(String name, FieldTable arguments) {
        vhost.exchanges()
                .declare(new ExchangeDeclare(name, "fanout", false, true, false, false, false, arguments), ACCESS);
    }

    private void bind(String source, String queue) {
        vhost.bindings().bindQueue(new BindingKey(queue, source, "", FieldTable.EMPTY), connection, ACCESS);
    }

    private Route route(String exchange) {
        Message message = new Message(new Address(exchange, ""), PERSISTENT, new byte[0]);
        return vhost.route(vhost.exchanges().find(exchange), List.of(""), message);
    }

    private void setAll(List<Policy> policies) {
        vhost.setPolicies(Map.of(PolicyKind.USER, policies));
    }
}
