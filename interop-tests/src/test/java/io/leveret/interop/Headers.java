package io.leveret.interop;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.Map;

/** Message properties that hold nothing but headers. */
public final class Headers {

    private Headers() {}

    public static BasicProperties of(String name, Object value) {
        return of(Map.of(name, value));
    }

    public static BasicProperties of(Map<String, Object> headers) {
        return new BasicProperties.Builder().headers(headers).build();
    }
}
