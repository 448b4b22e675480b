package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.bind;
import static io.leveret.broker.connection.Calls.declare;
import static io.leveret.broker.connection.Calls.delete;
import static io.leveret.broker.connection.Calls.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.ChannelOpenOk;
import io.leveret.amqp.method.ExchangeBind;
import io.leveret.amqp.method.ExchangeDelete;
import io.leveret.amqp.method.ExchangeUnbind;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueUnbind;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A channel remembers where its publishes went; whatever changes between two of them, the second goes where a fresh one would. */
class RouteStalenessTest {

    private static final String[] QUEUES = {"q0", "q1", "q2"};
    private static final String[] EXCHANGES = {"e0", "e1", "e2"};
    private static final String[] TYPES = {"direct", "fanout", "topic"};
    private static final String[] KEYS = {"q0", "q1", "k"};

    private final TestServer server = new TestServer();
    private final TestClient admin = server.open(1);
    private final TestClient publisher = server.open(1);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void seesABindingComeAndGo() {
        admin.send(1, exchange("e", "direct"), declare("a"), declare("b"), bind("a", "e", "k"));
        assertReaches("e", "k", "a");
        admin.send(1, bind("b", "e", "k"));
        assertReaches("e", "k", "a b");
        admin.send(1, new QueueUnbind("a", "e", "k", FieldTable.EMPTY));
        assertReaches("e", "k", "b");
    }

    @Test
    void seesAQueueDeletedAndDeclaredAgainUnderTheSameName() {
        admin.send(1, declare("a"));
        assertReaches("", "a", "a");
        admin.send(1, delete("a"));
        assertReaches("", "a", "");
        admin.send(1, declare("a"));
        assertReaches("", "a", "a");
        admin.send(1, delete("a"), declare("a"));
        assertReaches("", "a", "a");
    }

    @Test
    void seesAnExchangeDeletedAndDeclaredAgainAsAnotherType() {
        admin.send(1, exchange("e", "direct"), declare("a"), bind("a", "e", "other"));
        assertReaches("e", "k", "");
        admin.send(1, new ExchangeDelete("e", false, false), exchange("e", "fanout"), bind("a", "e", "other"));
        assertReaches("e", "k", "a");
    }

    @Test
    void seesAnAlternateExchangeComeAndGo() {
        FieldTable arguments =
                FieldTable.builder().put("alternate-exchange", "alt").build();
        admin.send(1, exchange("e", "direct", arguments), declare("a"), declare("b"));
        assertReaches("e", "k", "");
        admin.send(1, exchange("alt", "fanout"));
        assertReaches("e", "k", "");
        admin.send(1, bind("a", "alt", ""));
        assertReaches("e", "k", "a");
        admin.send(1, bind("b", "e", "k"));
        assertReaches("e", "k", "b");
        admin.send(1, new QueueUnbind("b", "e", "k", FieldTable.EMPTY));
        assertReaches("e", "k", "a");
        admin.send(1, new ExchangeDelete("alt", false, false));
        assertReaches("e", "k", "");
        admin.send(1, exchange("alt", "fanout"), bind("b", "alt", ""));
        assertReaches("e", "k", "b");
    }

    @Test
    void seesAChangeBehindAnotherExchange() {
        admin.send(1, exchange("e", "fanout"), exchange("f", "direct"), declare("a"));
        admin.send(1, new ExchangeBind("f", "e", "", false, FieldTable.EMPTY));
        assertReaches("e", "k", "");
        admin.send(1, bind("a", "f", "k"));
        assertReaches("e", "k", "a");
        admin.send(1, new ExchangeUnbind("f", "e", "", false, FieldTable.EMPTY));
        assertReaches("e", "k", "");
    }

