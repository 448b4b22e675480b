package io.leveret.broker.pattern;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A regular expression over names, in the dialect of RabbitMQ: that of PCRE2 over octets, where an expression need not match the
 * whole name. It takes a bounded time and no stack, whoever wrote it and whatever the name is. Any thread may use it.
 */
public final class NamePattern {

    /** Of what an expression may have, as in RabbitMQ 4.3. */
    public static final int MAX_BYTES = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(NamePattern.class);

    private final String expression;
    private final Program program;
    private final AtomicBoolean exceeded = new AtomicBoolean();

    private NamePattern(String expression, Program program) {
        this.expression = expression;
        this.program = program;
    }

    /** @throws PatternException if it is none, too long, or has what we do not know */
    public static NamePattern of(String expression) {
        if (isTooLong(expression)) {
            throw new PatternException("longer than " + MAX_BYTES + " bytes", MAX_BYTES);
        }
        return new NamePattern(expression, Program.of(new PatternReader(expression).read()));
    }

    /** Whether it has more than {@link #MAX_BYTES}. */
    public static boolean isTooLong(String expression) {
        return expression.length() > MAX_BYTES || expression.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
    }

    /** Whether it matches somewhere in a name; not if that would take too long. */
    public boolean matches(String name) {
        try {
            return new Search(program, name.getBytes(StandardCharsets.UTF_8)).find();
        } catch (Search.ExceededException e) {
            if (exceeded.compareAndSet(false, true)) {
                LOG.warn(
                        "An expression takes too long, so that it does not match expression={} name={}",
                        expression,
                        name);
            }
            return false;
        }
    }

    @Override
    public String toString() {
        return expression;
    }
}
