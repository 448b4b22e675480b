package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.broker.queue.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {

    @Test
    void dropsLineBreaksAndNothingElse() {
        assertThat(Names.clean("a\r\nb\nc\r")).isEqualTo("abc");
        assertThat(Names.clean(" a\tb\u0085 ")).isEqualTo(" a\tb\u0085 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "amq", "AMQ.x", "x.amq.", "amqp.x"})
    void leavesOtherNamesToClients(String name) {
        assertThatCode(() -> Names.requireFree("queue", name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"queue, amq.foo", "exchange, amq."})
    void keepsTheReservedPrefix(String kind, String name) {
        assertThatThrownBy(() -> Names.requireFree(kind, name))
                .hasMessage("ACCESS_REFUSED - " + kind + " name '" + name + "' contains reserved prefix 'amq.*'");
    }

    @Test
    void tellsANameThatLooksMadeUpFromAForgedOne() {
        ReplyQueues replies = new ReplyQueues(
                "/",
                new Topology(new Catalog(null, MemoryBudget.unlimited()), Runnable::run),
                MemoryBudget.unlimited());

        assertThat(ReplyQueues.isGeneratedName(replies.create().name())).isTrue();
        assertThat(ReplyQueues.isGeneratedName("amq.rabbitmq.reply-to.xyz")).isFalse();
        assertThat(ReplyQueues.isGeneratedName("amq.rabbitmq.reply-to")).isFalse();
    }
}
