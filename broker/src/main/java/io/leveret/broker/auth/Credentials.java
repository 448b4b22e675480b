package io.leveret.broker.auth;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a client claims in its SASL response.
 *
 * @param password null where the mechanism asks for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Credentials(String user, byte @Nullable [] password) {

    /** PLAIN: NUL, user, NUL, password. An authorization id before the first NUL is refused, as RabbitMQ does. */
    static Credentials plain(byte[] response) {
        int separator = indexOfNul(response, 1);
        if (response.length == 0 || response[0] != 0 || separator < 0 || indexOfNul(response, separator + 1) >= 0) {
            throw malformed("PLAIN");
        }
        String user = new String(response, 1, separator - 1, StandardCharsets.UTF_8);
        return new Credentials(user, Arrays.copyOfRange(response, separator + 1, response.length));
    }

    /** AMQPLAIN: the body of a field table with LOGIN and PASSWORD. */
    static Credentials amqplain(byte[] response) {
        ByteBuf in = Unpooled.wrappedBuffer(response);
        FieldTable table = FieldTable.readBody(in, response.length);
        byte[] login = bytes(table.get("LOGIN"));
        byte[] password = bytes(table.get("PASSWORD"));
        if (login == null || password == null) {
            throw malformed("AMQPLAIN");
        }
        return new Credentials(new String(login, StandardCharsets.UTF_8), password);
    }

    private static byte @Nullable [] bytes(@Nullable FieldValue value) {
        if (value instanceof FieldValue.LongString string) {
            return string.bytes();
        }
        return value instanceof FieldValue.Bytes binary ? binary.bytes() : null;
    }

    private static AmqpException malformed(String mechanism) {
        return AmqpException.syntaxError("response buffer doesn't follow the " + mechanism + " mechanism");
    }

    private static int indexOfNul(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
