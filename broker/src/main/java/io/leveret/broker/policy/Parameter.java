package io.leveret.broker.policy;

import io.leveret.amqp.FieldValue;

/**
 * A runtime parameter of a virtual host: something with a name and a value, for one part of the broker. Immutable.
 *
 * @param component which part it is for; policies are those of {@link PolicyKind#component}
 * @param value what JSON can say, an object being a table
 */
public record Parameter(String component, String name, FieldValue value) {

    /** {@code parameter 'C' 'N'}, as errors name it. */
    public String describe() {
        return "parameter '" + component + "' '" + name + "'";
    }
}
