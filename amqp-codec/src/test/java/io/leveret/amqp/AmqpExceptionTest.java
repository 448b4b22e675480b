package io.leveret.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AmqpExceptionTest {

    @Test
    void textIsTheCodesNameAndTheDetail() {
        AmqpException e = AmqpException.notFound("no queue 'q' in vhost '/'");

        assertThat(e.replyText()).isEqualTo("NOT_FOUND - no queue 'q' in vhost '/'");
        assertThat(e.code().code()).isEqualTo(404);
        assertThat(e.code().hard()).isFalse();
        assertThat(e.getStackTrace()).isEmpty();
    }

    @Test
    void textWithoutDetailIsTheCodesName() {
        assertThat(AmqpException.internalError("").replyText()).isEqualTo("INTERNAL_ERROR");
    }

    /** As seen from RabbitMQ 4.3 for a queue name of 255 octets. */
    @Test
    void textsOfMoreThan255BytesAreCutAndMarked() {
        String text = AmqpException.notFound("no queue '" + "q".repeat(255) + "' in vhost '/'")
                .replyText();

        assertThat(text).hasSize(255).isEqualTo("NOT_FOUND - no queue '" + "q".repeat(230) + "...");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e9", "a\u00e9", "\u20ac", "a\u20ac", "ab\u20ac", "\ud83d\udc07", "a\ud83d\udc07"})
    void textsAreCutBetweenCharacters(String characters) {
        String text = AmqpException.notAllowed(characters.repeat(250)).replyText();

        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(252, 255);
        assertThat(("NOT_ALLOWED - " + characters.repeat(250))).startsWith(text.substring(0, text.length() - 3));
        assertThat(ShortString.encode(text)).hasSizeBetween(253, 256);
    }

    @Test
    void textsOf255BytesStay() {
        String text = AmqpException.notFound("q".repeat(255 - "NOT_FOUND - ".length()))
                .replyText();

        assertThat(text).hasSize(255).endsWith("q");
    }

    @Test
    void softErrorsAreThoseThatCloseAChannelOnly() {
        assertThat(ReplyCode.values())
                .filteredOn(code -> !code.hard())
                .extracting(ReplyCode::code)
                .containsExactly(200, 311, 312, 313, 403, 404, 405, 406);
    }
}