    /** One channel that remembers against fresh ones that can't; a failure prints the seed. */
    @Test
    void aChannelThatRemembersPublishesLikeAFreshOne() {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            TestServer broker = new TestServer();
            TestClient changing = broker.open(1);
            TestClient remembering = broker.open(1);
            TestClient fresh = broker.open(0);
            for (int step = 0; step < 120; step++) {
                Method change = change(random);
                changing.send(1, change);
                if (answerErrors(changing)) {
                    changing.write(new ClientStream().openChannel(1));
                }
                String exchange = random.nextInt(3) == 0 ? "" : pick(random, EXCHANGES);
                String key = pick(random, KEYS);
                String expected = reached(fresh, changing, exchange, key, true);
                assertThat(reached(remembering, changing, exchange, key, false))
                        .as("seed %d step %d: %s, then '%s' '%s'", seed, step, change, exchange, key)
                        .isEqualTo(expected);
            }
            broker.close();
        }
    }

    private static Method change(Random random) {
        String queue = pick(random, QUEUES);
        String exchange = pick(random, EXCHANGES);
        String key = pick(random, KEYS);
        return switch (random.nextInt(10)) {
            case 0, 1 -> declare(queue);
            case 2 -> delete(queue);
            case 3, 4 -> exchange(exchange, pick(random, TYPES), alternate(random));
            case 5 -> new ExchangeDelete(exchange, false, false);
            case 6 -> bind(queue, exchange, key);
            case 7 -> new QueueUnbind(queue, exchange, key, FieldTable.EMPTY);
            case 8 -> new ExchangeBind(pick(random, EXCHANGES), exchange, key, false, FieldTable.EMPTY);
            default -> new ExchangeUnbind(pick(random, EXCHANGES), exchange, key, false, FieldTable.EMPTY);
        };
    }

    private static FieldTable alternate(Random random) {
        return random.nextBoolean()
                ? FieldTable.EMPTY
                : FieldTable.builder()
                        .put("alternate-exchange", pick(random, EXCHANGES))
                        .build();
    }

    private static String pick(Random random, String[] of) {
        return of[random.nextInt(of.length)];
    }

    private void assertReaches(String exchange, String key, String queues) {
        publisher.write(new ClientStream().publish(1, exchange, key, "x"));
        assertThat(publisher.takeAll()).isEmpty();
        assertThat(emptied(admin, new String[] {"a", "b"})).isEqualTo(queues);
    }

    /** The queues that a publish reaches, or that its channel was closed for it. */
    private static String reached(TestClient by, TestClient reader, String exchange, String key, boolean anew) {
        ClientStream stream = new ClientStream();
        if (anew) {
            stream.openChannel(1);
        }
        by.write(stream.publish(1, exchange, key, "x"));
        boolean refused = answerErrors(by);
        if (anew && !refused) {
            by.send(1, new ChannelClose(200, "", 0, 0));
        } else if (!anew && refused) {
            by.write(new ClientStream().openChannel(1));
        }
        by.takeAll();
        return refused ? "refused" : emptied(reader, QUEUES);
    }

    private static boolean answerErrors(TestClient client) {
        boolean closed = client.takeAll().stream().anyMatch(each -> each.method() instanceof ChannelClose);
        if (closed) {
            client.send(1, new ChannelCloseOk());
        }
        return closed;
    }

    private static String emptied(TestClient reader, String[] queues) {
        reader.takeAll();
        StringBuilder reached = new StringBuilder();
        for (String queue : queues) {
            reader.write(new ClientStream().openChannel(2).method(2, new BasicGet(queue, true)));
            reader.expect(2, ChannelOpenOk.class);
            Method answer = reader.next().method();
            if (answer instanceof ChannelClose) {
                reader.send(2, new ChannelCloseOk());
                continue;
            }
            if (!(answer instanceof BasicGetEmpty)) {
                reached.append(reached.isEmpty() ? "" : " ").append(queue);
            }
            reader.send(2, new ChannelClose(200, "", 0, 0));
            reader.takeAll();
        }
        return reached.toString();
    }
}
