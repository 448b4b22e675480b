package io.leveret.amqp.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.RandomValues;
import io.leveret.amqp.ReplyCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method there is, with random arguments. */
class MethodRoundTripTest {

    static List<Class<?>> methodTypes() {
        return RandomValues.methodTypes();
    }

    @ParameterizedTest
    @MethodSource("methodTypes")
    void isReadAsItWasWritten(Class<?> type) {
        for (long seed = 0; seed < 200; seed++) {
            Method method = new RandomValues(seed).method(type);

            Method read = MethodReader.read(payload(method));

            assertThat(read).as("seed %d", seed).isEqualTo(method).hasSameHashCodeAs(method);
        }
    }

    @ParameterizedTest
    @MethodSource("methodTypes")
    void refusesEveryShorterPayload(Class<?> type) {
        Method method = new RandomValues(1).method(type);
        ByteBuf payload = payload(method);
        for (int length = 0; length < payload.writerIndex(); length++) {
            ByteBuf cut = payload.slice(0, length);

            assertThatThrownBy(() -> MethodReader.read(cut))
                    .as("%d bytes of %s", length, method)
                    .isInstanceOfSatisfying(
                            AmqpException.class, e -> assertThat(e.code()).isEqualTo(ReplyCode.FRAME_ERROR));
        }
    }

    @ParameterizedTest
    @MethodSource("methodTypes")
    void refusesOctetsBehindTheArguments(Class<?> type) {
        ByteBuf payload = payload(new RandomValues(2).method(type)).writeByte(0);

        assertThatThrownBy(() -> MethodReader.read(payload))
                .isInstanceOf(AmqpException.class)
                .hasMessageStartingWith("FRAME_ERROR - cannot decode <<");
    }

    @Test
    void knowsEveryMethodOfTheSpecificationAndOfRabbitMqsExtensions() {
        List<Integer> ids = methodTypes().stream()
                .map(type -> new RandomValues(0).method(type).id())
                .toList();

        assertThat(ids).hasSize(66).doesNotHaveDuplicates();
    }

    @Test
    void onlyFourMethodsCarryContent() {
        assertThat(methodTypes().stream()
                        .map(type -> new RandomValues(0).method(type))
                        .filter(Method::carriesContent))
                .extracting(Method::getClass)
                .containsExactlyInAnyOrder(BasicPublish.class, BasicReturn.class, BasicDeliver.class, BasicGetOk.class);
    }

    private static ByteBuf payload(Method method) {
        ByteBuf payload = Unpooled.buffer().writeInt(method.id());
        method.writeArguments(payload);
        return payload;
    }
}
