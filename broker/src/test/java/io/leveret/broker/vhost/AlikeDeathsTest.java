package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Address;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What dead letters tell is the same as if each had been told by itself. */
class AlikeDeathsTest {

    private final AlikeDeaths alike = new AlikeDeaths();

    private static Message message(String exchange, String key, BasicProperties properties, String body) {
        return new Message(new Address(exchange, key), properties, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void thoseThatDieAlikeShareTheirHeadersAndKeepTheirBodies() {
        Deaths.Cause cause = new Deaths.Cause("q", "expired", 5_000, false);
        Message one = message("", "q", BasicProperties.EMPTY, "one");
        Message other = message("", "q", BasicProperties.EMPTY, "other");

        Message first = alike.told(cause, one, "dlx", List.of("q")).message();
        Message second = alike.told(cause, other, "dlx", List.of("q")).message();
        Message third = alike.told(cause, one, "dlx", List.of("q")).message();

        assertThat(first.body()).asString(StandardCharsets.UTF_8).isEqualTo("one");
        assertThat(second.body()).asString(StandardCharsets.UTF_8).isEqualTo("other");
        assertThat(third.body()).asString(StandardCharsets.UTF_8).isEqualTo("one");
        assertThat(second.properties()).isSameAs(third.properties());
    }

    /** Whatever came before it, of few enough kinds for some to be alike in all but one thing. */
    @Test
    void eachTellsWhatItWouldTellByItself() {
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            Deaths.Cause cause = new Deaths.Cause(
                    random.nextBoolean() ? "q" : "p",
                    random.nextBoolean() ? "expired" : "maxlen",
                    random.nextInt(4) * 500L,
                    random.nextBoolean());
            Message message = random(random, seed);
            List<String> keys = random.nextBoolean() ? message.routingKeys() : List.of("k");
            String exchange = random.nextBoolean() ? "dlx" : "";

            AlikeDeaths.Told told = alike.told(cause, message, exchange, keys);

            Deaths deaths = Deaths.of(message).and(cause, message);
            Message expected = deaths.told(cause, message, new Address(exchange, keys.get(0)), keys);
            assertThat(told.message().properties().encoded())
                    .as("seed %d", seed)
                    .isEqualTo(expected.properties().encoded());
            assertThat(told.message().address().encoded())
                    .as("seed %d", seed)
                    .isEqualTo(expected.address().encoded());
            assertThat(told.message().past()).as("seed %d", seed).isEqualTo(expected.past());
            assertThat(told.message().routingKeys()).as("seed %d", seed).isEqualTo(expected.routingKeys());
            assertThat(told.message().body()).as("seed %d", seed).isSameAs(message.body());
        }
    }

    private static Message random(Random random, int number) {
        BasicProperties.Builder properties = BasicProperties.builder();
        if (random.nextInt(4) == 0) {
            properties.expiration(Integer.toString(random.nextInt(2)));
        }
        if (random.nextInt(4) == 0) {
            properties.headers(
                    FieldTable.builder().put("CC", List.of(FieldValue.of("k"))).build());
        }
        Message message = message(
                random.nextBoolean() ? "" : "x",
                random.nextBoolean() ? "q" : "k",
                properties.build(),
                Integer.toString(number));
        return random.nextInt(5) > 0
                ? message
                : new Message(message.address(), message.properties(), message.body(), Past.DEAD_LETTERED, null);
    }
}
