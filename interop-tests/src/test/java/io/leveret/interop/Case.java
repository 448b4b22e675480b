package io.leveret.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A method with one {@link Peer} parameter, run against RabbitMQ and then against Leveret. What it observes must be what
 * it expects, and the same on both.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SideBySide.class)
public @interface Case {

    /** The sentence for the compatibility table, where the method's name can't spell it. */
    String value() default "";
}
