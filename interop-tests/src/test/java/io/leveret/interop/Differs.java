package io.leveret.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A case in which Leveret answers something else on purpose. It fails when the difference is gone. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Differs {

    /** Why, for the compatibility table. */
    String because();

    /** The whole transcript that Leveret gives; what the case expects is RabbitMQ's. */
    String[] leveret();
}
