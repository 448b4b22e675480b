package io.leveret.bench.pair;

import io.leveret.bench.jmh.QueueBenchmark;
import java.lang.reflect.Field;
import java.util.function.IntUnaryOperator;

/** Runs the queue's benchmark so many times; loaded once for each build, beside that build's classes. For one thread. */
public final class QueueRounds implements IntUnaryOperator {

    private final QueueBenchmark benchmark = new QueueBenchmark();

    /** Of a plain queue. */
    public QueueRounds(int burst, boolean noAck, int backlog) throws ReflectiveOperationException {
        this(burst, noAck, backlog, 0);
    }

    /** What JMH would set, of the same names. */
    public QueueRounds(int burst, boolean noAck, int backlog, int priorities) throws ReflectiveOperationException {
        set("burst", burst);
        set("noAck", noAck);
        set("backlog", backlog);
        if (priorities > 0) {
            // Other builds' benchmark may not have it.
            set("priorities", priorities);
        }
        benchmark.fill();
    }

    private void set(String name, Object value) throws ReflectiveOperationException {
        Field field = QueueBenchmark.class.getDeclaredField(name);
        field.setAccessible(true);
        field.set(benchmark, value);
    }

    @Override
    public int applyAsInt(int times) {
        int settled = 0;
        for (int i = 0; i < times; i++) {
            settled += benchmark.publishDeliverSettle();
        }
        return settled;
    }
}
